import { describe, expect, test } from "@jest/globals";
import { compare, includes } from "../src/index.ts";
import type { Dialect, Schema, Verdict } from "../src/index.ts";

const verdicts = (older: Schema, newer: Schema, dialect: Dialect = "draft-07"): [Verdict, Verdict] => {
  const { backward, forward } = compare(older, newer, { dialect });
  return [backward.verdict, forward.verdict];
};

const SAME = ["compatible", "compatible"];
const WIDER = ["compatible", "incompatible"];
const NARROWER = ["incompatible", "compatible"];

type Row = readonly [title: string, older: Schema, newer: Schema, expected: readonly string[]];

const draft07: Row[] = [
  ["an integer is a number", { type: "integer" }, { type: "number" }, WIDER],
  ["an integer is a number that is a multiple of one", { type: "integer" }, { type: "number", multipleOf: 1 }, SAME],
  ["nullable says nothing", { type: "string" }, { type: "string", nullable: true }, SAME],
  ["a constant belongs to a list", { const: { a: [1] } }, { enum: [{ a: [1.0] }, 2] }, WIDER],
  ["a list of all booleans is the type", { enum: [true, false] }, { type: "boolean" }, SAME],
  [
    "exclusive and inclusive bounds agree on integers",
    { type: "integer", exclusiveMinimum: 0 },
    { type: "integer", minimum: 1 },
    SAME,
  ],
  [
    "multiples of six are multiples of two and three",
    { multipleOf: 6 },
    { allOf: [{ multipleOf: 2 }, { multipleOf: 3 }] },
    SAME,
  ],
  [
    "99 is a multiple of 3.3 and not of floating point",
    { const: 99 },
    { multipleOf: 3.3 },
    ["compatible", "incompatible"],
  ],
  ["lengths count code points", { const: "😀" }, { type: "string", maxLength: 1 }, WIDER],
  ["anchored within unanchored", { type: "string", pattern: "^abc$" }, { type: "string", pattern: "b" }, WIDER],
  [
    "a pattern says a length",
    { type: "string", pattern: "^[a-z]{2,4}$" },
    { type: "string", minLength: 2, maxLength: 4 },
    WIDER,
  ],
  ["a dot is no line break", { type: "string", pattern: "^.$" }, { type: "string", pattern: "^[^]$" }, WIDER],
  ["digits by class and by escape", { pattern: "^\\d+$" }, { pattern: "^[0-9]+$" }, SAME],
  [
    "a lookahead is a conjunction",
    { type: "string", pattern: "^(?=.*[A-Z]).{8,}$" },
    { type: "string", minLength: 8 },
    WIDER,
  ],
  ["word boundaries", { type: "string", pattern: "^\\bab\\b$" }, { const: "ab" }, SAME],
  ["a required property must be there", { type: "object" }, { type: "object", required: ["a"] }, NARROWER],
  [
    "properties with false cannot be there",
    { properties: { a: false } },
    { not: { type: "object", required: ["a"] } },
    SAME,
  ],
  [
    "patternProperties cover a property",
    { type: "object", patternProperties: { "^a": { type: "string" } } },
    { type: "object", properties: { ab: { type: "string" } } },
    WIDER,
  ],
  [
    "additionalProperties see patterns",
    { type: "object", patternProperties: { "^x-": {} }, additionalProperties: false },
    { type: "object", propertyNames: { pattern: "^x-" } },
    SAME,
  ],
  [
    "names and count",
    { type: "object", propertyNames: { enum: ["a", "b"] } },
    { type: "object", maxProperties: 2 },
    WIDER,
  ],
  [
    "dependencies by name",
    { dependencies: { a: ["b"] } },
    { anyOf: [{ not: { type: "object", required: ["a"] } }, { required: ["b"] }] },
    SAME,
  ],
  [
    "conditions",
    JSON.parse('{"if":{"type":"string"},"then":{"minLength":1}}') as Schema,
    { type: ["string", "null"], minLength: 1 },
    NARROWER,
  ],
  [
    "tuples and the rest",
    { type: "array", items: [{ type: "string" }], additionalItems: false },
    { type: "array", maxItems: 1 },
    WIDER,
  ],
  ["contains needs an item", { type: "array", contains: { const: 1 } }, { type: "array", minItems: 1 }, WIDER],
  [
    "different items of two values are two at most",
    { type: "array", items: { type: "boolean" }, uniqueItems: true },
    { type: "array", maxItems: 2 },
    WIDER,
  ],
  [
    "exactly one of two that exclude each other",
    { oneOf: [{ type: "string" }, { type: "number" }] },
    { type: ["string", "number"] },
    SAME,
  ],
  ["exactly one of two that overlap", { oneOf: [{ minimum: 1 }, { maximum: 3 }] }, { type: "number" }, WIDER],
  ["not twice", { not: { not: { type: "string" } } }, { type: "string" }, SAME],
  [
    "siblings of $ref that ask nothing",
    { definitions: { a: { type: "string" } }, $ref: "#/definitions/a", description: "short" },
    { type: "string" },
    SAME,
  ],
  [
    "anchors by $id",
    { definitions: { a: { $id: "#name", type: "string" } }, allOf: [{ $ref: "#name" }] },
    { type: "string" },
    SAME,
  ],
  [
    "relative $id",
    {
      $id: "http://x.test/root",
      definitions: { a: { $id: "a.json", type: "string" } },
      allOf: [{ $ref: "http://x.test/a.json" }],
    },
    { type: "string" },
    SAME,
  ],
];

