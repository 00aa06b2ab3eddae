import type { Json, JsonObject } from "../../read/json.ts";
import { isObject, own, ownString } from "../../read/json.ts";
import type { Field } from "./fields.ts";
import { firstOf } from "./flatten.ts";

const CONSTRAINTS = (
  "discriminator format pattern minLength maxLength minimum exclusiveMinimum maximum exclusiveMaximum multipleOf minItems maxItems " +
  "uniqueItems minContains maxContains contains minProperties maxProperties propertyNames contentEncoding " +
  "contentMediaType readOnly writeOnly not if then else dependencies dependentRequired dependentSchemas " +
  "unevaluatedProperties"
).split(" ");

/** Words and limits that hold at one place; the first to say something is heard. */
export function wordsOf(
  parts: readonly JsonObject[],
): Pick<Field, "constraints" | "deprecated" | "personal"> & Partial<Field> {
  const constraints: Record<string, Json> = {};
  for (const part of parts)
    for (const keyword of CONSTRAINTS) {
      const value = own(part, keyword);
      if (value !== undefined) constraints[keyword] ??= value;
    }
  if (parts.some((part) => own(part, "additionalProperties") === false)) constraints["additionalProperties"] = false;
  const title = firstOf(parts, (part) => ownString(part, "title"));
  const description = firstOf(parts, (part) => ownString(part, "description"));
  const fallback = firstOf(parts, (part) => own(part, "default"));
  const values = firstOf(parts, valuesOf);
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(values === undefined ? {} : { values }),
    constraints,
    deprecated: parts.some((part) => own(part, "deprecated") === true),
    personal: parts.some((part) => own(part, "x-personal-data") === true),
  };
}

function valuesOf(part: JsonObject): readonly Json[] | undefined {
  const constant = own(part, "const");
  if (constant !== undefined) return [constant];
  const values = own(part, "enum");
  return Array.isArray(values) ? values : undefined;
}

export function typeOf(parts: readonly JsonObject[]): readonly string[] {
  const declared = firstOf(parts, (part) => own(part, "type"));
  if (typeof declared === "string") return [declared];
  if (Array.isArray(declared)) return declared.filter((type) => typeof type === "string");
  if (parts.some((part) => isObject(own(part, "properties")))) return ["object"];
  if (parts.some((part) => own(part, "items") !== undefined)) return ["array"];
  const values = firstOf(parts, valuesOf);
  return values === undefined ? [] : [...new Set(values.map(typeOfValue))];
}

function typeOfValue(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}
