import type { Schema } from "@eventpact/compat";
import type { Json, JsonObject } from "../read/json.ts";
import { own, ownString } from "../read/json.ts";
import { datePattern, literal } from "./date-pattern.ts";
import { pactPattern } from "./pact-regex.ts";

/** A matcher of the Pact specification as its verifier understands it (`MatchingRule::create` of pact_models). */
export type Matcher =
  | { readonly kind: "plain"; readonly name: PlainName }
  | { readonly kind: "type"; readonly min?: number; readonly max?: number }
  | { readonly kind: "regex"; readonly regex: string }
  | { readonly kind: "include"; readonly text: string }
  | { readonly kind: "moment"; readonly format: string }
  | { readonly kind: "eachKey" | "eachValue"; readonly rules: readonly JsonObject[] }
  | { readonly kind: "arrayContains"; readonly variants: readonly JsonObject[] }
  | { readonly kind: "unknown"; readonly name: string };

type PlainName =
  | "equality"
  | "number"
  | "integer"
  | "decimal"
  | "boolean"
  | "null"
  | "notEmpty"
  | "semver"
  | "values"
  | "statusCode";

const PLAIN: Readonly<Record<string, PlainName>> = {
  equality: "equality",
  number: "number",
  integer: "integer",
  decimal: "decimal",
  real: "decimal",
  boolean: "boolean",
  null: "null",
  notEmpty: "notEmpty",
  "not-empty": "notEmpty",
  semver: "semver",
  values: "values",
  statusCode: "statusCode",
  "status-code": "statusCode",
};

const FORMATS: Readonly<Record<string, string>> = {
  date: "yyyy-MM-dd",
  time: "HH:mm:ss",
  timestamp: "yyyy-MM-dd'T'HH:mm:ssXXX",
  datetime: "yyyy-MM-dd'T'HH:mm:ssXXX",
};

/** Reads one matcher; what the verifier would refuse to read is unknown. */
export function matcherOf(rule: JsonObject): Matcher {
  const name = ownString(rule, "match");
  if (name === undefined) return guessed(rule);
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
  if (plain !== undefined) return { kind: "plain", name: plain };
  const [min, max] = [own(rule, "min"), own(rule, "max")];
  switch (name) {
    case "type":
      return bounded(min, max) ?? { kind: "unknown", name };
    case "min":
    case "min-type":
      return (typeof min === "number" ? bounded(min, undefined) : undefined) ?? { kind: "unknown", name };
    case "max":
    case "max-type":
      return (typeof max === "number" ? bounded(undefined, max) : undefined) ?? { kind: "unknown", name };
    case "regex": {
      const regex = ownString(rule, "regex");
      return regex === undefined ? { kind: "unknown", name } : { kind: "regex", regex };
    }
    case "include": {
      const text = ownString(rule, "value");
      return text === undefined ? { kind: "unknown", name } : { kind: "include", text };
    }
    default:
      return collection(rule, name);
  }
}

function collection(rule: JsonObject, name: string): Matcher {
  if (Object.hasOwn(FORMATS, name)) {
    const written = own(rule, "format") ?? own(rule, name) ?? "";
    if (typeof written !== "string") return { kind: "unknown", name };
    return { kind: "moment", format: written === "" ? (FORMATS[name] ?? "") : written };
  }
  const objects = (value: Json | undefined): readonly JsonObject[] | undefined =>
    Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null && !Array.isArray(one))
      ? (value as readonly JsonObject[])
      : undefined;
  if (["eachKey", "each-key", "eachValue", "each-value"].includes(name)) {
    const rules = objects(own(rule, "rules") ?? []);
    const kind = name.toLowerCase().endsWith("key") ? "eachKey" : "eachValue";
    return rules === undefined ? { kind: "unknown", name } : { kind, rules };
  }
  if (name === "arrayContains" || name === "array-contains") {
    const variants = objects(own(rule, "variants"));
    return variants === undefined ? { kind: "unknown", name } : { kind: "arrayContains", variants };
  }
  return { kind: "unknown", name };
}

/** A matcher without a name is known by its fields. */
function guessed(rule: JsonObject): Matcher {
  const [regex, min, max] = [own(rule, "regex"), own(rule, "min"), own(rule, "max")];
  if (typeof regex === "string") return { kind: "regex", regex };
  if (typeof min === "number") return bounded(min, undefined) ?? { kind: "unknown", name: "min" };
  if (typeof max === "number") return bounded(undefined, max) ?? { kind: "unknown", name: "max" };
  for (const name of ["timestamp", "time", "date"]) if (own(rule, name) !== undefined) return collection(rule, name);
  return { kind: "unknown", name: "without a name" };
}

function bounded(min: Json | undefined, max: Json | undefined): Matcher | undefined {
  const isCount = (value: Json | undefined): boolean =>
    value === undefined || (typeof value === "number" && Number.isInteger(value) && value >= 0);
  if (!isCount(min) || !isCount(max)) return undefined;
  return {
    kind: "type",
    ...(typeof min === "number" ? { min } : {}),
    ...(typeof max === "number" ? { max } : {}),
  };
}

