import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { compare, readDocument, validate } from "../src/index.ts";
import type { Dialect, Judgement, Schema } from "../src/index.ts";

const definitions = { definitions: { name: { type: ["string", "null"] } } };
const name = { $ref: "#/definitions/name" };
const backward = (older: Schema, newer: Schema, dialect: Dialect = "draft-07"): Judgement =>
  compare(older, newer, { dialect }).backward;

describe("what validators read in different ways has one meaning here", () => {
  test("a keyword beside $ref counts in draft-07 as in later drafts, and the letter is noted", () => {
    const { verdict, witness, note } = backward(
      { ...definitions, allOf: [name] },
      { ...definitions, allOf: [{ ...name, type: "null" }] },
    );
    expect([verdict, witness]).toEqual(["incompatible", "text"]);
    expect(note).toContain("What stands beside `$ref` (at /allOf/0) counts");
  });

  test("a witness holds in both readings where there is one", () => {
    const older = { ...definitions, properties: { a: { ...name, maxLength: 4 } } };
    const newer = { ...definitions, properties: { a: { ...name, maxLength: 4 }, b: { type: "string" } } };
    const { verdict, witness, note } = backward(older, { ...newer, required: ["b"] });
    expect([verdict, note]).toEqual(["incompatible", undefined]);
    const [writer, reader] = [older, { ...newer, required: ["b"] }].map((schema) =>
      new Ajv({ strict: false }).compile(schema),
    );
    expect([writer?.(witness), reader?.(witness)]).toEqual([true, false]);
  });

  test("annotations beside $ref make no difference", () => {
    const older = { ...definitions, properties: { a: { ...name, description: "who" } } };
    const newer = { ...definitions, properties: { a: { ...name, default: null } } };
    expect(backward(older, newer)).toMatchObject({ verdict: "compatible" });
    expect(backward(older, newer).note).toBeUndefined();
  });

  test("the change beside $ref is listed where it was made", () => {
    const { changes } = backward(
      { ...definitions, properties: { a: name } },
      { ...definitions, properties: { a: { ...name, maxLength: 3 } } },
    );
    expect(changes.map(({ code, newer }) => [code, newer])).toEqual([
      ["constraint-tightened", "/properties/a/maxLength"],
    ]);
  });

  test("contains counts beside a tuple, however short the array is", () => {
    const schema: Schema = { type: "array", items: [{ type: "null" }], contains: { type: "string" } };
    const { verdict, note } = backward(schema, { type: "array", minItems: 1 });
    expect([verdict, note]).toEqual(["compatible", undefined]);
  });

  test("multipleOf is one arithmetic for all validators, so that its verdicts need no note", () => {
    const { verdict, note } = backward({ type: "number", multipleOf: 0.05 }, { type: "number", multipleOf: 0.01 });
    expect([verdict, note]).toEqual(["compatible", undefined]);
  });

  test("what did not change needs no note", () => {
    const price = { type: "number", multipleOf: 0.01 };
    const { verdict, note } = backward(
      { type: "object", properties: { price } },
      { type: "object", properties: { price, note: {} } },
    );
    expect([verdict, note]).toEqual(["compatible", undefined]);
  });

  test("dynamic references lead to where the way there leads, not to others of the same name", () => {
    const schema = (type: string): Schema => ({
      $id: "https://example.com/root",
      $ref: "list",
      $defs: {
        list: { $id: "list", $defs: { item: { $dynamicAnchor: "item", type } }, $dynamicRef: "#item" },
        other: { $id: "other", $dynamicAnchor: "item" },
      },
    });
    expect(backward(schema("string"), schema("integer"), "2020-12").verdict).toBe("incompatible");
  });
});

describe("schemas that mean nothing", () => {
  test.each<[Schema, string]>([
    [{ type: "strng" }, "/type"],
    [{ properties: { a: { minLength: -1 } } }, "/properties/a/minLength"],
    [{ required: "a" }, "/required"],
    [{ items: { additionalProperties: "false" } }, "/items/additionalProperties"],
    [{ exclusiveMinimum: true }, "/exclusiveMinimum"],
    [{ allOf: [] }, "/allOf"],
  ])("%j is never called compatible, not even with itself", (schema, pointer) => {
    for (const other of [schema, true]) {
      const { verdict, reason, note } = backward(other, schema);
      expect([verdict, reason]).toEqual(["undecided", "invalid-schema"]);
      expect(note).toContain(pointer);
    }
  });

  test("a list of schemas under items is one only before 2020-12", () => {
    expect(backward({ items: [true] }, true, "draft-07").verdict).toBe("compatible");
    expect(backward({ items: [true] }, true, "2020-12").reason).toBe("invalid-schema");
  });
});

test("a schema is compatible with itself whatever its references do", () => {
  const schema = { enum: ["ab", 3], if: { type: "array" }, else: { $ref: "#" } };
  expect(backward(schema, structuredClone(schema)).verdict).toBe("compatible");
});

describe("validate", () => {
  const document = readDocument(
    {
      oneOf: [
        { properties: { kind: { const: "card" }, number: { type: "string", pattern: "^(a+)+$" } } },
        { properties: { kind: { const: "cash" }, amount: { type: "integer" } } },
      ],
      required: ["kind"],
    },
    "draft-07",
  );

  test("names what is wrong in the alternative that was meant", () => {
    const { valid, rejection } = validate(document, { kind: "cash", amount: 1.5 });
    expect(valid).toBe(false);
    expect(rejection).toMatchObject({ instance: "/amount", schema: "/oneOf/1/properties/amount/type" });
  });

  test("counts its work and does not hang on a pattern that backtracks", () => {
    const { valid, steps } = validate(document, { kind: "card", number: `${"a".repeat(5000)}!` });
    expect(valid).toBe(false);
    expect(steps).toBeLessThan(100);
  });

  test("formats reject or describe, as asked", () => {
    const date = readDocument({ format: "date" }, "draft-07");
    expect(validate(date, "x").valid).toBe(false);
    expect(validate(date, "x", { formats: "annotation" }).valid).toBe(true);
  });
});
