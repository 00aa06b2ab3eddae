import fc from "fast-check";
import type { Json, Schema } from "../src/index.ts";

/** A small world: few names, few values, so that random schemas and random instances meet. */
const names = fc.constantFrom("a", "b", "ab", "x1");
const scalars: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, "", "a", "b", "ab", "aab", "x1", "10", "2026-01-15"),
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom<Json>(0.5, 1.5, 2.25, -0.5, 1.1),
);
const patterns = fc.constantFrom("a", "^a", "b$", "^a*$", "^[ab]+$", "^x\\d$", "^(?=a).{2}$", "(?<!a)$", "^$", "\\bb");
const types = fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object");
const count = fc.integer({ min: 0, max: 3 });

export const instances: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    scalars,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

function keywords(child: fc.Arbitrary<Schema>, modern: boolean): fc.Arbitrary<Schema> {
  const some = fc.array(child, { minLength: 1, maxLength: 3 });
  const all = {
    type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })),
    enum: fc.array(instances, { minLength: 1, maxLength: 3 }),
    const: instances,
    minimum: fc.integer({ min: -2, max: 5 }),
    maximum: fc.integer({ min: -2, max: 8 }),
    exclusiveMinimum: fc.integer({ min: -2, max: 5 }),
    exclusiveMaximum: fc.integer({ min: -2, max: 8 }),
    multipleOf: fc.constantFrom(1, 2, 3, 0.5, 1.5),
    minLength: count,
    maxLength: count,
    pattern: patterns,
    format: fc.constantFrom("date", "uuid", "hostname", "relative-json-pointer", "int32"),
    items: modern ? child : fc.oneof(child, some),
    contains: child,
    uniqueItems: fc.constant(true),
    minItems: count,
    maxItems: count,
    properties: fc.dictionary(names, child, { maxKeys: 3 }),
    patternProperties: fc.dictionary(patterns, child, { maxKeys: 2 }),
    additionalProperties: child,
    propertyNames: child,
    required: fc.uniqueArray(names, { maxLength: 2 }),
    minProperties: count,
    maxProperties: count,
    allOf: some,
    anyOf: some,
    oneOf: some,
    not: child,
    if: child,
    else: child,
    ...(modern
      ? {
          prefixItems: some,
          minContains: count,
          maxContains: count,
          dependentRequired: fc.dictionary(names, fc.uniqueArray(names, { maxLength: 2 }), { maxKeys: 2 }),
          dependentSchemas: fc.dictionary(names, child, { maxKeys: 2 }),
          unevaluatedProperties: child,
          unevaluatedItems: child,
        }
      : { additionalItems: child, dependencies: fc.dictionary(names, child, { maxKeys: 2 }) }),
    $ref: fc.constantFrom("#", "#/definitions/one", "#/definitions/two"),
  };
  const entries = Object.entries(all).map(([keyword, value]) =>
    (value as fc.Arbitrary<unknown>).map((content): [string, unknown] => [keyword, content]),
  );
  entries.push(child.map((content): [string, unknown] => ["then", content]));
  return fc.array(fc.oneof(...entries), { minLength: 1, maxLength: 3 }).map((pairs) => Object.fromEntries(pairs));
}

function nested(modern: boolean): fc.Arbitrary<Schema> {
  return fc.letrec<{ schema: Schema }>((tie) => ({
    schema: fc.oneof(
      { depthSize: "small", maxDepth: 3 },
      { weight: 1, arbitrary: fc.boolean() },
      { weight: 4, arbitrary: types.map((type) => ({ type })) },
      { weight: 8, arbitrary: keywords(tie("schema"), modern) },
    ),
  })).schema;
}

/** Schemas of a dialect with two definitions that everything may refer to, and to the root. */
export function schemas(dialect: "draft-07" | "2020-12"): fc.Arbitrary<Schema> {
  const schema = nested(dialect === "2020-12");
  return fc
    .tuple(schema, schema, schema)
    .map(([root, one, two]) => (typeof root === "boolean" ? root : { ...root, definitions: { one, two } }));
}

/** A schema and a copy in which one keyword somewhere is gone or stands where it did not. */
export function mutated(schema: fc.Arbitrary<Schema>): fc.Arbitrary<[Schema, Schema]> {
  return fc.tuple(schema, schema, fc.nat(), fc.boolean()).map(([before, donor, where, removes]) => {
    const after = structuredClone(before);
    const places = objectsIn(after);
    const place = places[where % Math.max(1, places.length)];
    if (place === undefined) return [before, donor];
    const [first] = Object.entries(donor).filter(([keyword]) => keyword !== "definitions");
    const own = Object.keys(place).filter((keyword) => keyword !== "definitions");
    const gone = own[where % Math.max(1, own.length)];
    if (removes && gone !== undefined) delete place[gone];
    else if (first !== undefined) place[first[0]] = first[1];
    return [before, after];
  });
}

/** The schema and its subschemas under keywords that hold one or several. */
function objectsIn(schema: Schema): { [keyword: string]: unknown }[] {
  if (typeof schema === "boolean") return [];
  const found = [schema as { [keyword: string]: unknown }];
  for (const keyword of ["items", "not", "additionalProperties", "if", "contains"]) {
    const child = schema[keyword];
    if (typeof child === "object" && child !== null && !Array.isArray(child)) found.push(...objectsIn(child as Schema));
  }
  for (const keyword of ["allOf", "anyOf", "oneOf"]) {
    const list = schema[keyword];
    if (Array.isArray(list)) found.push(...list.flatMap((child) => objectsIn(child as Schema)));
  }
  const properties = schema["properties"];
  if (typeof properties === "object" && properties !== null) {
    found.push(...Object.values(properties).flatMap((child) => objectsIn(child as Schema)));
  }
  return found;
}
