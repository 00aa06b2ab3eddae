import { describe, expect, test } from "@jest/globals";
import { compare, compareVersions } from "../src/index.ts";
import type { PolicyName, Schema, Verdict } from "../src/index.ts";
import { base, closed, everydayEdits, note, noted, order } from "./everyday-edits.ts";

const S = "compatible";
const B = "incompatible";

describe("everyday edits of events", () => {
  test.each(everydayEdits)("%s", (_title, older, newer, expected) => {
    const [strict, tolerant] = [
      compare(older, newer, { policy: "strict" }),
      compare(older, newer, { policy: "tolerant" }),
    ];
    expect(
      [strict.backward, strict.forward, tolerant.backward, tolerant.forward].map(({ verdict }) => verdict),
    ).toEqual(expected);
  });

  test("a nested optional field in an envelope shared by reference is safe for tolerant readers", () => {
    const event = (data: object): Schema => ({
      definitions: { envelope: order(base) },
      allOf: [{ $ref: "#/definitions/envelope" }, { properties: { data: { type: "object", properties: data } } }],
    });
    const { backward, forward } = compare(event({}), event(note), { policy: "tolerant" });
    expect([backward.verdict, forward.verdict]).toEqual([S, S]);
  });

  test("a field added to one alternative of a payload is safe for tolerant readers", () => {
    const payload = (extra: object): Schema => ({
      oneOf: [
        order({ kind: { const: "card" }, ...extra }, ["kind"], closed),
        order({ kind: { const: "cash" } }, ["kind"], closed),
      ],
    });
    const { backward, forward } = compare(payload({}), payload(note), { policy: "tolerant" });
    expect([backward.verdict, forward.verdict]).toEqual([S, S]);
  });
});

describe("named policies", () => {
  const status = (values: string[]): Schema => order({ status: { type: "string", enum: values } }, ["status"]);

  test("lenient readers take values that are not in their list", () => {
    const [older, newer] = [status(["new"]), status(["new", "paid"])];
    const forward = (policy: PolicyName): Verdict => compare(older, newer, { policy }).forward.verdict;
    expect([forward("tolerant"), forward("lenient")]).toEqual([B, S]);
    const retyped = order({ status: { type: "number" } }, ["status"]);
    expect(compare(older, retyped, { policy: "lenient" }).forward.verdict).toBe(B);
  });

  test("evidence knows the keys that were written without being declared", () => {
    const [older, newer] = [order(base), order(noted)];
    const backward = (writtenKeys: string[]): Verdict =>
      compare(older, newer, { policy: "evidence", writtenKeys }).backward.verdict;
    expect([backward([]), backward(["note"]), backward(["other"])]).toEqual([S, B, S]);
  });

  test("a policy of one's own is named in the result", () => {
    const policy = {
      name: "ours",
      writer: "declared",
      reader: "asWritten",
      defaults: "ignore",
      enums: "closed",
    } as const;
    const comparison = compare(order(base, ["id"], closed), order(noted, ["id"], closed), { policy });
    expect([comparison.policy, comparison.forward.verdict]).toEqual(["ours", B]);
  });

  test("a rejection points into the schema as it was given", () => {
    const event = (sku: object): Schema => ({
      definitions: { line: order({ sku }, ["sku"]) },
      type: "object",
      properties: { lines: { type: "array", items: { $ref: "#/definitions/line" } } },
    });
    const { backward } = compare(event({ type: "string" }), event({ type: "string", maxLength: 2 }), {
      policy: "tolerant",
    });
    expect(backward.rejection?.schema).toBe("/definitions/line/properties/sku/maxLength");
    expect(backward.rejection?.instance).toBe("/lines/0/sku");
  });
});

describe("histories", () => {
  const versions = [
    order({ a: { type: "integer" } }, []),
    order({ a: { type: "number" } }, []),
    order({ a: { type: ["number", "null"] } }, []),
  ];

  test("a mode judges the newest version against the one before", () => {
    const { verdict, judgements } = compareVersions(versions, "BACKWARD");
    expect(verdict).toBe(S);
    expect(judgements.map(({ older, newer, direction }) => [older, newer, direction])).toEqual([[1, 2, "backward"]]);
  });

  test("a transitive mode judges it against all before", () => {
    const { judgements } = compareVersions(versions, "FULL_TRANSITIVE");
    expect(judgements.map(({ older, direction, judgement }) => [older, direction, judgement.verdict])).toEqual([
      [1, "backward", S],
      [1, "forward", B],
      [0, "backward", S],
      [0, "forward", B],
    ]);
  });

  test("what the last version repaired still breaks the ones before it", () => {
    const detour = [order({ a: { type: "string" } }), order({ a: {} }), order({ a: { type: "number" } })];
    expect(compareVersions(detour, "FORWARD").verdict).toBe(S);
    expect(compareVersions(detour, "FORWARD_TRANSITIVE").verdict).toBe(B);
  });

  test("no mode and no history have nothing to judge", () => {
    expect(compareVersions(versions, "NONE")).toEqual({ mode: "NONE", verdict: S, judgements: [] });
    expect(compareVersions(versions.slice(0, 1), "FULL").judgements).toEqual([]);
  });
});

test("an empty `properties` declares that nothing is written; without it an object is free", () => {
  const added = { type: "object", properties: { a: { type: "string" } } };
  const verdict = (older: object): string => compare(older as Schema, added, { policy: "tolerant" }).backward.verdict;
  expect(verdict({ type: "object", properties: {} })).toBe("compatible");
  expect(verdict({ type: "object" })).toBe("incompatible");
});

