import type { JsonSchema } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own, setOwn } from "../read/json.ts";

/** Keywords that say something about a schema to people only. */
const ANNOTATIONS = new Set([
  "title",
  "description",
  "examples",
  "example",
  "default",
  "deprecated",
  "$comment",
  "externalDocs",
]);

/** Keywords that go into the merged schema from either side, the later one winning: they shape no type. */
const UNTYPED = new Set(
  (
    "format pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems " +
    "uniqueItems minProperties maxProperties readOnly writeOnly contentEncoding contentMediaType not if then else " +
    "dependencies dependentRequired dependentSchemas propertyNames contains discriminator definitions $defs " +
    "unevaluatedProperties"
  ).split(" "),
);

const MAX_BRANCHES = 16;

export function refOf(schema: JsonSchema): string | undefined {
  const ref = own(schema, "$ref");
  return typeof ref === "string" ? ref : undefined;
}

/** True when nothing but a `$ref` and words for people stand in the schema. */
export function isPlainRef(schema: JsonSchema): boolean {
  return isObject(schema) && Object.keys(schema).every((key) => key === "$ref" || isAnnotation(key));
}

/** What a `$ref` means; the same object each time. */
export type TargetOf = (ref: string) => JsonSchema | undefined;

/** Folds schemas that are composed of others into plain ones, each once. */
export interface Folding {
  readonly targetOf: TargetOf;
  /**
   * The schema with `allOf`, `$ref` beside other keywords, and `oneOf`/`anyOf` beside properties folded into one plain
   * schema, wherever that is exact for its *type* (validators use the original). What cannot be folded stays as it is.
   * Takes one level: the schemas of properties are folded when they are asked for. The same schema gives the same object.
   */
  fold(schema: JsonSchema): JsonSchema;
  /** As `fold`, through references to what they lead to. */
  foldThrough(schema: JsonSchema): JsonSchema;
  /** Do readers take texts that no `enum` lists, so that a type must not promise that there are none? */
  readonly openTexts: boolean;
}

export function folding(targetOf: TargetOf, openTexts: boolean): Folding {
  const folded = new WeakMap<JsonObject, JsonSchema>();
  const context: Context = { targetOf, join: joiner() };
  const fold = (schema: JsonSchema): JsonSchema => {
    if (!isObject(schema)) return schema;
    let result = folded.get(schema);
    if (result === undefined) folded.set(schema, (result = foldOnce(schema, context)));
    return result;
  };
  const foldThrough = (schema: JsonSchema): JsonSchema => {
    const seen = new Set<JsonSchema>();
    let here = fold(schema);
    while (isObject(here) && isPlainRef(here) && !seen.has(here)) {
      seen.add(here);
      const ref = refOf(here);
      const target = ref === undefined ? undefined : targetOf(ref);
      if (target === undefined) break;
      here = fold(target);
    }
    return here;
  };
  return { targetOf, fold, foldThrough, openTexts };
}

interface Context {
  readonly targetOf: TargetOf;
  readonly join: (left: Json, right: Json) => Json;
}

function foldOnce(schema: JsonObject, context: Context): JsonSchema {
  const { allOf, $ref, ...rest } = schema;
  const parts: JsonSchema[] = [];
  if (typeof $ref === "string" && !isPlainRef(schema)) parts.push({ $ref });
  if (Array.isArray(allOf)) parts.push(...allOf.filter((part) => typeof part === "boolean" || isObject(part)));
  if (parts.length === 0) return distribute(schema, context);
  const [only] = parts;
  if (parts.length === 1 && isObject(only) && isPlainRef(only) && Object.keys(rest).every(isAnnotation))
    return { ...only, ...rest };
  if (Object.keys(rest).length > 0) parts.push(rest);
  const conjuncts: JsonSchema[] = [];
  const seen = new Set<Json>([schema]);
  for (const part of parts) collect(part, context.targetOf, seen, conjuncts);
  let merged: JsonSchema | undefined = true;
  for (const conjunct of conjuncts) {
    merged = mergeSchemas(merged, conjunct, context);
    if (merged === undefined) return { ...pickAnnotations(rest), allOf: parts as Json[] } as JsonObject;
  }
  return distribute(merged, context);
}

/** The schemas without `allOf` and `$ref` that a value must all fit, each once, however often it is reached. */
function collect(schema: Json, targetOf: TargetOf, seen: Set<Json>, conjuncts: JsonSchema[]): void {
  if (!isObject(schema)) {
    if (schema === false) conjuncts.push(false);
    return;
  }
  if (seen.has(schema)) return;
  seen.add(schema);
  const { allOf, $ref, ...rest } = schema;
  const target = typeof $ref === "string" ? targetOf($ref) : undefined;
  if (target !== undefined) collect(target, targetOf, seen, conjuncts);
  if (Array.isArray(allOf)) for (const part of allOf as readonly Json[]) collect(part, targetOf, seen, conjuncts);
  if (Object.keys(rest).length > 0) conjuncts.push(rest);
}

