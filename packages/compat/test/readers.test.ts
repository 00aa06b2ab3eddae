import { describe, expect, test } from "@jest/globals";
import { compare, readerOf } from "../src/index.ts";
import type { Json, Schema } from "../src/index.ts";
import { describeRandomReaders, tried } from "./random-readers.ts";

const text: Schema = { type: "string" };
const closed = (properties: object, more: object = {}): Schema =>
  ({ type: "object", properties, additionalProperties: false, ...more }) as Schema;

/** What a tolerant reader of a schema hands on of a value; `undefined` where it refuses it. */
function read(schema: Schema, value: Json, dialect: "draft-07" | "2020-12" = "draft-07"): Json | undefined {
  const reader = tried(schema, dialect, "tolerant");
  if (reader === undefined || reader.accepts(value) !== true) return undefined;
  return reader.complete(value);
}

describe("a tolerant reader", () => {
  test("skips what a closed object does not declare, at any depth", () => {
    const schema = closed({ a: { type: "array", items: closed({ b: text }) } });
    expect(read(schema, { a: [{ b: "x", c: 1 }], d: 2 })).toEqual({ a: [{ b: "x" }] });
  });

  test("fills in what is required and has a default, behind references too; what is optional stays away", () => {
    const q = { $ref: "#/definitions/q" };
    const schema: Schema = {
      required: ["q", "o"],
      properties: { q, o: { default: { list: [] } }, p: { default: 1 } },
      definitions: { q: { type: "integer", default: 7 } },
    };
    expect(read(schema, {})).toEqual({ q: 7, o: { list: [] } });
    expect(read(schema, { q: 1, o: 2 })).toEqual({ q: 1, o: 2 });
  });

  test("gives each event a default of its own", () => {
    const schema: Schema = { required: ["o"], properties: { o: { default: { list: [] } } } };
    const [one, other] = [read(schema, {}), read(schema, {})] as { o: { list: unknown[] } }[];
    one?.o.list.push(1);
    expect(other?.o.list).toEqual([]);
  });

  test("takes the alternative that fits as it is, else the first that fits a reader", () => {
    const schema: Schema = { oneOf: [closed({ a: text }), closed({ a: text, b: text })] };
    expect(read(schema, { a: "x", b: "y" })).toEqual({ a: "x", b: "y" });
    expect(read(schema, { a: "x", c: "z" })).toEqual({ a: "x" });
  });

  test("knows the names of the alternative it took, where what is unevaluated is skipped", () => {
    const one = (kind: string, name: string): Schema => ({
      required: ["kind"],
      properties: { kind: { const: kind }, [name]: text },
    });
    const schema: Schema = { oneOf: [one("x", "a"), one("y", "b")], unevaluatedProperties: false };
    expect(read(schema, { kind: "y", a: "1", b: "2" }, "2020-12")).toEqual({ kind: "y", b: "2" });
  });

  test("meets keys of the prototype without a change to any prototype", () => {
    const schema = closed({ toString: text, constructor: { default: "c" } }, { required: ["constructor"] });
    const value = JSON.parse('{"__proto__":{"polluted":1},"toString":"t","valueOf":1}') as Json;
    const seen = read(schema, value) as object;
    expect(Object.getPrototypeOf(seen)).toBe(Object.prototype);
    expect(Object.entries(seen)).toEqual([
      ["toString", "t"],
      ["constructor", "c"],
    ]);
    const declared = JSON.parse(
      '{"properties":{"__proto__":{"default":{"a":1}}},"required":["__proto__"],"additionalProperties":false}',
    ) as Schema;
    expect(JSON.stringify(read(declared, { b: 1 }))).toBe('{"__proto__":{"a":1}}');
    expect({}).not.toHaveProperty("polluted");
  });

  test("is the schema itself where there is nothing to skip, fill or choose, and under the policy strict", () => {
    expect(readerOf({ properties: { a: { default: 1 } }, required: ["b"] }, { policy: "tolerant" })).toBeUndefined();
    expect(readerOf(closed({ a: text }), { policy: "strict" })).toBeUndefined();
  });
});

describe("is not judged by what it cannot do", () => {
  const [older, filled]: Schema[] = [closed({ a: text, b: text }), { type: "integer", default: 1 }];
  const cases: [string, Schema, Schema][] = [
    ["a skipped key that was counted", older as Schema, closed({ a: text }, { minProperties: 1 })],
    [
      "a skipped key that makes items of a list equal",
      { items: older },
      { items: closed({ a: text }), uniqueItems: true },
    ],
    ["a key that another part requires", older as Schema, { allOf: [closed({ a: text }), { required: ["b"] }] }],
    ["a key that a `not` asks for", { properties: { b: text } }, closed({ a: text }, { not: { required: ["a"] } })],
    ["a default too many", closed({ a: text }), closed({ a: text, q: filled }, { required: ["q"], maxProperties: 1 })],
    [
      "a default that another part refuses",
      closed({ a: text }),
      { allOf: [closed({ a: text, q: filled }, { required: ["q"] }), { properties: { q: { minimum: 2 } } }] },
    ],
    [
      "a default that asks for something else",
      closed({ a: text }),
      closed({ a: text, q: filled }, { required: ["q"], dependencies: { q: ["a"] } }),
    ],
  ];

  test.each(cases)("%s", (_title, before, after) => {
    expect(compare(before, after, { policy: "tolerant" }).backward.verdict).not.toBe("compatible");
  });
});

describe("readers of random schemas", () => {
  describeRandomReaders(1);
});