const modern: Row[] = [
  [
    "prefixItems",
    { type: "array", prefixItems: [{ type: "string" }], items: false },
    { type: "array", maxItems: 1 },
    WIDER,
  ],
  [
    "contains with counts",
    { type: "array", contains: { type: "null" }, minContains: 2 },
    { type: "array", minItems: 2 },
    WIDER,
  ],
  [
    "at most one that matches, all that match",
    { type: "array", items: { const: 1 }, contains: { const: 1 }, maxContains: 1 },
    { type: "array", minItems: 1, maxItems: 1, items: { const: 1 } },
    SAME,
  ],
  [
    "minContains zero asks for nothing",
    { type: "array", contains: { type: "null" }, minContains: 0 },
    { type: "array" },
    SAME,
  ],
  [
    "unevaluatedProperties see through allOf",
    { type: "object", allOf: [{ properties: { a: {} } }], unevaluatedProperties: false },
    { type: "object", properties: { a: {} }, additionalProperties: false },
    SAME,
  ],
  [
    "unevaluatedProperties see the branch that holds",
    {
      type: "object",
      anyOf: [
        { required: ["a"], properties: { a: {} } },
        { required: ["b"], properties: { b: {} } },
      ],
      unevaluatedProperties: false,
    },
    { type: "object", minProperties: 1, maxProperties: 2 },
    WIDER,
  ],
  [
    "unevaluatedItems after a tuple",
    { type: "array", allOf: [{ prefixItems: [{}, {}] }], unevaluatedItems: false },
    { type: "array", maxItems: 2 },
    SAME,
  ],
  [
    "dependentSchemas",
    { type: "object", dependentSchemas: { a: { required: ["b"] } } },
    { type: "object", dependentRequired: { a: ["b"] } },
    SAME,
  ],
  ["anchors", { $defs: { a: { $anchor: "here", type: "string" } }, $ref: "#here" }, { type: "string" }, SAME],
  [
    "siblings of $ref count",
    { $defs: { a: { type: "string" } }, $ref: "#/$defs/a", maxLength: 3 },
    { type: "string" },
    WIDER,
  ],
  [
    "a dynamic reference with one target",
    { $dynamicAnchor: "node", type: "object", properties: { next: { $dynamicRef: "#node" } } },
    { type: "object" },
    WIDER,
  ],
];

describe("verdicts in both directions", () => {
  test.each(draft07)("draft-07: %s", (_title, older, newer, expected) => {
    expect(verdicts(older, newer)).toEqual(expected);
  });

  test.each(modern)("2020-12: %s", (_title, older, newer, expected) => {
    expect(verdicts(older, newer, "2020-12")).toEqual(expected);
  });
});

