import type { JsonSchema } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own } from "../read/json.ts";
import type { Folding, TargetOf } from "./merge-schemas.ts";
import { isAnnotation, isPlainRef, pickAnnotations, refOf } from "./merge-schemas.ts";
import type { Paragraph } from "./source-text.ts";
import { literalType, propertyName } from "./source-text.ts";

/**
 * A JSON Schema for the type compiler in which no word of an author is left: property names, texts, literals and
 * references are marks such as `__0__`, and `words` says what each stands for. So whatever the compiler does with its
 * input, author's text gets into code through `source-text.ts` only.
 */
export interface Skeleton {
  readonly schema: JsonObject;
  readonly words: readonly Word[];
}

/** What a mark stands for: source text that goes in as it is, or paragraphs of a doc comment. */
export type Word = { readonly source: string } | { readonly comment: readonly Paragraph[] };

/** Gives the type name of a `$ref`; undefined when it leads nowhere. */
export type TypeOfRef = (ref: string) => string | undefined;

interface Context {
  readonly folding: Folding;
  readonly typeOfRef: TypeOfRef;
  /** Property of the schema itself (not of what is below) that has a type of its own. */
  readonly named: ReadonlyMap<string, string>;
  readonly words: Word[];
  /** Composed schemas that are being folded around here. */
  readonly open: readonly JsonSchema[];
  readonly budget: { folds: number };
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();
const TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"];

/** So many compositions are folded within one type; what goes beyond is said as an intersection, which is as true. */
const MAX_FOLDS = 200;

/**
 * @param named top-level properties with a named type of their own: `data` → `OrderCreatedV2Data`
 */
export function typeSkeleton(
  schema: JsonSchema,
  folding: Folding,
  typeOfRef: TypeOfRef,
  named: ReadonlyMap<string, string> = NO_NAMES,
): Skeleton {
  const words: Word[] = [];
  const budget = { folds: MAX_FOLDS };
  return { schema: skeletonOf(schema, { folding, typeOfRef, named, words, open: [], budget }), words };
}

function skeletonOf(schema: JsonSchema | Json | undefined, context: Context): JsonObject {
  if (schema === false) return custom("never", context);
  if (!isObject(schema)) return custom("unknown", context);
  const ref = refOf(schema);
  if (ref !== undefined && isPlainRef(schema)) {
    const scalar = scalarTarget(schema, context.folding.targetOf);
    return scalar ? skeletonOf(scalar, context) : custom(context.typeOfRef(ref) ?? "unknown", context);
  }
  const plain = context.folding.fold(schema);
  if (plain === schema) return shapeOf(schema, context);
  if (context.open.includes(plain) || context.budget.folds === 0) return unfolded(schema, context);
  context.budget.folds -= 1;
  if (!isObject(plain) || isPlainRef(plain)) return skeletonOf(plain, context);
  return shapeOf(plain, { ...context, open: [...context.open, plain] });
}

/** A composition that would be folded without end, as the intersection of what it consists of. */
function unfolded({ allOf, $ref, ...rest }: JsonObject, context: Context): JsonObject {
  const parts: Json[] = typeof $ref === "string" ? [{ $ref }] : [];
  if (Array.isArray(allOf)) parts.push(...(allOf as readonly Json[]));
  if (parts.length === 0) return shapeOf(rest, context);
  return shapeOf({ allOf: Object.keys(rest).some((key) => !isAnnotation(key)) ? [...parts, rest] : parts }, context);
}

/**
 * What a `$ref` leads to when that is a bare string, number or boolean: such a type is written where it is used, with its
 * words, because `orderId: string` says more than a name for `string` would.
 */
export function scalarTarget(schema: Json | JsonSchema | undefined, targetOf: TargetOf): JsonObject | undefined {
  let here: Json | undefined = schema;
  for (let step = 0; step < 20; step++) {
    if (!isObject(here)) return undefined;
    const ref = refOf(here);
    if (ref === undefined) return isScalar(here) ? here : undefined;
    if (!isPlainRef(here)) return undefined;
    const target = targetOf(ref);
    here = isObject(target) ? { ...target, ...pickAnnotations(here) } : undefined;
  }
  return undefined;
}

function isScalar(schema: JsonObject): boolean {
  const composed = ["const", "enum", "oneOf", "anyOf", "allOf"].some((key) => Object.hasOwn(schema, key));
  return !composed && typeof schema.type === "string" && !["object", "array"].includes(schema.type);
}

function shapeOf(schema: JsonObject, context: Context): JsonObject {
  if (Object.hasOwn(schema, "const")) return literals([schema.const as Json], schema, context);
  if (Array.isArray(schema.enum)) {
    const isOpen = context.folding.openTexts && schema.enum.every((value) => typeof value === "string");
    return literals(schema.enum, schema, context, isOpen);
  }
  const inner = { ...context, named: NO_NAMES };
  const parts: JsonObject[] = [];
  const own = ownShape(schema, context);
  if (own) parts.push(own);
  for (const keyword of ["oneOf", "anyOf", "allOf"] as const) {
    const branches = schema[keyword];
    if (!Array.isArray(branches) || branches.length === 0) continue;
    const shapes = branches.map((branch: Json) => skeletonOf(branch, keyword === "allOf" ? inner : context));
    parts.push({ [keyword === "allOf" ? "allOf" : "anyOf"]: shapes });
  }
  const [first] = parts;
  if (first === undefined) return custom("unknown", context);
  return parts.length === 1 ? first : { allOf: parts };
}

/** What `type` and its neighbours say; undefined when they say nothing. */
function ownShape(schema: JsonObject, context: Context): JsonObject | undefined {
  const types = declaredTypes(schema);
  if (types.length === 0) return undefined;
  const shapes = types.map((type) => {
    if (type === "object") return objectShape(schema, context);
    if (type === "array") return arrayShape(schema, { ...context, named: NO_NAMES });
    return { type };
  });
  const [first] = shapes;
  return shapes.length === 1 ? first : { anyOf: shapes };
}

function declaredTypes(schema: JsonObject): readonly string[] {
  const { type } = schema;
  if (Array.isArray(type)) return TYPES.filter((name) => type.includes(name));
  if (typeof type === "string") return TYPES.includes(type) ? [type] : [];
  if (
    ["properties", "additionalProperties", "patternProperties", "required"].some((key) => Object.hasOwn(schema, key))
  ) {
    return ["object"];
  }
  return Object.hasOwn(schema, "items") || Object.hasOwn(schema, "prefixItems") ? ["array"] : [];
}

/**
 * Declared properties make the type; that an object is open (no `additionalProperties: false`) shows only where it
 * declares nothing, so that a misspelt property is still a compile error for those who write events.
 */
function objectShape(schema: JsonObject, context: Context): JsonObject {
  const declared = isObject(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.filter((name) => typeof name === "string") : [];
  const names = [...new Set([...Object.keys(declared), ...required])];
  const properties: Record<string, JsonObject> = {};
  const marks: string[] = [];
  for (const name of names) {
    const mark = hide({ source: propertyName(name) }, context);
    properties[mark] = propertyShape(name, own(declared, name), context);
    if (required.includes(name)) marks.push(mark);
  }
  const extra = extraShape(schema, names.length > 0, { ...context, named: NO_NAMES });
  if (extra === false && names.length === 0) return custom("Record<string, never>", context);
  return { type: "object", properties, required: marks, additionalProperties: extra };
}

function propertyShape(name: string, schema: Json | undefined, context: Context): JsonObject {
  const type = context.named.get(name);
  const inner = { ...context, named: NO_NAMES };
  const shape = type === undefined ? skeletonOf(schema, inner) : custom(type, context);
  const comment = describe(scalarTarget(schema, context.folding.targetOf) ?? schema, type === undefined);
  return comment.length > 0 ? { ...shape, description: hide({ comment }, context) } : shape;
}

function extraShape(schema: JsonObject, hasProperties: boolean, context: Context): Json {
  const patterns = isObject(schema.patternProperties) ? Object.values(schema.patternProperties) : [];
  const extra = schema.additionalProperties;
  const open = extra === undefined || extra === true;
  if (patterns.length === 0 && open) return !hasProperties;
  if (patterns.length === 0 && extra === false) return false;
  if (hasProperties) return true;
  if (open) return true;
  const values = extra === false ? patterns : [...patterns, extra];
  return values.length === 1
    ? skeletonOf(values[0], context)
    : { anyOf: values.map((value) => skeletonOf(value, context)) };
}

function arrayShape(schema: JsonObject, context: Context): JsonObject {
  const tuple = Array.isArray(schema.prefixItems)
    ? schema.prefixItems
    : Array.isArray(schema.items)
      ? schema.items
      : undefined;
  if (!tuple) return { type: "array", items: skeletonOf(schema.items ?? true, context) };
  const rest = (Array.isArray(schema.prefixItems) ? schema.items : schema.additionalItems) ?? true;
  return {
    type: "array",
    items: tuple.map((item: Json) => skeletonOf(item, context)),
    additionalItems: rest === false ? false : skeletonOf(rest as Json, context),
    ...(typeof schema.minItems === "number" && schema.minItems <= tuple.length ? { minItems: schema.minItems } : {}),
  };
}

/** The union of the values that `type` (if given) admits; an open one lists what is known and takes any text. */
function literals(values: readonly Json[], schema: JsonObject, context: Context, isOpen = false): JsonObject {
  const types = schema.type === undefined ? [] : declaredTypes(schema);
  const admitted = values.filter((value) => types.length === 0 || types.some((type) => isOfType(value, type)));
  const texts = [...new Set(admitted.map(literalType)), ...(isOpen ? ["(string & {})"] : [])];
  return custom(texts.length > 1 ? `(${texts.join(" | ")})` : (texts[0] ?? "never"), context);
}

function isOfType(value: Json, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function custom(source: string, context: Context): JsonObject {
  return { tsType: hide({ source }, context) };
}

function hide(word: Word, context: Context): string {
  context.words.push(word);
  return `__${context.words.length - 1}__`;
}

/** Facts that a type cannot say, for its comment. */
const FACTS = (
  "format pattern minimum exclusiveMinimum maximum exclusiveMaximum multipleOf minLength maxLength minItems maxItems " +
  "uniqueItems default"
).split(" ");

/** The words of a schema for a doc comment: description (or title), then what its type cannot say. */
export function describe(schema: Json | JsonSchema | undefined, withFacts = true): readonly Paragraph[] {
  if (!isObject(schema)) return [];
  const text = typeof schema.description === "string" ? schema.description : schema.title;
  const facts = FACTS.filter((fact) => Object.hasOwn(schema, fact) && schema[fact] !== Number.MAX_SAFE_INTEGER).map(
    (fact) => `${fact}: ${factText(schema[fact])}`,
  );
  if (schema.type === "integer" && !Object.hasOwn(schema, "const")) facts.unshift("integer");
  return [
    ...(typeof text === "string" && text.trim() !== "" ? [text] : []),
    ...(withFacts && facts.length > 0 ? [`(${facts.join(", ")})`] : []),
    ...(schema.deprecated === true ? [{ tag: "@deprecated" as const }] : []),
  ];
}

function factText(value: Json | undefined): string {
  return typeof value === "string" ? value : value === undefined ? "" : canonicalJson(value);
}
