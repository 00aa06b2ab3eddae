import { describe, expect, test } from "@jest/globals";
import { differences } from "../../src/site/facts/differences.ts";
import { allFields, fieldTree, type Field } from "../../src/site/facts/fields.ts";
import type { JsonSchema } from "../../src/model/types.ts";

const paths = (schema: JsonSchema): string[] => [...allFields(fieldTree(schema))].map(({ path }) => path);
const find = (schema: JsonSchema, path: string): Field | undefined =>
  [...allFields(fieldTree(schema))].find((field) => field.path === path);

describe("the fields of a schema", () => {
  test("come with what is inside lists, tuples, patterns and other names", () => {
    expect(
      paths({
        properties: {
          a: { items: { properties: { b: { type: "string" } } } },
          c: { prefixItems: [{ type: "string" }, { type: "number" }] },
          d: { patternProperties: { "^x": { type: "string" } }, additionalProperties: { type: "integer" } },
        },
      }),
    ).toEqual(["a", "a[]", "a[].b", "c", "c[0]", "c[1]", "d", "d./^x/", "d.*"]);
  });

  test("follow references and fold allOf, so that nothing said in any part is lost", () => {
    const schema: JsonSchema = {
      allOf: [{ $ref: "#/definitions/Base" }, { properties: { id: { minLength: 3 } }, required: ["id"] }],
      definitions: {
        Base: { type: "object", properties: { id: { type: "string", maxLength: 9, description: "Its name." } } },
      },
    };
    expect(find(schema, "id")).toMatchObject({
      type: ["string"],
      required: true,
      description: "Its name.",
      constraints: { minLength: 3, maxLength: 9 },
    });
  });

  test("end a recursion by naming the field that it repeats", () => {
    const schema: JsonSchema = {
      properties: { root: { $ref: "#/$defs/Node" } },
      $defs: { Node: { type: "object", properties: { next: { $ref: "#/$defs/Node" }, name: { type: "string" } } } },
    };
    expect(paths(schema)).toEqual(["root", "root.next", "root.name"]);
    expect(find(schema, "root.next")?.sameAs).toBe("root");
  });

  test("say null as a type, however it is written", () => {
    for (const schema of [{ type: ["string", "null"] }, { anyOf: [{ type: "string" }, { type: "null" }] }])
      expect(find({ properties: { a: schema } }, "a")).toMatchObject({ type: ["string", "null"], choices: [] });
  });

  test("keep alternatives apart", () => {
    const field = find(
      { properties: { pay: { oneOf: [{ properties: { card: {} } }, { properties: { iban: {} } }] } } },
      "pay",
    );
    expect(field?.choices.map(({ kind, options }) => [kind, options.map(({ children }) => children[0]?.path)])).toEqual(
      [["oneOf", ["pay.card", "pay.iban"]]],
    );
  });

  test("are guaranteed only where everything above them is required", () => {
    const schema: JsonSchema = {
      required: ["a"],
      properties: {
        a: { required: ["b"], properties: { b: {} } },
        c: { required: ["d"], properties: { d: {} } },
      },
    };
    expect([...allFields(fieldTree(schema))].filter((field) => field.guaranteed).map(({ path }) => path)).toEqual([
      "a",
      "a.b",
    ]);
  });

  test("stop at a bound and say so, when references multiply", () => {
    const definitions = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [
        `D${n}`,
        { properties: { a: { $ref: `#/definitions/D${n + 1}` }, b: { $ref: `#/definitions/D${n + 1}` } } },
      ]),
    );
    const fields = [...allFields(fieldTree({ $ref: "#/definitions/D0", definitions } as JsonSchema))];
    expect(fields.length).toBeLessThan(1500);
    expect(fields.some(({ cut }) => cut)).toBe(true);
  });

  test("survive schemas that are no schemas", () => {
    for (const schema of [
      true,
      false,
      {},
      { properties: 5 },
      { $ref: "#/nowhere" },
      { allOf: "x", required: 3 },
      { type: 7 },
    ])
      expect(() => paths(schema as JsonSchema)).not.toThrow();
    expect(paths(JSON.parse('{"properties":{"__proto__":{"type":"string"},"constructor":{}}}') as JsonSchema)).toEqual([
      "__proto__",
      "constructor",
    ]);
  });
});

describe("the difference of two schemas", () => {
  const between = (older: JsonSchema, newer: JsonSchema): unknown[] =>
    differences(fieldTree(older), fieldTree(newer)).map((change) =>
      change.kind === "changed" ? [change.path, change.facets] : [change.kind, change.path, change.below],
    );

  test("names a field that came or went once, with how much is below it", () => {
    const address = { properties: { street: { type: "string" }, city: { type: "string" } } };
    expect(between({ properties: { a: address } }, { properties: { b: address } })).toEqual([
      ["added", "b", 2],
      ["removed", "a", 2],
    ]);
  });

  test("names each keyword that changed, with before and after", () => {
    expect(
      between(
        { properties: { a: { type: "integer", minimum: 0 } } },
        { required: ["a"], properties: { a: { type: "number", minimum: 0, maximum: 9 } } },
      ),
    ).toEqual([
      [
        "a",
        [
          { keyword: "type", before: "integer", after: "number" },
          { keyword: "required", before: "false", after: "true" },
          { keyword: "maximum", after: "9" },
        ],
      ],
    ]);
  });

  test("sees none in words for people", () => {
    expect(between({ properties: { a: { title: "x" } } }, { properties: { a: { description: "y" } } })).toEqual([]);
  });
});