/** One schema that allows (as a type) what both allow; undefined when only an intersection type says it. */
function mergeSchemas(left: JsonSchema, right: JsonSchema, context: Context): JsonSchema | undefined {
  if (left === true) return right;
  if (right === true) return left;
  if (left === false || right === false) return false;
  const merged: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const value = mergeKeyword(key, own(left, key), own(right, key), context);
    if (value === undefined) return undefined;
    setOwn(merged, key, value);
  }
  return merged;
}

function mergeKeyword(
  key: string,
  left: Json | undefined,
  right: Json | undefined,
  context: Context,
): Json | undefined {
  if (key === "$ref") return undefined;
  if (left === undefined || right === undefined) return left ?? right;
  if (isAnnotation(key) || UNTYPED.has(key)) return right;
  if (key === "properties" && isObject(left) && isObject(right)) return mergeProperties(left, right, context);
  if (canonicalJson(left) === canonicalJson(right)) return right;
  if (key === "type") return commonTypes(left, right);
  if (key === "required") return [...new Set([...asList(left), ...asList(right)])];
  if (key === "enum") return commonValues(asList(left), asList(right));
  if (key === "additionalProperties")
    return left === true ? right : right === true || left === false ? left : undefined;
  return undefined;
}

function mergeProperties(left: JsonObject, right: JsonObject, { join }: Context): JsonObject {
  const merged: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const [one, other] = [own(left, name), own(right, name)];
    setOwn(merged, name, one === undefined || other === undefined ? (one ?? other ?? true) : join(one, other));
  }
  return merged;
}

/**
 * Joins two schemas of one property into a schema to fold later. The same two give the same object, so that who folds
 * properties of properties without end comes by what is known.
 */
function joiner(): Context["join"] {
  const partsOf = new WeakMap<JsonObject, readonly Json[]>();
  const numbers = new WeakMap<JsonObject, number>();
  const joined = new Map<string, JsonObject>();
  let count = 0;
  const numberOf = (schema: Json): string => {
    if (!isObject(schema)) return String(schema);
    if (!numbers.has(schema)) numbers.set(schema, (count += 1));
    return String(numbers.get(schema));
  };
  const parts = (schema: Json): readonly Json[] => (isObject(schema) ? partsOf.get(schema) : undefined) ?? [schema];
  return (left, right) => {
    if (saysOnlyObject(left) || left === true) return right;
    if (saysOnlyObject(right) || right === true) return left;
    const all = [...parts(left), ...parts(right)];
    const different = [...new Map(all.map((part) => [canonicalJson(part), part])).values()];
    const [first = true] = different;
    if (different.length === 1) return first;
    const key = different.map(numberOf).join(" ");
    let schema = joined.get(key);
    if (!schema) {
      joined.set(key, (schema = { allOf: different }));
      partsOf.set(schema, different);
    }
    return schema;
  };
}

/** `properties` beside `oneOf` or `anyOf` whose branches are written out: each branch gets the properties. */
function distribute(schema: JsonSchema, context: Context): JsonSchema {
  if (!isObject(schema) || !isObject(schema.properties)) return schema;
  const keyword = Array.isArray(schema.oneOf) ? "oneOf" : "anyOf";
  const branches = schema[keyword];
  const other = keyword === "oneOf" ? schema.anyOf : schema.oneOf;
  if (!Array.isArray(branches) || other !== undefined || branches.length > MAX_BRANCHES) return schema;
  const { [keyword]: _, ...base } = schema;
  const bare = Object.fromEntries(Object.entries(base).filter(([key]) => !isAnnotation(key)));
  const merged = branches.map((branch: Json) =>
    isObject(branch) && refOf(branch) === undefined ? mergeSchemas(bare, branch, context) : undefined,
  );
  if (merged.some((branch) => branch === undefined)) return schema;
  return { ...pickAnnotations(base), [keyword]: merged as Json[] };
}

function saysOnlyObject(schema: Json): boolean {
  return (
    isObject(schema) &&
    schema.type === "object" &&
    Object.keys(schema).every((key) => key === "type" || isAnnotation(key))
  );
}

function commonTypes(left: Json, right: Json): Json | undefined {
  const others = asList(right);
  const common = asList(left).flatMap((type) => {
    if (others.includes(type)) return [type];
    if (type === "number" && others.includes("integer")) return ["integer"];
    return type === "integer" && others.includes("number") ? ["integer"] : [];
  });
  return common.length === 1 ? common[0] : common.length === 0 ? undefined : common;
}

function commonValues(left: readonly Json[], right: readonly Json[]): Json[] {
  const texts = new Set(right.map(canonicalJson));
  return left.filter((value) => texts.has(canonicalJson(value)));
}

function asList(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

export function pickAnnotations(schema: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => isAnnotation(key)));
}

export function isAnnotation(key: string): boolean {
  return ANNOTATIONS.has(key) || key.startsWith("x-");
}
