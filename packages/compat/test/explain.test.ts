import { describe, expect, test } from "@jest/globals";
import { CHANGE_CODES, compare } from "../src/index.ts";
import type { Change, Schema } from "../src/index.ts";

const order = (data: object, required: string[] = []): Schema => ({
  type: "object",
  properties: { data: { type: "object", properties: data, required } },
  required: ["data"],
});

const changes = (older: Schema, newer: Schema): readonly Change[] =>
  compare(older, newer, { policy: "tolerant" }).backward.changes;
const only = (older: Schema, newer: Schema): Change => {
  const [change, ...others] = changes(older, newer);
  expect(others).toEqual([]);
  return change!;
};

describe("changes", () => {
  test("name the code, both places, the keyword and a sentence", () => {
    const change = only(
      order({ sku: { type: "string", maxLength: 20 } }),
      order({ sku: { type: "string", maxLength: 10 } }),
    );
    expect(change).toEqual({
      code: "constraint-tightened",
      severity: "breaking",
      older: "/properties/data/properties/sku/maxLength",
      newer: "/properties/data/properties/sku/maxLength",
      keyword: "maxLength",
      message: "The maxLength of `data.sku` was 20 and is 10 now.",
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  test.each<[string, object, object, string[], string[]]>([
    ["property-added", {}, { a: {} }, [], []],
    ["required-property-added", {}, { a: {} }, [], ["a"]],
    ["property-removed", { a: { type: "string" } }, {}, [], []],
    ["property-renamed", { a: { type: "string" } }, { b: { type: "string" } }, ["a"], ["b"]],
    ["property-required", { a: {} }, { a: {} }, [], ["a"]],
    ["property-optional", { a: {} }, { a: {} }, ["a"], []],
    ["type-changed", { a: { type: "string" } }, { a: { type: "number" } }, [], []],
    ["type-narrowed", { a: { type: "number" } }, { a: { type: "integer" } }, [], []],
    ["type-widened", { a: { type: "string" } }, { a: { type: ["string", "null"] } }, [], []],
    ["enum-narrowed", { a: { enum: [1, 2] } }, { a: { enum: [1] } }, [], []],
    ["enum-widened", { a: { enum: [1] } }, { a: { enum: [1, 2] } }, [], []],
    ["constraint-loosened", { a: { pattern: "^a" } }, { a: {} }, [], []],
    ["constraint-changed", { a: { pattern: "^a" } }, { a: { pattern: "^b" } }, [], []],
    ["object-closed", { a: { type: "object" } }, { a: { type: "object", additionalProperties: false } }, [], []],
    [
      "branch-added",
      { a: { anyOf: [{ type: "null" }] } },
      { a: { anyOf: [{ type: "null" }, { type: "string" }] } },
      [],
      [],
    ],
    ["default-changed", { a: { default: 1 } }, { a: { default: 2 } }, [], []],
    ["annotation-changed", { a: { title: "A" } }, { a: { title: "B" } }, [], []],
    ["keyword-misspelt", { a: {} }, { a: { mexLength: 3 } }, [], []],
  ])("%s", (code, before, after, wasRequired, isRequired) => {
    expect(only(order(before, wasRequired), order(after, isRequired)).code).toBe(code);
    expect(Object.keys(CHANGE_CODES)).toContain(code);
  });

  test("a misspelt keyword is hinted at, an extension is not", () => {
    const [change] = changes(order({ a: {} }), order({ a: { mexLength: 3, "x-unit": "kg", unit: "kg" } }));
    expect(change?.hint).toContain("`maxLength`");
    expect(changes(order({ a: {} }), order({ a: { "x-unit": "kg" } }))).toEqual([]);
  });

  test("a proof overrules what a change looks like", () => {
    const redundant = only(
      order({ a: { type: "integer", minimum: 1 } }),
      order({ a: { type: "integer", minimum: 1, exclusiveMinimum: 0 } }),
    );
    expect([redundant.code, redundant.severity]).toEqual(["constraint-tightened", "info"]);
  });

  test("a removed property is a warning even where nothing breaks", () => {
    const change = only(order({ a: { type: "string" }, b: {} }), order({ b: {} }));
    expect([change.code, change.severity]).toEqual(["property-removed", "warning"]);
  });

  test("fingerprints stay the same when something else changes too", () => {
    const one = only(order({ a: { maxLength: 3 }, b: {} }), order({ a: { maxLength: 2 }, b: {} }));
    const both = changes(order({ a: { maxLength: 3 }, b: {} }), order({ a: { maxLength: 2 }, b: { minimum: 1 } }));
    expect(both.map(({ fingerprint }) => fingerprint)).toContain(one.fingerprint);
    expect(new Set(both.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  test("a break in a shared definition is reported once, where people change it", () => {
    const event = (maxLength: number): Schema => ({
      definitions: { sku: { type: "string", maxLength } },
      type: "object",
      properties: { a: { $ref: "#/definitions/sku" }, b: { $ref: "#/definitions/sku" } },
    });
    expect(only(event(3), event(2)).newer).toBe("/definitions/sku/maxLength");
  });

  test("every incompatible verdict has a breaking change", () => {
    const hidden = { not: { not: { type: "string" } } };
    const { backward } = compare({ type: ["string", "null"] }, hidden);
    expect(backward.changes.some(({ severity }) => severity === "breaking")).toBe(true);
  });
});

describe("witnesses", () => {
  const email = { type: "string", format: "email" };
  const event = (more: object): Schema => ({
    type: "object",
    properties: {
      orderId: { type: "string" },
      status: { enum: ["paid", "open"] },
      customerEmail: email,
      lines: {
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          properties: { sku: { type: "string" }, quantity: { type: "integer" } },
          required: ["sku", "quantity"],
        },
      },
      ...more,
    },
    required: ["orderId", "customerEmail", "lines"],
    examples: [
      {
        orderId: "o-4711",
        status: "open",
        customerEmail: "grace@example.org",
        lines: [
          { sku: "TEA", quantity: 2 },
          { sku: "CUP", quantity: 1 },
        ],
      },
    ],
  });

  test("are the schema's own example without what is not needed", () => {
    const { backward } = compare(event({}), {
      ...(event({}) as object),
      required: ["orderId", "customerEmail", "lines", "note"],
    });
    expect(backward.witness).toEqual({
      orderId: "o-4711",
      customerEmail: "grace@example.org",
      lines: [{ sku: "TEA", quantity: 2 }],
    });
  });

  test("take from the example what the solver's value leaves open", () => {
    const { forward } = compare(
      event({}),
      event({ coupon: { type: "string" }, status: { enum: ["paid", "open", "lost"] } }),
      { policy: "tolerant" },
    );
    expect(forward.witness).toMatchObject({ orderId: "o-4711", status: "lost" });
  });

  test("read like events where the schema shows nothing", () => {
    const older = order(
      { customerEmail: email, currency: { type: "string", minLength: 3, maxLength: 3 }, orderId: { type: "string" } },
      ["customerEmail", "currency", "orderId"],
    );
    const { backward } = compare(older, order({}, ["total"]));
    expect(backward.witness).toEqual({
      data: { customerEmail: "ada@example.com", currency: "EUR", orderId: "order-1" },
    });
  });

  test("are the same in every run and name where they are refused", () => {
    const older = order({ n: { type: "number" } }, ["n"]);
    const newer = order({ n: { type: "number", multipleOf: 0.25 } }, ["n"]);
    const [first, second] = [compare(older, newer), compare(structuredClone(older), structuredClone(newer))];
    expect(first).toEqual(second);
    expect(first.backward.rejection).toEqual({
      instance: "/data/n",
      schema: "/properties/data/properties/n/multipleOf",
      keyword: "multipleOf",
      message: "must be a multiple of 0.25",
    });
  });
});

describe("places and witnesses", () => {
  const envelope = { id: { type: "string" }, at: { type: "string" } };

  test("properties that moved into a shared schema have not gone", () => {
    const before: Schema = { type: "object", properties: { ...envelope, note: {} }, required: ["id"] };
    const after: Schema = {
      definitions: { envelope: { type: "object", properties: envelope, required: ["id"] } },
      allOf: [{ $ref: "#/definitions/envelope" }],
      properties: { note: {} },
    };
    const codes = changes(before, after).map(({ code }) => code);
    expect(codes).toEqual(["constraint-tightened"]);
  });

  test("a property that became another type is said once", () => {
    const change = only(
      order({ total: { type: "integer" } }),
      order({ total: { type: "object", properties: { amount: {} }, required: ["amount"] } }),
    );
    expect(change.code).toBe("type-changed");
  });

  test("names that are no identifiers are quoted in paths", () => {
    const { message } = only(order({ "a.b": { maxLength: 3 } }), order({ "a.b": { maxLength: 2 } }));
    expect(message).toContain('`data["a.b"]`');
  });

  test("the witness in a recursive schema is the smallest part that breaks", () => {
    const tree = (more: object): Schema => ({
      type: "object",
      properties: { child: { $ref: "#" }, label: { type: "string", ...more } },
      additionalProperties: false,
    });
    const { witness } = compare(tree({}), tree({ minLength: 1 })).backward;
    expect(witness).toEqual({ label: "" });
  });

  test("a name that stands for any name reads like one", () => {
    const { witness } = compare({ type: "object" }, { type: "object", propertyNames: { pattern: "^x" } }).backward;
    expect(Object.keys(witness as object)).toEqual(["anyName"]);
  });
});