/** How a matcher is called where it is not understood. */
export function nameOf(matcher: Matcher): string {
  if (matcher.kind === "unknown") return matcher.name;
  if (matcher.kind === "regex") return `regex "${matcher.regex}"`;
  return matcher.kind === "moment" ? `date format "${matcher.format}"` : matcher.kind;
}

/** Which whole numbers a matcher of integers takes. */
export type Integers = "of 64 bits" | "any";

/** What the verifier's integers are: whole numbers of 64 bits; a whole number beyond them is a decimal. */
const INTEGER = { type: "integer", minimum: -(2 ** 63), exclusiveMaximum: 2 ** 64 } as const;

/** https://semver.org, with numbers that fit 64 bits. */
const SEMVER =
  "^(?:0|[1-9]\\d{0,18})\\.(?:0|[1-9]\\d{0,18})\\.(?:0|[1-9]\\d{0,18})" +
  "(?:-(?:0|[1-9]\\d{0,18}|\\d*[A-Za-z-][0-9A-Za-z-]*)(?:\\.(?:0|[1-9]\\d{0,18}|\\d*[A-Za-z-][0-9A-Za-z-]*))*)?" +
  "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$";

/** What the matcher takes where the example is neither an object nor a list; undefined where no schema can say it. */
export function scalarSchema(matcher: Matcher, example: Json, integers: Integers): Schema | undefined {
  switch (matcher.kind) {
    case "type":
      return { type: example === null ? "null" : typeof example };
    case "regex": {
      const pattern = pactPattern(matcher.regex);
      return pattern === undefined ? undefined : { type: "string", pattern };
    }
    case "include":
      return { type: "string", pattern: literal(matcher.text) };
    case "moment":
      return momentSchema(matcher.format);
    case "plain":
      return plainScalar(matcher.name, example, integers);
    case "unknown":
      return undefined;
    default:
      // Matchers of collections have no say about a value that is none.
      return true;
  }
}

function plainScalar(name: PlainName, example: Json, integers: Integers): Schema {
  const integer = integers === "any" ? ({ type: "integer" } as const) : INTEGER;
  switch (name) {
    case "equality":
    case "values":
      return { const: example };
    case "number":
      return { type: "number" };
    case "integer":
      return integer;
    case "decimal":
      return { type: "number", not: integer };
    case "boolean":
      return { enum: [true, false, "true", "false"] };
    case "null":
      return { type: "null" };
    case "notEmpty":
      return { not: { enum: [null, "", [], {}] } };
    case "semver":
      return { type: "string", pattern: SEMVER };
    default:
      return true;
  }
}

function momentSchema(format: string): Schema | undefined {
  if (format === FORMATS["date"]) return { type: "string", format: "date" };
  const pattern = datePattern(format);
  return pattern === undefined ? undefined : { type: "string", pattern: `^${pattern}$` };
}

/** What the matcher asks of a whole object, apart from what is inside; undefined where it is not known. */
export function objectSchema(matcher: Matcher, example: Json, isInherited: boolean): Schema | undefined {
  switch (matcher.kind) {
    case "type":
      return isInherited ? true : sized("Properties", matcher);
    case "regex":
    case "eachKey":
    case "eachValue":
    case "arrayContains":
      return true;
    case "plain":
      if (matcher.name === "equality") return { const: example };
      if (matcher.name === "notEmpty") return { minProperties: 1 };
      return matcher.name === "values";
    case "unknown":
      return undefined;
    default:
      return false;
  }
}

/** What the matcher asks of a whole list, apart from what is inside; undefined where it is not known. */
export function listSchema(matcher: Matcher, example: Json, isInherited: boolean): Schema | undefined {
  switch (matcher.kind) {
    case "type":
      return isInherited ? true : sized("Items", matcher);
    case "plain":
      if (matcher.name === "equality") return { const: example };
      if (matcher.name === "notEmpty") return { minItems: 1 };
      return matcher.name !== "null" && matcher.name !== "statusCode";
    case "unknown":
      return undefined;
    default:
      return true;
  }
}

const sized = (
  what: "Items" | "Properties",
  { min, max }: { readonly min?: number; readonly max?: number },
): Schema => ({
  ...(min === undefined ? {} : { [`min${what}`]: min }),
  ...(max === undefined ? {} : { [`max${what}`]: max }),
});

/** What the matcher takes of an object's names; undefined where no schema can say it. */
export function keySchema(matcher: Matcher): Schema | undefined {
  switch (matcher.kind) {
    case "type":
      return true;
    case "regex":
    case "include":
    case "moment":
      return scalarSchema(matcher, "", "any");
    case "plain":
      if (matcher.name === "equality" || matcher.name === "values") return { const: "" };
      if (matcher.name === "notEmpty") return { minLength: 1 };
      if (matcher.name === "semver") return { pattern: SEMVER };
      return matcher.name === "boolean" ? { enum: ["true", "false"] } : undefined;
    default:
      return undefined;
  }
}