describe("an object that is written out to be open", () => {
  /** The schema with openness written out wherever it says nothing of other properties. */
  const opened = (schema: unknown, keyword: string, value: unknown): unknown => {
    if (Array.isArray(schema)) return schema.map((item) => opened(item, keyword, value));
    if (typeof schema !== "object" || schema === null) return schema;
    const entries = Object.entries(schema).map(([key, part]) => [key, opened(part, keyword, value)]);
    const isSilent = "type" in schema && "properties" in schema && !("additionalProperties" in schema);
    return { ...Object.fromEntries(entries), ...(isSilent ? { [keyword]: value } : {}) };
  };

  test.each(["tolerant", "lenient", "evidence"] as const)("is judged like silence by the policy %s", (policy) => {
    const pairs = [...everydayEdits.map(([, older, newer]) => [older, newer]), ...nested()];
    for (const [older, newer] of pairs) {
      const judged = (...pair: unknown[]): string[] => {
        const { backward, forward } = compare(pair[0] as Schema, pair[1] as Schema, { policy, dialect: "2020-12" });
        return [backward.verdict, forward.verdict];
      };
      const silent = judged(older, newer);
      for (const [keyword, value] of [
        ["additionalProperties", true],
        ["additionalProperties", {}],
        ["additionalProperties", { description: "Anything." }],
        ["unevaluatedProperties", true],
      ] as const) {
        const spelt = [opened(older, keyword, value), opened(newer, keyword, value)];
        expect(judged(...spelt)).toEqual(silent);
        expect(judged(spelt[0], newer)).toEqual(silent);
        expect(judged(older, spelt[1])).toEqual(silent);
      }
    }
  });

  function nested(): (readonly [Schema, Schema])[] {
    const wraps: ((inner: Schema) => Schema)[] = [
      (inner) => order({ data: inner }, ["data"]),
      (inner) => ({ allOf: [order({ head: { type: "string" } }, []), inner] }),
      (inner) => ({ anyOf: [inner, { type: "null" }] }),
      (inner) => ({ type: "array", items: inner }),
      (inner) => ({ $ref: "#/$defs/inner", $defs: { inner } }),
    ];
    return wraps.map((wrap) => [wrap(order(base)), wrap(order(noted))] as const);
  }

  test("is named by the policy strict as what makes a new property a break", () => {
    const open = { additionalProperties: true };
    const { changes } = compare(order(base, [], open), order(noted, [], open)).backward;
    expect(changes[0]).toMatchObject({ severity: "breaking", hint: expect.stringContaining("tolerant") });
    expect(changes[0]?.message).toMatch(/because additionalProperties is true/);
  });
});

describe("what writers write beyond the properties that are declared", () => {
  const integer = { type: "integer" };
  const a = { a: integer };
  const text: object = { type: "string" };
  const inside = (schema: object): object => ({ type: "object", properties: { n: schema } });
  const typed: object = { type: "object", properties: { ...a, z: integer } };
  const either: object[] = [
    { properties: a, required: ["a"] },
    { properties: { b: integer }, required: ["b"] },
  ];
  const onlyWith = (name: string, needed: string): object =>
    JSON.parse(`{"if":{"required":["${name}"]},"then":{"required":["${needed}"]}}`) as object;
  const cases: [string, object, object][] = [
    ["a name that is required", { properties: a, required: ["z"] }, typed],
    ["a name that is required deep inside", inside({ properties: a, required: ["z"] }), inside(text)],
    ["a name that another part requires", { allOf: [{ properties: a }, { required: ["z"] }] }, typed],
    [
      "a name that an alternative requires",
      { properties: a, anyOf: [{ required: ["a"] }, { required: ["z"] }] },
      typed,
    ],
    ["a name required beside alternatives", { required: ["z"], oneOf: either }, { properties: { z: integer } }],
    ["a name required on a condition", { properties: a, ...onlyWith("a", "z") }, typed],
    ["a name that another one needs", { properties: a, dependencies: { a: ["z"] } }, typed],
    ["names that a constant has", inside({ properties: a, const: { z: 1 } }), inside(text)],
    ["names that one of listed values has", { properties: a, enum: [{ a: 1 }, { z: "1" }] }, typed],
    ["more properties than are declared", inside({ properties: a, minProperties: 2 }), inside(text)],
    ["what several alternatives declare that hold at once", { anyOf: either }, { maxProperties: 1 }],
  ];

  test.each(cases)("is %s", (_title, older, newer) => {
    for (const policy of ["tolerant", "lenient", "evidence"] as const) {
      const { backward } = compare(older as Schema, newer as Schema, { policy });
      expect(backward.verdict).toBe("incompatible");
    }
  });

  test("is not what an alternative declares that excludes the one that holds", () => {
    const kind = (name: string, more: object): object => ({
      type: "object",
      properties: { kind: { const: name }, ...more },
      required: ["kind"],
    });
    const kinds = (more: object): Schema => ({
      anyOf: Array.from({ length: 20 }, (_, at) => kind(`k${at}`, at === 1 ? more : at === 2 ? { note: integer } : {})),
    });
    const { backward, forward } = compare(kinds({}), kinds({ note: text }), { policy: "tolerant" });
    expect([backward.verdict, forward.verdict]).toEqual([S, S]);
  });

  test("is not let through where another part tells what was evaluated", () => {
    const one = (name: string, more: object): object => ({ properties: { kind: { const: name }, ...more } });
    const older: Schema = {
      required: ["z"],
      oneOf: [one("a", {}), one("b", { z: true })],
      unevaluatedProperties: false,
    };
    const newer: Schema = { ...older, properties: {}, maxProperties: 2 };
    const { backward } = compare(older, newer, { policy: "tolerant", dialect: "2020-12" });
    expect(backward.verdict).toBe(S);
  });
});
