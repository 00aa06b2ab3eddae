import { beforeAll, describe, expect, test } from "@jest/globals";
import type { GeneratedModule } from "./generated-package.ts";
import { bytes, emitEvents, enveloped, eventWith, importPackage, writePackage } from "./generated-package.ts";

const data = {
  type: "object",
  properties: { id: { type: "string" }, n: { type: "number" }, tree: {} },
  required: ["id"],
};
const envelope = (more: object = {}): Record<string, unknown> => ({
  eventId: "e",
  eventType: "OrderPaid",
  version: 1,
  data: { id: "a" },
  ...more,
});
/** The envelope as text, with JSON of our own as its `data`. */
const withData = (json: string): Uint8Array =>
  bytes(`{"eventId":"e","eventType":"OrderPaid","version":1,"data":${json}}`);

describe("the decoder", () => {
  let events: GeneratedModule;

  beforeAll(async () => {
    const emitted = await emitEvents([
      eventWith(true, { ...enveloped("OrderPaid", 1, data), keyLocation: { source: "payload", pointer: "/data/id" } }),
      eventWith(true, { ...enveloped("OrderPaid", 2, data), lifecycle: "retained" }),
      eventWith(
        { type: "object", properties: { lumens: { type: "integer", minimum: 0 } }, required: ["lumens"] },
        { key: "lightMeasured", eventType: "lightMeasured" },
      ),
    ]);
    events = await importPackage(await writePackage(emitted));
  });

  test("answers the event and its envelope", () => {
    expect(events.decode(bytes(envelope()))).toEqual({ ok: true, event: "OrderPaid.v1", envelope: envelope() });
  });

  test.each<[string, Uint8Array, object]>([
    ["no bytes", bytes(""), { code: "not-json", message: "the message is empty" }],
    ["text that is not JSON", bytes("hello"), { code: "not-json" }],
    ["half a message", bytes('{"eventType":"Ord'), { code: "not-json" }],
    ["bytes after the JSON", bytes("{} \u0000"), { code: "not-json" }],
    [
      "bytes that are not UTF-8",
      Uint8Array.of(0x22, 0xff, 0x22),
      { code: "not-json", message: "the bytes are not UTF-8" },
    ],
    ["a byte order mark", bytes("\ufeff{}"), { code: "not-json" }],
    ["UTF-16", new Uint8Array(Buffer.from("{}", "utf16le")), { code: "not-json" }],
    ["a list", bytes("[]"), { code: "not-an-envelope" }],
    ["null", bytes("null"), { code: "not-an-envelope" }],
    ["an object without an envelope", bytes('{"lumens":1}'), { code: "not-an-envelope" }],
    ["a version in quotes", bytes(envelope({ version: "1" })), { code: "not-an-envelope" }],
    ["an event type out of the prototype", bytes(envelope({ eventType: "constructor" })), { code: "unknown-type" }],
    [
      "an unknown event type",
      bytes(envelope({ eventType: "OrderPayed" })),
      { code: "unknown-type", eventType: "OrderPayed", version: 1, path: "/eventType" },
    ],
    [
      "an unknown version",
      bytes(envelope({ version: 9 })),
      { code: "unknown-version", version: 9, message: "OrderPaid has no version 9; known: 1, 2" },
    ],
    [
      "data that is not what the schema says",
      bytes(envelope({ data: { id: 1 } })),
      { code: "invalid", path: "/data/id", eventType: "OrderPaid", version: 1 },
    ],
    [
      "a key __proto__",
      withData('{"id":"a","tree":{"__proto__":{"admin":true}}}'),
      { code: "invalid", path: "/data/tree/__proto__" },
    ],
    [
      "a key __proto__ in disguise",
      withData(String.raw`{"id":"a","\u005f_proto__":1}`),
      { code: "invalid", path: "/data/__proto__" },
    ],
    [
      "a way to the prototype by constructor",
      withData('{"id":"a","constructor":{"prototype":{}}}'),
      { code: "invalid" },
    ],
    ["a NUL in text", withData(String.raw`{"id":"a\u0000b"}`), { code: "invalid", path: "/data/id" }],
    ["half a surrogate pair", withData(String.raw`{"id":"\ud83d"}`), { code: "invalid", path: "/data/id" }],
    ["a number beyond all numbers", withData('{"id":"a","n":1e999}'), { code: "invalid" }],
    ["an integer that a double would change", withData('{"id":"a","n":9007199254740993}'), { code: "invalid" }],
  ])("refuses %s", (_what, message, expected) => {
    expect(events.decode(message)).toMatchObject({ ok: false, ...expected });
  });

  test.each<[string, Uint8Array]>([
    ["a large integer that a double holds exactly", withData('{"id":"a","n":9007199254740994}')],
    ["a fraction with many digits", withData('{"id":"a","n":0.12345678901234567890}')],
    ["escaped text", withData(String.raw`{"id":"\u00e9\ud83d\ude00 __proto__ constructor"}`)],
    ['a harmless key "constructor"', withData('{"id":"a","constructor":"Renault"}')],
    ["many digits in text", withData('{"id":"4111111111111111222"}')],
    ["the last of duplicate keys", withData('{"id":1,"id":"a"}')],
    ["brackets in text", withData(`{"id":${JSON.stringify("[{".repeat(500))}}`)],
  ])("accepts %s", (_what, message) => {
    expect(events.decode(message)).toMatchObject({ ok: true });
  });

  test("refuses what is larger than its limit without reading it", () => {
    expect(events.decode(new Uint8Array(1_048_577))).toEqual({
      ok: false,
      code: "too-large",
      message: "1048577 bytes; at most 1048576 are read",
    });
    expect(events.decode(withData(`{"id":"${"a".repeat(1_000_000)}"}`))).toMatchObject({ ok: true });
  });

  test("refuses what is nested deeper than its limit, and counts exactly", () => {
    const nested = (depth: number): Uint8Array =>
      withData(`{"id":"a","tree":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    expect(events.decode(nested(62))).toMatchObject({ ok: true });
    expect(events.decode(nested(63))).toMatchObject({ ok: false, code: "too-deep" });
    expect(events.decode(bytes("[".repeat(500_000)))).toMatchObject({ ok: false, code: "too-deep" });
  });

  test("never throws, whatever bytes come", () => {
    let seed = 1;
    const next = (): number => (seed = (seed * 48_271) % 2_147_483_647);
    const sample = Buffer.from(JSON.stringify(envelope({ data: { id: "a", n: 1e3, tree: [{ a: "\u00e9" }] } })));
    for (let round = 0; round < 2_000; round++) {
      const message = Uint8Array.from(sample);
      for (let change = 0; change < 1 + (next() % 4); change++) message[next() % message.length] = next() % 256;
      expect(typeof events.decode(message).ok).toBe("boolean");
    }
  });

  test("reads a message without an envelope where the event is known from elsewhere", () => {
    expect(events.decodeAs("lightMeasured", bytes({ lumens: 3 }))).toEqual({
      ok: true,
      event: "lightMeasured",
      envelope: { lumens: 3 },
    });
    expect(events.decodeAs("lightMeasured", bytes({ lumens: -1 }))).toMatchObject({
      ok: false,
      code: "invalid",
      path: "/lumens",
    });
    expect(events.decodeAs("nothing", bytes({}))).toMatchObject({ ok: false, code: "unknown-type" });
  });

  test("does not pollute any prototype", () => {
    events.decode(withData('{"id":"a","__proto__":{"polluted":1}}'));
    events.validate("OrderPaid.v1", JSON.parse('{"__proto__":{"polluted":1}}'));
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("validate", () => {
  test("says where and why, and answers an unknown event and a bottomless value instead of throwing", async () => {
    const tree = {
      type: "object",
      properties: { kind: { enum: ["a", "b"] }, below: { $ref: "#" } },
      additionalProperties: false,
    };
    const events = await importPackage(await writePackage(await emitEvents([eventWith(tree, { key: "Tree" })])));
    expect(events.validate("Tree", { below: { kind: "c" } })).toEqual({
      ok: false,
      message: 'Tree is not valid: /below/kind must be one of ["a","b"]',
      path: "/below/kind",
    });
    expect(events.validate("Tree", { x: 1 })).toMatchObject({
      message: 'Tree is not valid: it must not have the property "x"',
    });
    expect(events.validate("tree", {})).toEqual({ ok: false, message: 'there is no event "tree"', path: "" });
    const bottomless: Record<string, unknown> = {};
    bottomless["below"] = bottomless;
    expect(events.validate("Tree", bottomless)).toMatchObject({ ok: false });
  });

  test("compares by value where ajv would call methods of the message", async () => {
    const events = await importPackage(
      await writePackage(await emitEvents([eventWith({ type: "array", uniqueItems: true }, { key: "List" })])),
    );
    expect(events.validate("List", [{ valueOf: 1 }, { valueOf: 2 }])).toEqual({ ok: true });
    expect(events.validate("List", [{ toString: 1 }, { toString: 1 }])).toMatchObject({ ok: false });
  });
});

describe("constructors", () => {
  test("take the key from the data where the schema promises one, and ask for it elsewhere", async () => {
    const emitted = await emitEvents([
      eventWith(true, { ...enveloped("OrderPaid", 1, data), keyLocation: { source: "payload", pointer: "/data/id" } }),
      eventWith(true, {
        ...enveloped("OrderPaid", 2, { ...data, required: [] }),
        keyLocation: { source: "payload", pointer: "/data/id" },
      }),
      eventWith(true, { ...enveloped("OrderPaid", 3, data), lifecycle: "retained" }),
      eventWith(
        { type: "object", properties: { at: { type: "integer" } }, required: ["at"] },
        { key: "Ticked", eventType: "Ticked", keyLocation: { source: "payload", pointer: "/at" } },
      ),
    ]);
    const events = await importPackage(await writePackage(emitted));
    const call = (name: string, ...args: unknown[]): unknown =>
      (events[name] as (...given: unknown[]) => unknown)(...args);
    expect(call("orderPaidV1", { id: "a" })).toEqual({ event: "OrderPaid.v1", key: "a", data: { id: "a" } });
    expect(call("orderPaid", {}, "k")).toEqual({ event: "OrderPaid.v2", key: "k", data: {} });
    expect(call("orderPaidV3", { id: "a" }, "k")).toEqual({ event: "OrderPaid.v3", key: "k", data: { id: "a" } });
    expect(call("ticked", { at: 7 })).toEqual({ event: "Ticked", key: "7", data: { at: 7 } });
  });
});
