import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Random } from "../src/random.ts";
import type { Json, Schema } from "../src/index.ts";

export type World = "draft-07" | "2020-12";

type Fields = { [keyword: string]: unknown };

const NAMES = ["a", "b", "ab"];
const TEXTS = ["", "a", "b", "ab", "aa", "ba", "a1"];
const NUMBERS = [-1, 0, 1, 2, 3, 0.5, 1.5];
const SCALARS: readonly Json[] = [null, true, false, ...NUMBERS, ...TEXTS];
const INNER: readonly Json[] = [null, 0, 1, 0.5, "", "a", "ab", [], [1], ["a"], {}, { a: 1 }, { b: "a" }];
const PATTERNS = ["a", "^a", "b$", "^a*$", "^[ab]+$", "^.$", "^(?!a)", "1", "^(ab|a)?$", "^$"];
const TYPES = ["null", "boolean", "integer", "number", "string", "array", "object"];
/** Lengths at which the engine goes over to describing. */
const LONG = [60, 61, 62, 75];

/** Every value of the small world, and some long ones. */
export const WORLD: readonly Json[] = [
  ...SCALARS,
  ...lists(INNER, 2),
  ...lists([0, "a", 1.5], 3),
  ...objects(),
  ...long(),
];

function lists(items: readonly Json[], most: number): Json[] {
  const found: Json[][] = [[]];
  for (let from = 0, length = 1; length <= most; length++) {
    const shorter = found.slice(from);
    from = found.length;
    for (const list of shorter) for (const item of items) found.push([...list, item]);
  }
  return found;
}

function objects(): Json[] {
  const absent = Symbol("absent");
  let found: { [name: string]: Json }[] = [{}];
  for (const name of NAMES) {
    const values = [absent, ...(name === "ab" ? [0, "a"] : INNER)];
    found = found.flatMap((object) =>
      values.map((value) => (typeof value === "symbol" ? object : { ...object, [name]: value })),
    );
  }
  return found;
}

function long(): Json[] {
  return LONG.flatMap((length) => [
    "a".repeat(length),
    `b${"a".repeat(length - 1)}`,
    "ab".repeat(length).slice(0, length),
    ...[0, "a", null].flatMap((item) => [
      Array.from({ length }, () => item),
      ["a", ...Array.from({ length: length - 1 }, () => item)],
      [...Array.from({ length: length - 1 }, () => item), 1.5],
    ]),
    Array.from({ length }, (_, index) => index),
    Array.from({ length }, (_, index) => `a${index}`),
    ...[0, "a"].map((item) => Object.fromEntries(Array.from({ length }, (_, index) => [`a${index}`, item]))),
    Object.fromEntries(
      Array.from({ length }, (_, index) => [index === 0 ? "b" : `a${index}`, index % 2 === 0 ? 1 : "b"]),
    ),
  ]);
}

const OPTIONS = { strict: false, logger: false, multipleOfPrecision: 9, ownProperties: true } as const;

/** Plain ajv, set up by itself; `undefined` where it cannot compile. */
export function validator(schema: Schema, world: World): ValidateFunction | undefined {
  const ajv = world === "draft-07" ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  addFormats.default(ajv);
  try {
    // A clone may come from another realm, whose lists ajv calls unlike ours.
    return ajv.compile(JSON.parse(JSON.stringify(schema)));
  } catch {
    return undefined;
  }
}

/** A schema of the world: small constants most of the time, and sometimes counts of dozens. */
export function randomSchema(random: Random, world: World, depth = 3): Schema {
  if (depth === 0 || random.chance(0.15)) return random.pick(LEAVES) ?? true;
  const schema: Fields = {};
  if (random.chance(0.55)) schema["type"] = random.chance(0.8) ? random.pick(TYPES) : some(random, TYPES, 2);
  for (let count = 1 + random.within(3); count > 0; count--) {
    const [keyword, value] = randomKeyword(random, world, depth);
    schema[keyword] = value;
  }
  if (schema["$ref"] !== undefined && world === "draft-07") return { $ref: schema["$ref"] };
  return schema as Schema;
}

const LEAVES: readonly Schema[] = [
  true,
  false,
  ...TYPES.map((type) => ({ type })),
  { const: 1 },
  { const: "a" },
  { enum: ["a", "b", 0] },
  { type: "string", minLength: 1 },
  { type: "number", minimum: 1 },
];

function some<T>(random: Random, values: readonly T[], most: number): T[] {
  return [...new Set(Array.from({ length: 1 + random.within(most) }, () => random.pick(values) as T))];
}

