import { createRequire } from "node:module";
import type { Ajv, AnySchema, Options } from "ajv";
import { formats } from "../runtime/formats.js";
import { isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { mapSchema, without } from "../schema/map.ts";
import { toExpression } from "../strings/expression.ts";
import type { Dialect, Schema } from "../types.ts";
import { withContained } from "./contained.ts";
import { ownKeywords } from "./keywords.ts";

/** Which ajv is made; formats are asserted unless `formats` is `annotation`. */
export interface SetUp extends Pick<Options, "addUsedSchema" | "allErrors" | "code" | "inlineRefs"> {
  readonly dialect: Dialect;
  /** Rewritten by a policy, which says `unevaluatedProperties` in any dialect. */
  readonly unevaluated?: boolean;
  readonly formats?: "assertion" | "annotation";
  /** Do only an object's own properties count? Dear, and needed only where `mentionsPrototype` says so. */
  readonly ownProperties: boolean;
}

const require = createRequire(import.meta.url);

/** Patterns that are valid only without the `u` flag are read without it, each for itself. */
const regExp = Object.assign(
  (source: string): RegExp => toExpression(source) ?? new RegExp(source, "u"),
  // The text that stands in generated code.
  { code: "new RegExp" },
);

/**
 * The one way in which this project sets up ajv: for what `check` judges, for the validators that `generate` ships, and
 * for what confirms a witness. A schema is handed to it by `forAjv` only. Loads ajv when it is called for the first time.
 */
export function createAjv({ dialect, unevaluated = false, formats: use = "assertion", code, ...more }: SetUp): Ajv {
  const path =
    dialect === "2020-12" ? "ajv/dist/2020.js" : unevaluated || dialect === "2019-09" ? "ajv/dist/2019.js" : "ajv";
  const { default: Constructor } = require(path) as { default: new (options: Options) => Ajv };
  const ajv = new Constructor({
    strict: false,
    logger: false,
    validateSchema: false,
    meta: false,
    validateFormats: use === "assertion",
    ...more,
    code: { regExp, ...code },
  });
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format);
  ownKeywords(ajv);
  return ajv;
}

/** Keywords that no dialect knows and ajv acts on. */
const AJV_ONLY: ReadonlySet<string> = new Set(["nullable", "id", "$async", "$schema"]);

/**
 * A schema as ajv has to be given it to mean what it says: without what only ajv knows, and with what ajv passes over
 * said in other words.
 *
 * @throws RangeError for a schema nested so deeply that walking it exhausts the stack
 * @throws Error for `unevaluatedItems` beside a `contains` of one alternative, which ajv cannot be asked
 */
export function forAjv(schema: Schema, dialect: Dialect): AnySchema {
  return mapSchema(schema, (node) => {
    const known = withPrototypeNames(withKnownFormat(without(node, AJV_ONLY)));
    return dialect === "2020-12" ? withContained(known, schema) : known;
  }) as AnySchema;
}

function withKnownFormat(node: JsonObject): JsonObject {
  const format = own(node, "format");
  return format === undefined || isAsserted(format) ? node : without(node, new Set(["format"]));
}

const HAS_PROTOTYPE = { type: "object", required: ["__proto__"] };
const PROTOTYPE: ReadonlySet<string> = new Set(["__proto__"]);

/** ajv leaves the name `__proto__` out of lists by name, but not a pattern that only it matches, nor `required`. */
function withPrototypeNames(node: JsonObject): JsonObject {
  const all: unknown[] = [];
  let result = node;
  for (const keyword of ["properties", "dependencies", "dependentRequired", "dependentSchemas"]) {
    const byName = own(node, keyword);
    if (!isObject(byName) || !Object.hasOwn(byName, "__proto__")) continue;
    const named = byName["__proto__"];
    result = { ...result, [keyword]: without(byName, PROTOTYPE) };
    if (keyword === "properties") {
      const patterns = own(node, "patternProperties");
      result = { ...result, patternProperties: { ...(isObject(patterns) ? patterns : {}), "^__proto__$": named } };
    } else {
      const consequence = Array.isArray(named) ? { required: named } : named;
      all.push({ if: { not: HAS_PROTOTYPE }, else: consequence });
    }
  }
  if (all.length === 0) return result;
  const parts = own(node, "allOf");
  return { ...result, allOf: [...(Array.isArray(parts) ? parts : []), ...all] };
}

/** Does a schema name something that every object inherits? `required: [constructor]` is then met by every object. */
export function mentionsPrototype(value: unknown): boolean {
  if (typeof value === "string") return value in Object.prototype;
  if (Array.isArray(value)) return value.some((item) => mentionsPrototype(item));
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, item]) => key in Object.prototype || mentionsPrototype(item));
}

/** The formats that are asserted; any other name only describes. */
export function isAsserted(format: unknown): boolean {
  return typeof format === "string" && Object.hasOwn(formats, format);
}

/** Is a pattern legal with the `u` flag? If not, it is read without. */
export function isUnicodePattern(source: string): boolean {
  return toExpression(source)?.unicode === true;
}
