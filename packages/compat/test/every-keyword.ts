import fc from "fast-check";
import type { Draft, Json, Schema } from "../src/index.ts";

/** Few names, so that schemas and values meet, and some that every object inherits or that are half a character. */
const names = fc.constantFrom("a", "b", "ab", "constructor", "toString", "__proto__", "é", "\u{1f600}", "\ud83d");
const numbers = fc.oneof(
  fc.constantFrom<Json>(0, -0, 1, 2, 3, -1, 0.1, 0.3, 0.07, 19.99, 1e-7, 1e21, 1e23, 5e-324, 1e308, -1e308),
  fc.constantFrom<Json>(2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 31, 1.5, 2.5, 4.35, 0.30000000000000004),
  fc.integer({ min: -3, max: 12 }),
);
const texts = fc.oneof(
  fc.constantFrom("", "a", "b", "ab", "aab", "A", "10", "constructor", "__proto__", "2026-01-15", "a@b.co", "-", "a-b"),
  fc.constantFrom("\u{1f600}", "\ud83d", "\ude00", "\ud83da", "a\ude00", "é", "e\u0301", "\u2028", "1\n", "ſ", "\0"),
);
const scalars: fc.Arbitrary<Json> = fc.oneof(numbers, texts, fc.constantFrom<Json>(null, true, false));

export const values: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    scalars,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.oneof(scalars, fc.constant({ a: 1 })), { maxLength: 4 }),
    fc.array(fc.tuple(names, tie("value")), { maxLength: 4 }).map(objectOf),
  ),
})).value;

/** As JSON.parse makes it, so that `__proto__` is a property like any other. */
function objectOf(entries: readonly (readonly [string, unknown])[]): { [key: string]: Json } {
  const members = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return JSON.parse(`{${members.join(",")}}`) as { [key: string]: Json };
}

const PATTERNS = [
  "a",
  "^a",
  "b$",
  "^a*$",
  "^[ab]+$",
  "^.$",
  "^.{2}$",
  "^\\w$",
  "^[\\w-\\.]+$",
  "^\\-$",
  "^[^a]$",
  "^\\S$",
  "^\\p{L}$",
  "^[\\ud83d]$",
  "^[^\\ud800-\\udfff]*$",
  "^\\u{1f600}$",
  "\\bb",
  "^(?=a).{2}$",
  "^_",
  "^(a|\\-b)?$",
];
const patterns = fc.constantFrom(...PATTERNS);
const types = fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object");
const count = fc.constantFrom(0, 1, 2, 3, 2.0);
const formats = ["date", "time", "date-time", "uuid", "email", "hostname", "uri", "uri-reference", "byte", "regex"];
const dictionary = (value: fc.Arbitrary<unknown>, key = names): fc.Arbitrary<unknown> =>
  fc.array(fc.tuple(key, value), { maxLength: 3 }).map(objectOf);

/** A keyword and how its values are made of schemas below; the same for every draft that knows it. */
function keywordsOf(draft: Draft, child: fc.Arbitrary<Schema>): Readonly<Record<string, fc.Arbitrary<unknown>>> {
  const some = fc.array(child, { minLength: 1, maxLength: 3 });
  const at = ["draft-04", "draft-06", "draft-07", "2019-09", "2020-12"].indexOf(draft);
  const bound = at === 0 ? fc.boolean() : numbers;
  return {
    type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })),
    enum: fc.oneof(
      fc.array(values, { minLength: 1, maxLength: 4 }),
      fc.array(scalars, { minLength: 50, maxLength: 60 }),
    ),
    minimum: numbers,
    maximum: numbers,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    multipleOf: numbers.map((step) => Math.abs(step as number)).filter((step) => step > 0),
    minLength: count,
    maxLength: count,
    pattern: patterns,
    format: fc.constantFrom(...formats, "int32", "int64", "float", "ipv4", "duration", "json-pointer", "nobody-knows"),
    uniqueItems: fc.boolean(),
    minItems: count,
    maxItems: count,
    properties: dictionary(child),
    patternProperties: dictionary(child, patterns as typeof names),
    additionalProperties: child,
    required: fc.uniqueArray(names, { minLength: at === 0 ? 1 : 0, maxLength: 2 }),
    minProperties: count,
    maxProperties: count,
    dependencies: dictionary(fc.oneof(child, fc.uniqueArray(names, { minLength: 1, maxLength: 2 }))),
    allOf: some,
    anyOf: some,
    oneOf: some,
    not: child,
    items: at === 4 ? child : fc.oneof(child, some),
    $ref: fc.constantFrom("#", "#/definitions/one", "#/definitions/two"),
    nullable: fc.constant(true),
    discriminator: fc.constantFrom("a", { propertyName: "a" }),
    nonsense: values,
    // Known from some draft on; before, they have no effect.
    additionalItems: child,
    const: values,
    contains: child,
    propertyNames: child,
    if: child,
    else: child,
    minContains: count,
    maxContains: count,
    dependentRequired: dictionary(fc.uniqueArray(names, { maxLength: 2 })),
    dependentSchemas: dictionary(child),
    unevaluatedProperties: child,
    unevaluatedItems: child,
    prefixItems: some,
  };
}

/** Schemas of all keywords of a draft, and of others, with two definitions and the root to refer to. */
export function everySchema(draft: Draft): fc.Arbitrary<Schema> {
  const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
    schema: fc.oneof(
      { depthSize: "small", maxDepth: 3 },
      { weight: 1, arbitrary: draft === "draft-04" ? fc.constant({}) : fc.boolean() },
      { weight: 4, arbitrary: types.map((type) => ({ type })) },
      { weight: 9, arbitrary: some(keywordsOf(draft, tie("schema")), tie("schema")) },
    ),
  }));
  const root = ["2019-09", "2020-12"].includes(draft) ? fc.oneof(schema, evaluating(schema)) : schema;
  return fc
    .tuple(root, schema, schema)
    .map(([root, one, two]) => (typeof root === "boolean" ? root : { ...root, definitions: { one, two } }));
}

/** What is left over by alternatives that evaluate some items or properties. */
function evaluating(child: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> {
  const part: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom(true, { $ref: "#/definitions/one" }),
    child,
    child.map((items) => ({ items })),
    fc.array(child, { minLength: 1, maxLength: 2 }).map((prefixItems) => ({ prefixItems })),
    dictionary(child).map((properties) => ({ properties })),
    fc.tuple(child, child).map(([contains, items]) => ({ contains, allOf: [{ items }] })),
    fc.tuple(patterns, child).map(([pattern, value]) => ({ patternProperties: objectOf([[pattern, value]]) })),
    fc.tuple(child, child).map(([not, additionalProperties]) => ({ not, additionalProperties })),
  );
  const rest = fc.oneof(fc.constant(false), child);
  return fc
    .tuple(
      fc.constantFrom("unevaluatedItems", "unevaluatedProperties"),
      rest,
      fc.constantFrom("anyOf", "oneOf", "allOf"),
      fc.array(part, { minLength: 1, maxLength: 3 }),
    )
    .map(([keyword, left, among, parts]) => ({ [keyword]: left, [among]: parts }));
}

function some(
  keywords: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  child: fc.Arbitrary<Schema>,
): fc.Arbitrary<Schema> {
  const entries = Object.entries(keywords).map(([keyword, content]) =>
    content.map((value): [string, unknown] => [keyword, value]),
  );
  entries.push(child.map((value) => ["then", value]));
  return fc.array(fc.oneof(...entries), { minLength: 1, maxLength: 4 }).map(objectOf);
}