describe("recursion", () => {
  const list = (value: Schema, more: object = {}): Schema => ({
    definitions: {
      node: {
        type: "object",
        properties: { value, next: { $ref: "#/definitions/node" } },
        required: ["value"],
        ...more,
      },
    },
    $ref: "#/definitions/node",
  });

  test("a recursive schema is included in a wider one, by coinduction", () => {
    expect(verdicts(list({ type: "integer" }), list({ type: "number" }))).toEqual(WIDER);
  });

  test("a value that needs itself does not exist, so everything includes it", () => {
    const endless = list({ type: "integer" }, { required: ["value", "next"] });
    const { backward } = compare(endless, { type: "string" });
    expect(backward.verdict).toBe("compatible");
    expect(backward.changes).toContainEqual(
      expect.objectContaining({ code: "schema-unsatisfiable", severity: "warning" }),
    );
  });

  test("mutually recursive trees with different shapes", () => {
    const tree = { definitions: { t: { type: "array", items: { $ref: "#/definitions/t" } } }, $ref: "#/definitions/t" };
    const layered = {
      definitions: {
        even: { type: "array", items: { $ref: "#/definitions/odd" } },
        odd: { type: "array", items: { $ref: "#/definitions/even" } },
      },
      $ref: "#/definitions/even",
    };
    expect(verdicts(tree, layered)).toEqual(SAME);
    const shallow = { type: "array", items: { type: "array", items: { type: "array", maxItems: 0 } } };
    expect(verdicts(tree, shallow)).toEqual(NARROWER);
  });

  test("the meta-schema is included in itself", () => {
    const schema = { $ref: "http://json-schema.org/draft-07/schema#" };
    expect(verdicts(schema, { allOf: [schema] })).toEqual(SAME);
  });
});

describe("options", () => {
  test("formats reject unless they only annotate", () => {
    const [older, newer] = [{ type: "string" }, { type: "string", format: "email" }];
    expect(compare(older, newer).backward.verdict).toBe("incompatible");
    expect(compare(older, newer, { formats: "annotation" }).backward.verdict).toBe("compatible");
  });

  test("each schema says its own dialect", () => {
    const newer = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "array",
      prefixItems: [{ type: "string" }],
    };
    const older = { $schema: "http://json-schema.org/draft-07/schema#", type: "array", items: [{ type: "string" }] };
    const comparison = compare(older, newer);
    expect(comparison.dialects).toEqual({ older: "draft-07", newer: "2020-12" });
    expect([comparison.backward.verdict, comparison.forward.verdict]).toEqual(SAME);
  });

  test("references to documents that were given are followed, others leave the question open", () => {
    const schema = { $ref: "https://schemas.test/money.json#/definitions/amount" };
    const documents = { "https://schemas.test/money.json": { definitions: { amount: { type: "integer" } } } };
    expect(compare(schema, { type: "number" }, { documents }).backward.verdict).toBe("compatible");
    const { backward } = compare(schema, { type: "number" });
    expect([backward.verdict, backward.reason]).toEqual(["undecided", "unresolved-reference"]);
    expect(compare(schema, { anyOf: [schema, { type: "null" }] }).backward.verdict).toBe("compatible");
  });

  test("a small budget ends in undecided, not in a wrong verdict", () => {
    const wide = (type: string): Schema => ({
      properties: Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, { type }])),
    });
    const { backward } = compare(wide("integer"), wide("number"), { budget: { steps: 50 } });
    expect([backward.verdict, backward.reason]).toEqual(["undecided", "budget"]);
  });

  test("one object shared by both schemas means in each what its references mean there", () => {
    const shared = { type: "object", properties: { a: { $ref: "#/definitions/a" } } };
    const schema = (type: string): Schema => ({ definitions: { a: { type } }, allOf: [shared] });
    expect(verdicts(schema("integer"), schema("number"))).toEqual(WIDER);
  });
});

test("a schema that many references lead to is gone through once, where it is told what was evaluated", () => {
  const diamond = (type: string): Schema => {
    const below = (at: number): object => ({ $ref: `#/definitions/d${at}` });
    const levels = Array.from({ length: 24 }, (_, at) => [`d${at}`, { allOf: [below(at + 1), below(at + 1)] }]);
    const last = { type: "object", properties: { z: { type } }, additionalProperties: false };
    return { ...below(0), definitions: { ...Object.fromEntries(levels), d24: last } } as Schema;
  };
  expect(includes(diamond("integer"), diamond("number"), { policy: "tolerant" }).verdict).toBe("compatible");
});
