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

describe("what wraps a schema", () => {
  const text = { type: "string" };
  const none = { type: "null" };
  const sdk = (...required: string[]): object => ({ type: "object", properties: { name: text, n: text }, required });
  const event = (field: object, definitions?: object): Schema =>
    ({ type: "object", properties: { sdk: field }, ...(definitions ? { definitions } : {}) }) as Schema;
  const said = (older: Schema, newer: Schema): string[] => {
    const { backward } = compare(older, newer, { policy: "tolerant" });
    return backward.changes.map(({ message }) => message);
  };
  const wraps: Readonly<Record<string, (inner: object) => object>> = {
    "anyOf, null last": (inner) => ({ anyOf: [inner, none] }),
    "oneOf, null first": (inner) => ({ oneOf: [none, inner] }),
    "a constant null": (inner) => ({ anyOf: [inner, { const: null }] }),
    "a list of types": (inner) => ({ ...inner, type: ["object", "null"] }),
    "an anyOf of one": (inner) => ({ anyOf: [inner] }),
    "a oneOf of one": (inner) => ({ oneOf: [inner] }),
    "an allOf of one": (inner) => ({ allOf: [inner], description: "The SDK." }),
    "nested wrappers": (inner) => ({ anyOf: [{ oneOf: [inner] }, none], default: null }),
    nothing: (inner) => inner,
  };
  const isNullable = (title: string): boolean => JSON.stringify(wraps[title]?.(sdk())).includes("null");
  const pairs = Object.keys(wraps).flatMap((from) => Object.keys(wraps).map((to) => [from, to] as const));

  test.each(pairs)("from %s to %s: one line about null at most, and what changed inside at its field", (from, to) => {
    const [before, after] = [wraps[from], wraps[to]];
    const nulls = isNullable(from) === isNullable(to) ? [] : [isNullable(to) ? "be null now" : "no longer be null"];
    const expected = nulls.map((words) => `\`sdk\` may ${words}.`);
    const about = (messages: string[]): string[] => messages.filter((message) => !message.includes("description"));
    const [same, tighter] = [sdk("n"), sdk("n", "name")];
    expect(about(said(event(before?.(same) ?? {}), event(after?.(same) ?? {})))).toEqual(expected);
    expect(about(said(event(before?.(same) ?? {}), event(after?.(tighter) ?? {})))).toEqual([
      ...expected,
      "`sdk.name` was optional and is required now.",
    ]);
  });

  test("is seen through references, and named where the field is, not where it leads to", () => {
    const definitions = { Sdk: sdk("n") };
    const reference = { $ref: "#/definitions/Sdk" };
    const { changes } = compare(
      event(reference, definitions),
      event({ anyOf: [reference, none] }, definitions),
    ).forward;
    expect(changes).toMatchObject([
      {
        message: "`sdk` may be null now.",
        severity: "breaking",
        older: "/properties/sdk",
        newer: "/properties/sdk/anyOf",
      },
    ]);
  });

  test("alternatives are compared like with like, wherever they stand", () => {
    const kind = (name: string, value: object): object => ({
      type: "object",
      properties: { kind: { const: name }, value },
      required: ["kind"],
    });
    const older = event({ oneOf: [kind("a", text), kind("b", text)] });
    const newer = event({ oneOf: [kind("c", text), kind("b", { type: "integer" }), kind("a", text)] });
    const messages = said(older, newer);
    expect(messages[0]).toBe('`sdk.value` was "string" and is "integer" now.');
    expect(messages[1]).toMatch(/^`sdk` gained an alternative: .*"c"/);
    expect(messages).toHaveLength(2);
  });

  test("types of alternatives are named as their union", () => {
    const both = { anyOf: [{ type: "object" }, { type: "array" }], description: "Several." };
    expect(said(event(text), event({ ...both, minProperties: 1 }))[0]).toBe(
      '`sdk` was "string" and is ["object","array"] now.',
    );
    expect(said(event(sdk()), event({ anyOf: [sdk(), text] }))).toEqual([
      '`sdk` gained an alternative: {"type":"string"}.',
    ]);
  });

  test("exactly one of several is told apart from one or more, and from nothing", () => {
    const several = [text, { type: "integer" }];
    expect(said(event({ anyOf: several }), event({ oneOf: several }))).toEqual([
      "`sdk` must satisfy exactly one of its alternatives now, no longer one or more.",
    ]);
    const asks = { oneOf: [{ required: ["a"] }, { required: ["b"] }] };
    expect(said(event(sdk()), event({ ...sdk(), ...asks }))).toEqual([
      "`sdk` now has `oneOf` (exactly one of 2 alternatives must fit).",
    ]);
  });
});
