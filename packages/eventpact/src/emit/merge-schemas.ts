import type { JsonSchema } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own, setOwn } from "../read/json.ts";
import { valueAt } from "../read/pointer.ts";

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

/** The target of a local `$ref`, or undefined. */
export function refTarget(root: JsonSchema, ref: string): JsonSchema | undefined {
  if (!ref.startsWith("#")) return undefined;
  let pointer: string;
  try {
    pointer = decodeURIComponent(ref.slice(1));
  } catch {
    return undefined;
  }
  const target = valueAt(root as Json, pointer);
  return typeof target === "boolean" || isObject(target) ? target : undefined;
}

export function refOf(schema: JsonSchema): string | undefined {
  const ref = own(schema, "$ref");
  return typeof ref === "string" ? ref : undefined;
}

/** True when nothing but a `$ref` and words for people stand in the schema. */
export function isPlainRef(schema: JsonSchema): boolean {
  return isObject(schema) && Object.keys(schema).every((key) => key === "$ref" || isAnnotation(key));
}

/**
 * The schema with `allOf`, `$ref` beside other keywords, and `oneOf`/`anyOf` beside properties folded into one plain
 * schema, wherever that is exact for its *type* (validators use the original). What cannot be folded stays as it is.
 */
export function simplify(schema: JsonSchema, root: JsonSchema, trail: readonly string[] = []): JsonSchema {
  if (!isObject(schema)) return schema;
  const { allOf, $ref, ...rest } = schema;
  const parts: JsonSchema[] = [];
  if (typeof $ref === "string" && !isPlainRef(schema)) parts.push({ $ref });
  if (Array.isArray(allOf)) parts.push(...allOf.filter((part) => typeof part === "boolean" || isObject(part)));
  if (parts.length === 0) return distribute(schema, root, trail);
  if (Object.keys(rest).length > 0) parts.push(rest);
  let folded: JsonSchema | undefined = true;
  for (const part of parts) {
    const plain = followed(part, root, trail);
    folded = plain === undefined ? undefined : mergeSchemas(folded, plain, root, trail);
    if (folded === undefined) return { ...pickAnnotations(rest), allOf: parts as Json[] } as JsonObject;
  }
  return distribute(folded, root, trail);
}

/** One schema that allows (as a type) what both allow; undefined when only an intersection type says it. */
function mergeSchemas(
  left: JsonSchema,
  right: JsonSchema,
  root: JsonSchema,
  trail: readonly string[],
): JsonSchema | undefined {
  if (left === true) return right;
  if (right === true) return left;
  if (left === false || right === false) return false;
  const merged: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const value = mergeKeyword(key, own(left, key), own(right, key), root, trail);
    if (value === undefined) return undefined;
    setOwn(merged, key, value);
  }
  return merged;
}

function mergeKeyword(
  key: string,
  left: Json | undefined,
  right: Json | undefined,
  root: JsonSchema,
  trail: readonly string[],
): Json | undefined {
  if (key === "$ref") return undefined;
  if (left === undefined || right === undefined) return left ?? right;
  if (isAnnotation(key) || UNTYPED.has(key)) return right;
  if (canonicalJson(left) === canonicalJson(right)) return right;
  if (key === "type") return commonTypes(left, right);
  if (key === "required") return [...new Set([...asList(left), ...asList(right)])];
  if (key === "enum") return commonValues(asList(left), asList(right));
  if (key === "properties" && isObject(left) && isObject(right)) return mergeProperties(left, right, root, trail);
  if (key === "additionalProperties")
    return left === true ? right : right === true || left === false ? left : undefined;
  return undefined;
}

function mergeProperties(left: JsonObject, right: JsonObject, root: JsonSchema, trail: readonly string[]): JsonObject {
  const merged: Record<string, Json> = {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    setOwn(merged, name, mergeProperty(own(left, name), own(right, name), root, trail));
  }
  return merged;
}

function mergeProperty(
  left: Json | undefined,
  right: Json | undefined,
  root: JsonSchema,
  trail: readonly string[],
): Json {
  if (left === undefined || right === undefined) return left ?? right ?? true;
  if (saysOnlyObject(left)) return right;
  if (saysOnlyObject(right)) return left;
  const sides = [left, right].map((side) => followed(side as JsonSchema, root, trail));
  const [one, other] = sides;
  const merged = one === undefined || other === undefined ? undefined : mergeSchemas(one, other, root, trail);
  return merged ?? { allOf: [left, right] };
}

/** `properties` beside `oneOf` or `anyOf` whose branches are written out: each branch gets the properties. */
function distribute(schema: JsonSchema, root: JsonSchema, trail: readonly string[]): JsonSchema {
  if (!isObject(schema) || !isObject(schema.properties)) return schema;
  const keyword = Array.isArray(schema.oneOf) ? "oneOf" : "anyOf";
  const branches = schema[keyword];
  const other = keyword === "oneOf" ? schema.anyOf : schema.oneOf;
  if (!Array.isArray(branches) || other !== undefined || branches.length > MAX_BRANCHES) return schema;
  const { [keyword]: _, ...base } = schema;
  const bare = Object.fromEntries(Object.entries(base).filter(([key]) => !isAnnotation(key)));
  const merged = branches.map((branch: Json) =>
    isObject(branch) && refOf(branch) === undefined ? mergeSchemas(bare, branch, root, trail) : undefined,
  );
  if (merged.some((branch) => branch === undefined)) return schema;
  return { ...pickAnnotations(base), [keyword]: merged as Json[] };
}

/** The part itself, simplified; through a `$ref`, unless that leads back to where we are. */
function followed(part: JsonSchema, root: JsonSchema, trail: readonly string[]): JsonSchema | undefined {
  const ref = refOf(part);
  if (ref === undefined || !isPlainRef(part)) return simplify(part, root, trail);
  if (trail.includes(ref) || trail.length > 50) return undefined;
  const target = refTarget(root, ref);
  if (target === undefined) return undefined;
  const plain = simplify(target, root, [...trail, ref]);
  return isObject(plain) && isObject(part) ? { ...plain, ...pickAnnotations(part) } : plain;
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

function isAnnotation(key: string): boolean {
  return ANNOTATIONS.has(key) || key.startsWith("x-");
}
