import { describe, expect, test } from "@jest/globals";
import { compare, writtenBy } from "../src/index.ts";
import type { Dialect, Json, Schema, Verdict } from "../src/index.ts";

const object = (properties: object, more: object = {}): Schema => ({ type: "object", properties, ...more }) as Schema;
const number: Schema = { type: "number" };
const text: Schema = { type: "string" };
const y = object({ y: number });
const isKind = { properties: { kind: { const: "q" } }, required: ["kind"] };
const numbered = (kind: number, a: Schema): Schema => object({ kind: { const: kind }, a }, { required: ["kind"] });

/** Schemas in which the value under `a` is described in two places, one of which declares `x`, and what is written by them. */
const TWICE: Readonly<Record<string, readonly [dialect: Dialect, schema: (x: Schema) => Schema, written: Json]>> = {
  "by parts that all hold": [
    "draft-07",
    (x) => ({ allOf: [object({ a: object({ x }) }), object({ a: y })] }),
    { a: { x: 1, y: 1 } },
  ],
  "beside a reference": [
    "2020-12",
    (x) => ({ $ref: "#/$defs/base", ...(object({ a: y }) as object), $defs: { base: object({ a: object({ x }) }) } }),
    { a: { x: 1 } },
  ],
  "by a reference and by what refines it": [
    "draft-07",
    (x) => ({
      allOf: [object({ a: { $ref: "#/definitions/y" } }), object({ a: { properties: { x } } })],
      definitions: { y },
    }),
    { a: { x: 1, y: 1 } },
  ],
  "when a condition holds": [
    "draft-07",
    (x) => object({ a: y, kind: text }, { if: { not: isKind }, else: { properties: { a: object({ x }) } } }),
    { kind: "q", a: { x: 1, y: 1 } },
  ],
  "by one of several alternatives": [
    "draft-07",
    (x) => object({ a: y, kind: {} }, { oneOf: [numbered(1, object({ x })), numbered(2, object({ z: number }))] }),
    { kind: 1, a: { x: 1, y: 1 } },
  ],
  "by alternatives that hold at once": [
    "draft-07",
    (x) => ({ anyOf: [object({ a: object({ x }) }), object({ a: y, b: number }, { required: ["b"] })] }),
    { a: { x: 1, y: 1 }, b: 1 },
  ],
  "by a name and by a pattern": [
    "draft-07",
    (x) => object({ a: object({ x }) }, { patternProperties: { "^a": y } }),
    { a: { x: 1, y: 1 } },
  ],
  "where another property is there": [
    "2020-12",
    (x) => object({ a: y, b: number }, { dependentSchemas: { b: { properties: { a: object({ x }) } } } }),
    { a: { x: 1, y: 1 }, b: 1 },
  ],
  "as items": [
    "draft-07",
    (x) => ({ allOf: [object({ a: { items: object({ x }) } }), object({ a: { items: y } })] }),
    { a: [{ x: 1, y: 1 }] },
  ],
  "as an item that must be there": [
    "draft-07",
    (x) =>
      object({ a: { type: "array", items: y, contains: object({ x }, { required: ["x"] }) } }, { required: ["a"] }),
    { a: [{ x: 1, y: 1 }] },
  ],
  "two levels down": [
    "draft-07",
    (x) => ({ allOf: [object({ a: object({ b: object({ x }) }) }), object({ a: object({ b: y }) })] }),
    { a: { b: { x: 1, y: 1 } } },
  ],
  "by a part that only asks for a name": [
    "draft-07",
    (x) => ({ allOf: [object({ a: object({ x }) }), object({ a: { required: ["y"] } })] }),
    { a: { x: 1, y: 1 } },
  ],
  "where others are closed by what was evaluated": [
    "2020-12",
    (x) => ({ allOf: [object({ a: object({ x }) }), object({ a: y })], unevaluatedProperties: false }),
    { a: { x: 1, y: 1 } },
  ],
  "by schemas that contain themselves": [
    "draft-07",
    (x) => ({
      allOf: [{ $ref: "#/definitions/one" }, { $ref: "#/definitions/other" }],
      definitions: {
        one: object({ x, a: { $ref: "#/definitions/one" } }),
        other: object({ y: number, a: { $ref: "#/definitions/other" } }),
      },
    }),
    { a: { a: { x: 1, y: 1 } } },
  ],
};

const verdict = (older: Schema, newer: Schema, dialect: Dialect): Verdict =>
  compare(older, newer, { dialect, policy: "tolerant" }).backward.verdict;

describe("what is described in two places, under a policy by which only what is declared is written", () => {
  test.each(Object.entries(TWICE))("%s: what either declares is written", (_, [dialect, schema, written]) => {
    expect(writtenBy(schema(number), { dialect, policy: "tolerant" })(written)).toBe(true);
    expect(verdict(schema(number), schema(text), dialect)).toBe("incompatible");
    expect(verdict(schema(number), schema({ type: ["number", "null"] }), dialect)).toBe("compatible");
  });

  test.each(Object.entries(TWICE))("%s: nothing else is", (_, [dialect, schema, written]) => {
    const [older, newer] = [number, text].map((other) => {
      const whole = JSON.stringify(schema(number));
      return JSON.parse(whole.replaceAll('"x":{', `"other":${JSON.stringify(other)},"x":{`)) as Schema;
    });
    expect(verdict(schema(number), older as Schema, dialect)).toBe("compatible");
    expect(verdict(older as Schema, newer as Schema, dialect)).toBe("incompatible");
    const more = JSON.parse(JSON.stringify(written).replace('"x":', '"other":1,"x":')) as Json;
    expect(writtenBy(schema(number), { dialect, policy: "tolerant" })(more)).toBe(false);
  });

  test.each(["oneOf", "anyOf"])("alternatives of %s that exclude each other are closed each by itself", (keyword) => {
    const event = (more: object): Schema => ({
      [keyword]: [numbered(1, object({ x: number, ...more })), numbered(2, y)],
    });
    expect(verdict(event({}), event({ y: text }), "draft-07")).toBe("compatible");
    expect(verdict(event({ y: text }), event({ y: number }), "draft-07")).toBe("incompatible");
  });
});
