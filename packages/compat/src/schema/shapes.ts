import type { Dialect } from "../types.ts";
import { isCount, isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** Why a schema means nothing: JSON pointer to a keyword, and what its value must be. */
export interface Fault {
  readonly pointer: string;
  readonly message: string;
}

interface Shape {
  readonly words: string;
  fits(value: unknown, dialect: Dialect): boolean;
}

const TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"];
const isType = (value: unknown): boolean => typeof value === "string" && TYPES.includes(value);
const isSchema = (value: unknown): boolean => typeof value === "boolean" || isObject(value);
const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((name) => typeof name === "string");
const all = (value: unknown, fits: (part: unknown) => boolean): boolean =>
  isObject(value) && Object.keys(value).every((key) => fits(value[key]));

const TYPE: Shape = {
  words: `one of ${TYPES.join(", ")}, or a list of them`,
  fits: (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)),
};
const COUNT: Shape = { words: "a whole number, zero or more", fits: isCount };
const NUMBER: Shape = { words: "a number", fits: Number.isFinite };
const TEXT: Shape = { words: "a string", fits: (value) => typeof value === "string" };
const SCHEMA: Shape = { words: "a schema: true, false or an object", fits: isSchema };
const SCHEMAS: Shape = {
  words: "a list of schemas, at least one",
  fits: (value) => Array.isArray(value) && value.length > 0 && value.every(isSchema),
};
const SCHEMAS_BY_NAME: Shape = { words: "an object of schemas", fits: (value) => all(value, isSchema) };
const NAMES_BY_NAME: Shape = { words: "an object of lists of names", fits: (value) => all(value, isNames) };
const DEPENDENCIES: Shape = {
  words: "an object of schemas and lists of names",
  fits: (value) => all(value, (part) => isSchema(part) || isNames(part)),
};
const ITEMS: Shape = {
  words: "a schema, or a list of them before 2020-12",
  fits: (value, dialect) => isSchema(value) || (dialect !== "2020-12" && Array.isArray(value) && value.every(isSchema)),
};

function table(entries: readonly (readonly [string, Shape])[]): ReadonlyMap<string, Shape> {
  return new Map(
    entries.flatMap(([keywords, shape]) => keywords.split(" ").map((keyword) => [keyword, shape] as const)),
  );
}

const COMMON = table([
  ["type", TYPE],
  ["minLength maxLength minItems maxItems minProperties maxProperties", COUNT],
  ["minimum maximum exclusiveMinimum exclusiveMaximum", NUMBER],
  ["multipleOf", { words: "a number above zero", fits: (value) => Number.isFinite(value) && Number(value) > 0 }],
  ["pattern format $ref $id", TEXT],
  ["required", { words: "a list of names", fits: isNames }],
  ["enum", { words: "a list of values", fits: Array.isArray }],
  ["uniqueItems", { words: "true or false", fits: (value) => typeof value === "boolean" }],
  ["not if then else contains propertyNames additionalProperties", SCHEMA],
  ["allOf anyOf oneOf", SCHEMAS],
  ["properties patternProperties definitions", SCHEMAS_BY_NAME],
  ["dependencies", DEPENDENCIES],
  ["items", ITEMS],
]);
const BEFORE_2020 = table([["additionalItems", SCHEMA]]);
const SINCE_2019 = table([
  ["minContains maxContains", COUNT],
  ["unevaluatedItems unevaluatedProperties", SCHEMA],
  ["dependentSchemas $defs", SCHEMAS_BY_NAME],
  ["dependentRequired", NAMES_BY_NAME],
  ["$anchor $dynamicAnchor $dynamicRef $recursiveRef", TEXT],
]);
const SINCE_2020 = table([["prefixItems", SCHEMAS]]);

const TABLES: Readonly<Record<Dialect, readonly ReadonlyMap<string, Shape>[]>> = {
  "draft-07": [COMMON, BEFORE_2020],
  "2019-09": [COMMON, BEFORE_2020, SINCE_2019],
  "2020-12": [COMMON, SINCE_2019, SINCE_2020],
};

/**
 * The first keyword of a schema (not of its subschemas) whose value the dialect's meta-schema does not allow, so that
 * it says nothing about values. Doubled names and an empty `enum` do say something and pass.
 */
export function faultOf(schema: JsonObject, pointer: string, dialect: Dialect): Fault | undefined {
  for (const keyword of Object.keys(schema)) {
    for (const shapes of TABLES[dialect]) {
      const shape = shapes.get(keyword);
      if (shape === undefined || shape.fits(schema[keyword], dialect)) continue;
      return { pointer: `${pointer}/${keyword}`, message: `must be ${shape.words}` };
    }
  }
  return undefined;
}
