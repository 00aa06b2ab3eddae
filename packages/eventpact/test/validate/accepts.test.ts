import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json, JsonObject } from "../../src/read/json.ts";
import { surelyAccepts } from "../../src/validate/accepts.ts";
import { compileSchema } from "../../src/validate/compile.ts";

const scalar = fc.constantFrom<Json>(null, true, 0, 1, 2.5, -3, "", "a", "ab", "😀", "2026-01-15", "a@b.co");
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "$ref", "x-y"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;

const schema: fc.Arbitrary<JsonObject> = fc.letrec<{ schema: JsonObject }>((tie) => {
  const list = fc.array(tie("schema"), { minLength: 1, maxLength: 2 });
  const keywords: Record<string, fc.Arbitrary<unknown>> = {
    type: fc.constantFrom("string", "number", "integer", "object", "array", "null", ["string", "null"]),
    enum: fc.array(scalar, { minLength: 1, maxLength: 3 }),
    const: scalar,
    minimum: fc.constantFrom(0, 1),
    exclusiveMaximum: fc.constantFrom(1, 3),
    multipleOf: fc.constantFrom(1, 0.5),
    minLength: fc.constantFrom(1, 2),
    maxLength: fc.constantFrom(0, 1),
    pattern: fc.constantFrom("^a", ".", "^.$"),
    format: fc.constantFrom("date", "email", "int32", "unheard-of"),
    items: fc.oneof(tie("schema"), list),
    additionalItems: fc.constantFrom(false, true),
    contains: tie("schema"),
    uniqueItems: fc.constant(true),
    maxItems: fc.constantFrom(0, 2),
    properties: fc.dictionary(fc.constantFrom("a", "b", "$ref"), tie("schema"), { maxKeys: 2, noNullPrototype: true }),
    patternProperties: fc.dictionary(fc.constantFrom("^a", "y$"), tie("schema"), { maxKeys: 1, noNullPrototype: true }),
    additionalProperties: fc.oneof(fc.boolean(), tie("schema")),
    propertyNames: fc.constantFrom({ maxLength: 1 }, { $ref: "#/definitions/a" }),
    required: fc.subarray(["a", "b"]),
    dependencies: fc.constant({ a: ["b"] }),
    allOf: list,
    anyOf: list,
    oneOf: list,
    not: tie("schema"),
  };
  for (const name of ["if", "then", "else"]) keywords[name] = tie("schema");
  const some = fc
    .subarray(Object.keys(keywords), { maxLength: 3 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, keywords[name]!]))));
  return {
    schema: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<JsonObject>(
        {},
        { $ref: "#/definitions/a" },
        { $ref: "#/definitions/a", maxLength: 1, not: { type: "null" } },
        { $ref: "#/definitions/Reference" },
      ),
      some as fc.Arbitrary<JsonObject>,
    ),
  };
}).schema;

describe("surelyAccepts", () => {
  test("never accepts what the validator refuses", () => {
    fc.assert(
      fc.property(schema, schema, schema, value, (root, a, Reference, instance) => {
        const bundled = { schema: { ...root, definitions: { a, Reference } }, dialect: "draft-07" } as const;
        if (!surelyAccepts(bundled, instance)) return;
        const validate = compileSchema(bundled);
        if (typeof validate !== "function") return;
        expect({ bundled, instance, faults: validate(instance) }).toEqual({ bundled, instance, faults: [] });
      }),
      { numRuns: 300 },
    );
  });

  test("accepts what is plainly right, so that it is worth asking", () => {
    const order: JsonObject = {
      type: "object",
      required: ["id", "lines"],
      properties: {
        id: { $ref: "#/definitions/id" },
        lines: {
          type: "array",
          minItems: 1,
          items: { oneOf: [{ type: "string", maxLength: 3 }, { type: "integer" }] },
        },
      },
      definitions: { id: { type: "string", format: "uuid" } },
    };
    const instance = { id: "0190f3c2-0000-7000-8000-000000000000", lines: ["abc", 5], more: true };
    expect(surelyAccepts({ schema: order, dialect: "draft-07" }, instance)).toBe(true);
    expect(surelyAccepts({ schema: order, dialect: "draft-07" }, { ...instance, id: "no" })).toBe(false);
    expect(surelyAccepts({ schema: order, dialect: "2020-12" }, instance)).toBe(false);
  });
});
