import { describe, expect, jest, test } from "@jest/globals";
import { compare } from "../src/index.ts";
import type { Schema } from "../src/index.ts";
import { many, nest, object, quickly } from "./hostile-schemas.ts";

/** Hangs are caught by the time limit of the tests; the engine itself only counts, and the machine may be busy. */
jest.setTimeout(60_000);

describe("hostile schemas end quickly", () => {
  test("properties nested thousands deep", () => {
    const wrap = (inner: Schema): Schema => object({ a: inner }, { required: ["a"] });
    const { backward } = quickly(nest(2000, { type: "string" }, wrap), nest(2000, { type: "number" }, wrap));
    expect(["undecided", "incompatible"]).toContain(backward.verdict);
  });

  test("properties nested a hundred deep are still decided", () => {
    const wrap = (inner: Schema): Schema => object({ a: inner }, { required: ["a"] });
    const { backward, forward } = quickly(nest(100, { type: "integer" }, wrap), nest(100, { type: "number" }, wrap));
    expect([backward.verdict, forward.verdict]).toEqual(["compatible", "incompatible"]);
  });

  test("negations nested thousands deep", () => {
    quickly(
      nest(3000, { type: "string" }, (inner) => ({ not: inner })),
      { type: "number" },
    );
  });

  test("five hundred properties with one that changed", () => {
    const wide = (last: Schema): Schema =>
      object(Object.fromEntries(many(500, (index) => [`p${index}`, index === 499 ? last : { type: "string" }])));
    const { backward, forward } = quickly(wide({ type: "integer" }), wide({ type: "number" }));
    expect([backward.verdict, forward.verdict]).toEqual(["compatible", "incompatible"]);
    expect(forward.witness).toEqual({ p499: 0.5 });
  });

  test("a union of three hundred constants with one more", () => {
    const values = (count: number): Schema[] => many(count, (index) => ({ const: `v${index}` }));
    for (const keyword of ["anyOf", "oneOf"]) {
      const { backward, forward } = quickly({ [keyword]: values(300) }, { [keyword]: values(301) });
      expect([backward.verdict, forward.verdict]).toEqual(["compatible", "incompatible"]);
    }
  });

  test("a union of overlapping objects", () => {
    const branch = (index: number): Schema =>
      object({ [`a${index}`]: { type: "string" }, [`b${index}`]: { type: "number" } });
    const { backward } = quickly({ anyOf: many(12, branch) }, { anyOf: many(12, (index) => branch(index + 6)) });
    expect(backward.verdict).toBe("incompatible");
  });

  test("a union of a hundred discriminated branches with one more", () => {
    const branch = (index: number): Schema =>
      object({ kind: { const: `k${index}` }, value: { type: "string" } }, { required: ["kind", "value"] });
    const { backward, forward } = quickly({ oneOf: many(100, branch) }, { oneOf: many(101, branch) });
    expect([backward.verdict, forward.verdict]).toEqual(["compatible", "incompatible"]);
  });

  test("conjunctions of disjunctions", () => {
    const clause = (index: number): Schema => ({
      anyOf: many(3, (part) => ({ required: [`x${(index * 7 + part * 5) % 20}`] })),
    });
    quickly({ allOf: many(60, clause) }, { not: { allOf: many(60, (index) => clause(index + 3)) } });
  });

  test.each([
    "^(a+)+$",
    "^(a|aa)+$",
    "(.*a){12}",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(a?){50}a{50}",
    "^.{1,4000}$",
    "(x+x+)+y",
  ])("the pattern %s", (pattern) => {
    quickly({ type: "string", pattern }, { type: "string", pattern: "^[ab]{0,40}$" });
    quickly({ type: "string", minLength: 60 }, { type: "string", pattern });
    quickly({ type: "string", const: `${"a".repeat(60)}!` }, { type: "string", pattern });
    quickly(
      object({}, { patternProperties: { [pattern]: { type: "string" } } }),
      object({}, { patternProperties: { [pattern]: { type: "integer" } } }),
    );
  });

  test("references in a circle without a step into the value", () => {
    const loop = {
      definitions: { a: { $ref: "#/definitions/b" }, b: { $ref: "#/definitions/a" } },
      $ref: "#/definitions/a",
    };
    const { backward, forward } = quickly(loop, { type: "string" });
    expect([backward.verdict, forward.verdict]).toEqual(["undecided", "undecided"]);
    expect(backward.reason).toBe("unresolved-reference");
    quickly({ allOf: [{ $ref: "#" }] }, { anyOf: [{ $ref: "#" }, { type: "string" }] });
  });

  test("exponentially many references", () => {
    const definitions = Object.fromEntries(
      many(40, (index) => [
        `d${index}`,
        object({ l: { $ref: `#/definitions/d${index + 1}` }, r: { $ref: `#/definitions/d${index + 1}` } }),
      ]),
    );
    const schema = (leaf: Schema): Schema => ({ definitions: { ...definitions, d40: leaf }, $ref: "#/definitions/d0" });
    const { backward, forward } = quickly(schema({ type: "integer" }), schema({ type: "number" }));
    expect([backward.verdict, forward.verdict]).toEqual(["compatible", "incompatible"]);
  });

  test("names of the prototype", () => {
    const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
    const schema = (type: string): Schema =>
      JSON.parse(
        `{"type":"object","properties":{${names.map((name) => `"${name}":{"type":"${type}"}`).join(",")}},"required":${JSON.stringify(names)}}`,
      ) as Schema;
    const { backward, forward } = quickly(schema("integer"), schema("number"));
    expect([backward.verdict, forward.verdict]).toEqual(["compatible", "incompatible"]);
    expect(Object.keys(forward.witness as object).sort()).toEqual([...names].sort());
    expect(compare({ type: "object" }, { type: "object", required: ["constructor"] }).backward.verdict).toBe(
      "incompatible",
    );
    expect(({} as Record<string, unknown>)["type"]).toBeUndefined();
  });

  test("huge numbers and counts", () => {
    expect(quickly({ type: "number", minimum: 1e300 }, { type: "number", minimum: 1e299 }).backward.verdict).toBe(
      "compatible",
    );
    expect(quickly({ type: "integer", multipleOf: 1e-8 }, { type: "integer" }).backward.verdict).toBe("compatible");
    quickly({ type: "integer", multipleOf: 9007199254740991, minimum: 3 }, { type: "integer", multipleOf: 7919 });
    quickly(
      { type: "number", maximum: 1.7976931348623157e308 },
      { type: "number", exclusiveMaximum: 1.7976931348623157e308 },
    );
    quickly({ type: "string", minLength: 1e12 }, { type: "string", minLength: 1e12 + 1 });
    quickly({ type: "array", minItems: 1e9, uniqueItems: true }, { type: "array", minItems: 1e9 + 1 });
    quickly({ type: "object", minProperties: 1e9 }, { type: "object", minProperties: 1e9 + 1 });
    quickly({ minimum: Number.POSITIVE_INFINITY, multipleOf: 0 }, { maximum: Number.NaN });
  });

  test("arrays whose items must differ within few values", () => {
    const { backward } = quickly(
      { type: "array", items: { type: "boolean" }, uniqueItems: true },
      { type: "array", maxItems: 2 },
    );
    expect(backward.verdict).toBe("compatible");
    quickly(
      { type: "array", items: { enum: many(60, (index) => index) }, uniqueItems: true, minItems: 81 },
      { type: "array", maxItems: 3 },
    );
  });

  test("keywords with values of the wrong kind", () => {
    const wrong = {
      type: 7,
      properties: [],
      required: "a",
      items: "x",
      enum: {},
      allOf: {},
      pattern: 3,
      minLength: -1,
      $ref: 5,
      oneOf: [3],
    };
    quickly(wrong, { type: "string" });
    quickly({ type: "string" }, { properties: { a: null, b: 3 }, patternProperties: { "(": true }, pattern: "[" });
    expect(compare(3 as unknown as Schema, true).backward.reason).toBe("invalid-schema");
  });
});
