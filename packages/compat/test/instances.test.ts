import { describe, expect, test } from "@jest/globals";
import { instancesOf, readDocument, simplest, validate } from "../src/index.ts";
import type { Schema } from "../src/index.ts";

const order = {
  type: "object",
  required: ["id", "lines"],
  properties: {
    id: { type: "string", minLength: 2, maxLength: 5 },
    note: { type: "string" },
    state: { enum: ["new", "paid"] },
    lines: { type: "array", minItems: 1, items: { $ref: "#/definitions/line" } },
  },
  definitions: {
    line: {
      type: "object",
      required: ["quantity"],
      properties: { quantity: { type: "integer", minimum: 1, maximum: 9 }, gift: { type: "boolean" } },
    },
  },
} as Schema;

interface Order {
  readonly id: string;
  readonly note?: string;
  readonly state?: string;
  readonly lines: readonly { readonly quantity: number; readonly gift?: boolean }[];
}

describe("instances of a schema", () => {
  const found = instancesOf(order);
  const orders = found as unknown as readonly Order[];

  test("are all accepted by it", () => {
    for (const instance of found)
      expect(validate(readDocument(order, "draft-07"), instance)).toMatchObject({ valid: true });
  });

  test("have each optional property and do without it, each value of an enumeration, and each bound", () => {
    expect(new Set(orders.map((one) => "note" in one))).toEqual(new Set([true, false]));
    expect(new Set(orders.map(({ state }) => state))).toEqual(new Set(["new", "paid", undefined]));
    expect(orders.map(({ id }) => [...id].length)).toEqual(expect.arrayContaining([2, 5]));
    const lines = orders.flatMap((one) => one.lines);
    expect(lines.map(({ quantity }) => quantity)).toEqual(expect.arrayContaining([1, 9]));
    expect(new Set(lines.map((line) => "gift" in line))).toEqual(new Set([true, false]));
  });

  test("are none where nothing is accepted, and nothing is thrown at what is no schema", () => {
    expect(instancesOf(false)).toEqual([]);
    expect(instancesOf({ type: 7 } as unknown as Schema)).toEqual([]);
    expect(instancesOf({ $ref: "#/definitions/nowhere" } as Schema)).toEqual([]);
    expect(instancesOf(true)).toHaveLength(1);
  });

  test("are extreme where the schema has no bound, of which the empty text is one", () => {
    const notes = orders.flatMap(({ note }) => (note === undefined ? [] : [note.length]));
    expect(notes).toEqual(expect.arrayContaining([0, 300]));
  });

  test("are at each place that both declare something that another schema refuses there, where they can be", () => {
    const other = {
      type: "object",
      properties: { note: { pattern: "^[a-z]+$" }, colour: { type: "string" } },
    } as Schema;
    const refused = instancesOf(order, { against: other }) as unknown as readonly Order[];
    expect(refused.some(({ note }) => note !== undefined && !/^[a-z]+$/.test(note))).toBe(true);
    // A name that only the other schema declares: whoever writes by this one does not say it.
    expect(refused.some((one) => "colour" in one)).toBe(false);
  });

  test("come in combination where that is asked for: the same ones each time, all of them accepted", () => {
    const more = instancesOf(order, { mixed: 50 });
    const drawn = more.slice(found.length);
    expect(more.slice(0, found.length)).toEqual(found);
    expect(drawn.length).toBeGreaterThan(20);
    expect(new Set(more.map((one) => JSON.stringify(one))).size).toBe(more.length);
    for (const one of drawn) expect(validate(readDocument(order, "draft-07"), one)).toMatchObject({ valid: true });
    expect((drawn as unknown as readonly Order[]).some((one) => one.state === "paid" && "note" in one)).toBe(true);
    expect(instancesOf(order, { mixed: 50 })).toEqual(more);
  });

  test("become the simplest of which something is still true", () => {
    const large = { id: "abcde", note: "n", state: "paid", lines: [{ quantity: 9, gift: true }, { quantity: 3 }] };
    const isPaid = (value: unknown): boolean => (value as Order).state === "paid";
    expect(simplest(order, large, isPaid)).toEqual({
      id: expect.any(String),
      state: "paid",
      lines: [{ quantity: expect.any(Number) }],
    });
    expect(simplest(order, large, () => false)).toEqual(large);
  });
});
