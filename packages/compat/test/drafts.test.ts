import { describe, expect, test } from "@jest/globals";
import { compare, readDocument, validate } from "../src/index.ts";
import type { Draft, Json, Schema } from "../src/index.ts";

const verdicts = (older: Schema, newer: Schema, dialect?: Draft): string[] => {
  const { backward, forward } = compare(older, newer, dialect === undefined ? {} : { dialect });
  return [backward.verdict, forward.verdict];
};
const accepts = (schema: Schema, draft: Draft, value: Json): boolean | undefined =>
  validate(readDocument(schema, draft), value).valid;
const draft04 = "http://json-schema.org/draft-04/schema#";

describe("drafts 04 and 06", () => {
  test("exclusive bounds of draft-04 are booleans", () => {
    const older = { $schema: draft04, minimum: 0 };
    expect(verdicts(older, { ...older, exclusiveMinimum: true })).toEqual(["incompatible", "compatible"]);
    expect(verdicts(older, { ...older, exclusiveMinimum: false })).toEqual(["compatible", "compatible"]);
    expect(verdicts(older, { $schema: draft04, exclusiveMinimum: true })).toEqual(["compatible", "incompatible"]);
    const later = { $schema: "http://json-schema.org/draft-07/schema#", exclusiveMinimum: 0 };
    expect(verdicts({ ...older, exclusiveMinimum: true }, later)).toEqual(["compatible", "compatible"]);
  });

  test("id of draft-04 is what references are relative to", () => {
    const schema: Schema = {
      id: "http://example.com/root.json",
      $ref: "item.json#/definitions/a",
      definitions: { item: { id: "item.json", definitions: { a: { type: "string" } } } },
    };
    expect([accepts(schema, "draft-04", "a"), accepts(schema, "draft-04", 1)]).toEqual([true, false]);
    expect(accepts({ properties: { id: { type: "string" } } }, "draft-04", { id: 1 })).toBe(false);
  });

  test.each<[Draft, Schema]>([
    ["draft-04", { const: 1 }],
    ["draft-04", { contains: { type: "string" } }],
    ["draft-06", { if: false, else: false }],
    ["draft-07", { prefixItems: [false], items: { type: "array" } }],
    ["draft-07", { dependentRequired: { a: ["b"] }, unevaluatedProperties: false }],
    ["2019-09", { prefixItems: [false] }],
  ])("%s: what came later has no effect: %j", (draft, schema) => {
    const values: Json[] = [2, [[]], { a: 1 }];
    expect(values.map((value) => accepts(schema, draft, value))).toEqual([true, true, true]);
  });

  test("a $schema that is not known leaves everything undecided and says so", () => {
    const { backward } = compare({ $schema: "http://json-schema.org/draft-03/schema#" }, { type: "string" });
    expect(backward).toMatchObject({ verdict: "undecided", reason: "unknown-dialect" });
    expect(backward.note).toContain('"http://json-schema.org/draft-03/schema#", which is not known');
  });

  test("draft-06 and draft-07 name their meta-schemas", () => {
    const draft06 = "http://json-schema.org/draft-06/schema#";
    expect(accepts({ $ref: draft06 }, "draft-06", { type: "strng" })).toBe(false);
    expect(compare({ $schema: draft06, type: "string" }, { $schema: draft06 }).dialects.older).toBe("draft-06");
  });
});

describe("dynamic references", () => {
  const tree = {
    $id: "https://example.com/tree",
    $dynamicAnchor: "node",
    type: "object",
    properties: { data: true, children: { type: "array", items: { $dynamicRef: "#node" } } },
  };
  const strict: Schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://example.com/strict-tree",
    $dynamicAnchor: "node",
    $ref: "tree",
    unevaluatedProperties: false,
    $defs: { tree },
  };

  test("lead from a tree to the strict tree around it", () => {
    expect(accepts(strict, "2020-12", { children: [{ data: 1 }] })).toBe(true);
    expect(accepts(strict, "2020-12", { children: [{ daat: 1 }] })).toBe(false);
    expect(accepts(tree, "2020-12", { children: [{ daat: 1 }] })).toBe(true);
    expect(verdicts(strict, { ...strict, title: "Tree" } as Schema)).toEqual(["compatible", "compatible"]);
    const { backward } = compare(
      { ...strict, $ref: "tree" } as Schema,
      { ...strict, $defs: { tree: { ...tree, required: ["data"] } } } as Schema,
    );
    expect(backward.verdict).toBe("incompatible");
  });

  const listOf = (type: string): Schema => ({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://example.com/list-of",
    $ref: "list",
    $defs: {
      item: { $dynamicAnchor: "T", type },
      list: {
        $id: "list",
        type: "array",
        items: { $dynamicRef: "#T" },
        $defs: { content: { $dynamicAnchor: "T", not: true } },
      },
    },
  });

  test("make a list generic", () => {
    expect([accepts(listOf("string"), "2020-12", ["a"]), accepts(listOf("string"), "2020-12", [1])]).toEqual([
      true,
      false,
    ]);
    expect(verdicts(listOf("integer"), listOf("number"))).toEqual(["compatible", "incompatible"]);
  });

  test("of 2019-09 are recursive", () => {
    const old = {
      $id: "https://example.com/tree",
      $recursiveAnchor: true,
      properties: { children: { items: { $recursiveRef: "#" } } },
    };
    const extended: Schema = {
      $id: "https://example.com/strict-tree",
      $recursiveAnchor: true,
      $ref: "tree",
      required: ["name"],
      $defs: { old },
    };
    expect(accepts(extended, "2019-09", { name: 1, children: [{ name: 2 }] })).toBe(true);
    expect(accepts(extended, "2019-09", { name: 1, children: [{}] })).toBe(false);
  });

  test("lead through the meta-schemas of 2019-09 and 2020-12", () => {
    for (const [draft, name] of [
      ["2019-09", "draft/2019-09"],
      ["2020-12", "draft/2020-12"],
    ] as const) {
      const meta: Schema = { $ref: `https://json-schema.org/${name}/schema` };
      expect(accepts(meta, draft, { properties: { a: { minLength: 1 } } })).toBe(true);
      expect(accepts(meta, draft, { properties: { a: { minLength: -1 } } })).toBe(false);
      expect(verdicts(meta, { ...meta, title: "schemas" }, draft)).toEqual(["compatible", "compatible"]);
    }
  });
});