function randomKeyword(random: Random, world: World, depth: number): [string, unknown] {
  const schema = (): Schema => randomSchema(random, world, depth - 1);
  const schemas = (): Schema[] => Array.from({ length: 1 + random.within(3) }, schema);
  const count = (): number => (random.chance(0.12) ? (random.pick(LONG) ?? 61) : random.within(4));
  const named = (names: readonly string[], make: () => unknown): Fields =>
    Object.fromEntries(some(random, names, 3).map((name) => [name, make()]));
  const common: readonly (() => [string, unknown])[] = [
    () => ["enum", some(random, [...SCALARS, [], {}, { a: 1 }, ["a"]], 4)],
    () => ["const", random.pick(SCALARS)],
    () => ["minimum", random.pick(NUMBERS)],
    () => ["maximum", random.pick(NUMBERS)],
    () => ["exclusiveMinimum", random.pick(NUMBERS)],
    () => ["exclusiveMaximum", random.pick(NUMBERS)],
    () => ["multipleOf", random.pick([1, 2, 0.5, 1.5, 0.1])],
    () => ["minLength", count()],
    () => ["maxLength", count()],
    () => ["pattern", random.pick(PATTERNS)],
    () => ["items", world === "draft-07" && random.chance(0.3) ? schemas() : schema()],
    () => ["minItems", count()],
    () => ["maxItems", count()],
    () => ["uniqueItems", true],
    () => ["contains", schema()],
    () => ["properties", named(NAMES, schema)],
    () => ["properties", named(NAMES, schema)],
    () => ["patternProperties", named(PATTERNS, schema)],
    () => ["additionalProperties", random.chance(0.5) ? false : schema()],
    () => ["propertyNames", schema()],
    () => ["required", some(random, NAMES, 2)],
    () => ["minProperties", count()],
    () => ["maxProperties", count()],
    () => ["allOf", schemas()],
    () => ["anyOf", schemas()],
    () => ["oneOf", schemas()],
    () => ["not", schema()],
    () => ["if", schema()],
    () => ["then", schema()],
    () => ["else", schema()],
    () => ["$ref", random.pick(["#/definitions/one", "#/definitions/two"])],
  ];
  const modern: readonly (() => [string, unknown])[] = [
    () => ["prefixItems", schemas()],
    () => ["minContains", count()],
    () => ["maxContains", count()],
    () => ["dependentRequired", named(NAMES, () => some(random, NAMES, 2))],
    () => ["dependentSchemas", named(NAMES, schema)],
    () => ["unevaluatedProperties", random.chance(0.5) ? false : schema()],
    () => ["unevaluatedItems", random.chance(0.5) ? false : schema()],
  ];
  const older: readonly (() => [string, unknown])[] = [
    () => ["additionalItems", schema()],
    () => ["dependencies", named(NAMES, () => (random.chance(0.5) ? some(random, NAMES, 2) : schema()))],
  ];
  const make = random.pick([...common, ...(world === "2020-12" ? modern : older)]);
  return make === undefined ? ["title", ""] : make();
}

/** A schema with definitions that it may refer to. */
export function randomDocument(random: Random, world: World): Schema {
  const schema = randomSchema(random, world);
  if (typeof schema === "boolean" || !JSON.stringify(schema).includes("$ref")) return schema;
  const definitions = { one: randomSchema(random, world, 1), two: randomSchema(random, world, 2) };
  return { allOf: [schema], definitions } as Schema;
}

/** A copy in which a keyword somewhere has gone, has come or has another value. */
export function edited(random: Random, schema: Schema, world: World): Schema {
  if (typeof schema === "boolean") return randomSchema(random, world, 1);
  // Not by `structuredClone`: its lists are of another realm under jest, and ajv takes no two such for equal.
  const copy = JSON.parse(JSON.stringify(schema)) as Fields;
  const places = objectsIn(copy);
  const place = random.pick(places) ?? copy;
  const keys = Object.keys(place).filter((key) => key !== "definitions");
  if (random.chance(0.4) && keys.length > 0) delete place[random.pick(keys) ?? ""];
  else {
    const [keyword, value] = randomKeyword(random, world, 1);
    if (place["$ref"] === undefined || world !== "draft-07") place[keyword] = value;
  }
  return copy as Schema;
}

function objectsIn(value: unknown): Fields[] {
  if (typeof value !== "object" || value === null) return [];
  const own = Array.isArray(value) ? [] : [value as Fields];
  const isNames = (key: string): boolean =>
    ["properties", "patternProperties", "definitions", "dependentSchemas"].includes(key);
  const skipped = new Set(["enum", "const", "required", "dependentRequired", "dependencies", "type"]);
  const inner = Object.entries(value).flatMap(([key, part]) => {
    if (skipped.has(key)) return [];
    return isNames(key) && !Array.isArray(value) ? Object.values(part as object).flatMap(objectsIn) : objectsIn(part);
  });
  return [...own, ...inner];
}

/** Other spellings of the same schema. */
export const SPELLINGS: Readonly<Record<string, (schema: Schema) => Schema>> = {
  "all of one": (schema) => ({ allOf: [schema] }),
  "any of one": (schema) => ({ anyOf: [schema] }),
  "one of one": (schema) => ({ oneOf: [schema] }),
  "any of it twice": (schema) => ({ anyOf: [schema, schema] }),
  "not its negation": (schema) => ({ not: { not: schema } }) as Schema,
  "a dependency of nothing": (schema) => ({ allOf: [{ if: false, else: schema }] }) as Schema,
  "by De Morgan": (schema) => ({ not: { anyOf: [{ not: schema }, { not: true }] } }) as Schema,
  "type by type": (schema) =>
    ({ anyOf: TYPES.filter((type) => type !== "integer").map((type) => ({ allOf: [{ type }, schema] })) }) as Schema,
};

/** The schema in another spelling; what it refers to stays at the root. */
export function respelt(schema: Schema, spelling: (schema: Schema) => Schema): Schema {
  if (typeof schema === "boolean") return spelling(schema);
  const { definitions, ...rest } = schema;
  const spelt = spelling(rest as Schema);
  return definitions === undefined || typeof spelt === "boolean" ? spelt : { ...spelt, definitions };
}
