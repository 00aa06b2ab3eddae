import { describe, expect, test } from "@jest/globals";
import type { PolicyName } from "@eventpact/compat";
import type { EmitEvent } from "../../src/emit/input.ts";
import {
  bytes,
  emitEvents,
  enveloped,
  eventWith,
  importPackage,
  typeCheck,
  writePackage,
} from "./generated-package.ts";

const text = { type: "string" };
const closed = { type: "object", properties: { a: text }, required: ["a"], additionalProperties: false };
const filled = {
  type: "object",
  properties: { a: text, q: { type: "integer", default: 1 } },
  required: ["a", "q"],
};
const chosen = { oneOf: [closed, { ...closed, properties: { a: text, b: text }, required: ["b"] }] };
const listed = { type: "object", properties: { size: { type: "string", enum: ["s", "m"] } }, required: ["size"] };
const plain = { type: "object", properties: { a: text }, required: ["a"] };

const events = Object.entries({ closed, filled, chosen, listed, plain }).map(([key, schema]): EmitEvent =>
  eventWith(schema, { key, eventType: key }),
);

/** What the decoder hands on of each of these events under a policy; `undefined` where it refuses. */
async function handedOn(policy: PolicyName): Promise<readonly unknown[]> {
  const { decodeAs, validate } = await importPackage(await writePackage(await emitEvents(events, { policy })));
  return [
    ["closed", { a: "x", gone: 1 }],
    ["filled", { a: "x" }],
    ["chosen", { a: "x", c: 1 }],
    ["listed", { size: "xl" }],
  ].map(([key, value]) => {
    // Senders are held to the document whatever readers take.
    expect(validate(key as string, value).ok).toBe(false);
    const decoded = decodeAs(key as string, bytes(value));
    return decoded.ok ? decoded["envelope"] : undefined;
  });
}

describe("the decoder of a policy", () => {
  test("strict takes what the document allows and nothing else", async () => {
    expect(await handedOn("strict")).toEqual([undefined, undefined, undefined, undefined]);
  });

  test.each(["tolerant", "evidence"] as const)("%s skips, fills in and takes the first that fits", async (policy) => {
    expect(await handedOn(policy)).toEqual([{ a: "x" }, { a: "x", q: 1 }, { a: "x" }, undefined]);
  });

  test("lenient takes texts that no list has, too", async () => {
    expect(await handedOn("lenient")).toEqual([{ a: "x" }, { a: "x", q: 1 }, { a: "x" }, { size: "xl" }]);
  });

  test("finds the event by its envelope, and says of what it refuses why its reader does", async () => {
    const order = eventWith(true, enveloped("OrderPaid", 1, filled));
    const { decode } = await importPackage(await writePackage(await emitEvents([order])));
    const envelope = { eventId: "e", eventType: "OrderPaid", version: 1, data: { a: "x" } };
    expect(decode(bytes(envelope))).toEqual({
      ok: true,
      event: "OrderPaid.v1",
      envelope: { ...envelope, data: { a: "x", q: 1 } },
    });
    expect(decode(bytes({ ...envelope, data: {} }))).toMatchObject({
      code: "invalid",
      path: "/data",
      message: expect.stringContaining("'a'"),
    });
  });

  test("makes no second validator of an event that is read as it is written", async () => {
    const modules = async (policy: PolicyName): Promise<readonly string[]> => {
      const { files } = await emitEvents(events, { policy });
      return [...files.keys()].filter((path) => /^events.*reader|complete/.test(path));
    };
    expect(await modules("strict")).toEqual([]);
    expect(await modules("tolerant")).toEqual([
      "events/chosen.reader.js",
      "events/closed.reader.js",
      "events/filled.reader.js",
      "runtime/complete.js",
    ]);
  });

  test("does not change a value that is read twice", async () => {
    const { read } = await importPackage(await writePackage(await emitEvents(events)));
    const value = Object.freeze({ a: "x" });
    const [one, other] = [read("filled", value), read("filled", value)] as unknown as { envelope: object }[];
    expect([one, other]).toEqual([other, one]);
    expect([value, one?.envelope === other?.envelope]).toEqual([{ a: "x" }, false]);
    expect(read("closed", value)["envelope"]).toBe(value);
  });

  test("gives handlers types that are true of what it hands on", async () => {
    const asks = (type: string): string => `
      import type { Events } from './index.js';
      type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
      export const same: Equal<Events['listed']['size'], ${type}> = true;
      export const filled = (event: Events['filled']): number => event.q;
    `;
    const folder = async (policy: PolicyName): Promise<string> => writePackage(await emitEvents(events, { policy }));
    expect(await typeCheck(await folder("tolerant"), asks("'s' | 'm'"))).toBe("");
    expect(await typeCheck(await folder("lenient"), asks("'s' | 'm' | (string & {})"))).toBe("");
  });
});
