import { describe, expect, test } from "@jest/globals";
import { originOf } from "../../src/model/bundle.ts";
import { readModel } from "../../src/model/read-model.ts";
import type { BundledSchema, Model } from "../../src/model/types.ts";
import { compileSchema } from "../../src/validate/compile.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";

const head = "asyncapi: 3.0.0\ninfo: { title: T, version: 1.0.0 }\n";

const read = (files: Readonly<Record<string, string>>): Promise<Model> =>
  readModel(".", { fileSystem: memoryFileSystem(files) });

/** A model whose only message has this payload. */
async function payloadOf(payload: string, files: Readonly<Record<string, string>> = {}): Promise<BundledSchema> {
  const message = `channels: { c: { address: c, messages: { m: { payload: ${payload} } } } }\n`;
  const model = await read({ "a.yaml": head + message, ...files });
  const found = model.events[0]?.payload;
  if (found?.kind !== "json-schema") throw new Error(`The payload is ${found?.kind}.`);
  return found;
}

describe("bundled schemas", () => {
  test("external targets move under definitions, references inside stay, and origins lead back", async () => {
    const bundled = await payloadOf("{ $ref: ./events.yaml#/Placed }", {
      "events.yaml":
        "Placed:\n  type: object\n  properties:\n    total: { $ref: ./money.yaml }\n    again: { $ref: '#/Placed/properties/total' }\n    child: { $ref: '#/Placed' }\n",
      "money.yaml":
        "type: object\nproperties:\n  currency: { $ref: '#/$defs/Currency' }\n$defs:\n  Currency: { type: string }\n",
    });
    expect(bundled.schema).toEqual({
      type: "object",
      properties: {
        total: { $ref: "#/definitions/money" },
        again: { $ref: "#/definitions/money" },
        child: { $ref: "#" },
      },
      definitions: {
        money: { type: "object", properties: { currency: { $ref: "#/definitions/Currency" } } },
        Currency: { type: "string" },
      },
    });
    expect(originOf(bundled, "/definitions/Currency/type")).toEqual({
      file: "money.yaml",
      pointer: "/$defs/Currency/type",
    });
    expect(originOf(bundled, "/properties/total")).toEqual({
      file: "events.yaml",
      pointer: "/Placed/properties/total",
    });
  });

  test("recursion across files ends, and validates", async () => {
    const bundled = await payloadOf("{ $ref: ./tree.yaml }", {
      "tree.yaml": "type: object\nproperties: { kids: { type: array, items: { $ref: ./leaf.yaml } } }\n",
      "leaf.yaml": "anyOf: [{ type: integer }, { $ref: ./tree.yaml }]\n",
    });
    const validate = compileSchema(bundled);
    if (typeof validate !== "function") throw new Error(validate.fault);
    expect(validate({ kids: [1, { kids: [2] }] })).toEqual([]);
    expect(validate({ kids: [1, { kids: ["x"] }] })).not.toEqual([]);
  });

  test("names are unique, and a name such as __proto__ is only a name", async () => {
    const bundled = await payloadOf(
      "{ allOf: [{ $ref: ./a/id.yaml }, { $ref: ./b/id.yaml }, { $ref: './c.yaml#/__proto__' }] }",
      {
        "a/id.yaml": "type: string\n",
        "b/id.yaml": "maxLength: 3\n",
        "c.yaml": "__proto__: { minLength: 1 }\n",
      },
    );
    expect(bundled.schema).toEqual({
      allOf: [{ $ref: "#/definitions/id" }, { $ref: "#/definitions/id2" }, { $ref: "#/definitions/proto" }],
      definitions: { id: { type: "string" }, id2: { maxLength: 3 }, proto: { minLength: 1 } },
    });
  });

  test("identifiers are dropped; data that looks like a reference stays data", async () => {
    const bundled = await payloadOf(
      "{ $id: 'https://x/y', const: { $ref: '#/nowhere' }, properties: { $ref: { type: string } } }",
    );
    expect(bundled.schema).toEqual({ const: { $ref: "#/nowhere" }, properties: { $ref: { type: "string" } } });
  });

  test("a dangling reference allows everything, so that one mistake is told once", async () => {
    expect((await payloadOf("{ properties: { a: { $ref: ./nowhere.yaml } } }")).schema).toEqual({
      properties: { a: {} },
    });
  });
});

describe("beside a $ref within a schema", () => {
  test("everything counts, at the reference and along the way", async () => {
    const { schema } = await payloadOf("{ properties: { a: { $ref: 'parts.yaml#/A', maxLength: 3 } } }", {
      "parts.yaml": "A: { $ref: '#/B', minLength: 1 }\nB: { type: string }\n",
    });
    expect(schema).toEqual({
      properties: { a: { $ref: "#/definitions/A", maxLength: 3 } },
      definitions: { A: { $ref: "#/definitions/B", minLength: 1 }, B: { type: "string" } },
    });
  });
});

describe("schema formats", () => {
  test.each([
    ["application/schema+json;version=draft-07", "draft-07", { type: "string" }, { type: "string" }],
    ["application/schema+json;version=2020-12", "2020-12", { prefixItems: [true] }, { prefixItems: [true] }],
    [
      "application/vnd.oai.openapi;version=3.0.0",
      "draft-07",
      { type: "string", nullable: true, enum: ["a"] },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [
      "application/vnd.oai.openapi;version=3.0.0",
      "draft-07",
      { type: "number", minimum: 0, exclusiveMinimum: true },
      { type: "number", exclusiveMinimum: 0 },
    ],
    [
      "application/schema+json;version=draft-04",
      "draft-07",
      { id: "#a", minimum: 0, exclusiveMinimum: true, const: 1 },
      { exclusiveMinimum: 0 },
    ],
    ["application/schema+json;version=draft-06", "draft-07", { if: true, const: 1 }, { const: 1 }],
    ["application/schema+json;version=draft-07", "draft-07", { type: "string", nullable: true }, { type: "string" }],
  ])("%s is read as %s", async (format, dialect, written, expected) => {
    const bundled = await payloadOf(`{ schemaFormat: "${format}", schema: ${JSON.stringify(written)} }`);
    expect({ dialect: bundled.dialect, schema: bundled.schema }).toEqual({ dialect, schema: expected });
  });

  test("$schema names the dialect where no format does", async () => {
    expect((await payloadOf("{ $schema: 'https://json-schema.org/draft/2020-12/schema', $defs: {} }")).dialect).toBe(
      "2020-12",
    );
  });

  test.each(["http://json-schema.org/draft-03/schema#", "https://example.com/my-dialect"])(
    "%s is no dialect that is known, and never read as another one",
    async ($schema) => {
      const payload = JSON.stringify({ $schema, type: "object" });
      const model = await read({ "a.yaml": `${head}channels: { c: { messages: { m: { payload: ${payload} } } } }\n` });
      expect(model.events[0]?.payload).toMatchObject({ kind: "opaque", format: $schema });
    },
  );

  test("a part in another dialect is not read, and its event says so; one in an older draft is translated", async () => {
    const parts = { properties: { b: { $ref: "old.json" }, c: { $ref: "new.json" } } };
    const model = await read({
      "a.yaml": `${head}channels: { c: { messages: { m: { payload: ${JSON.stringify(parts)} } } } }\n`,
      "old.json": `{"$schema":"http://json-schema.org/draft-04/schema#","minimum":1,"exclusiveMinimum":true}`,
      "new.json": `{"$schema":"https://json-schema.org/draft/2020-12/schema","prefixItems":[false]}`,
    });
    const [event] = model.events;
    expect(JSON.stringify(event?.payload)).toContain('"exclusiveMinimum":1');
    expect(event?.unread.map(({ place, what }) => [place, what])).toEqual([
      [{ file: "new.json", pointer: "/$schema" }, "$schema: https://json-schema.org/draft/2020-12/schema"],
    ]);
  });

  test("Avro is passed on as it is", async () => {
    const payload = `{ schemaFormat: "application/vnd.apache.avro;version=1.9.0", schema: { type: record, name: A, fields: [] } }`;
    const model = await read({ "a.yaml": `${head}channels: { c: { messages: { m: { payload: ${payload} } } } }\n` });
    expect(model.events[0]?.payload).toMatchObject({
      kind: "opaque",
      format: expect.stringContaining("avro"),
      schema: { name: "A" },
    });
  });
});

describe("the model of a folder", () => {
  const shared =
    "orders:\n  address: orders\n  messages:\n    Placed.v1: { $ref: ./placed.yaml }\n  bindings: { kafka: { partitions: 3, topicConfiguration: { retention.ms: 1000, cleanup.policy: [delete, compact] } } }\n";
  const service = (name: string, action: string): string =>
    `${head}id: urn:shop:${name}\nchannels:\n  orders: { $ref: ./channels.yaml#/orders }\noperations:\n  ${action}Placed:\n    action: ${action}\n    channel: { $ref: '#/channels/orders' }\n    messages: [{ $ref: '#/channels/orders/messages/Placed.v1' }]\n`;
  const files = {
    "channels.yaml": shared,
    "placed.yaml": "name: Placed.v1\nx-key-location: $message.payload#/data/id\npayload: { type: object }\n",
    "order.yaml": service("order", "send"),
    "stock.yaml": service("stock", "receive"),
  };

  test("one event, one topic, its writer and its reader, through shared channels", async () => {
    const model = await read(files);
    expect(model.events).toMatchObject([
      {
        key: "Placed.v1",
        eventType: "Placed",
        version: 1,
        topics: ["orders"],
        senders: ["order"],
        receivers: ["stock"],
        file: "placed.yaml",
        pointer: "",
      },
    ]);
    expect(model.events[0]?.keyLocation).toMatchObject({ source: "payload", pointer: "/data/id" });
    expect(model.topics).toMatchObject([
      {
        name: "orders",
        partitions: 3,
        retentionMs: 1000,
        cleanupPolicy: "compact,delete",
        writers: ["order"],
        readers: ["stock"],
        events: ["Placed.v1"],
      },
    ]);
    expect(model.services).toMatchObject([
      { name: "order", sends: [{ operationId: "sendPlaced", event: "Placed.v1" }], receives: [] },
      { name: "stock", sends: [], receives: [{ operationId: "receivePlaced", event: "Placed.v1" }] },
    ]);
  });

  test("the order of keys changes no hash; the payload does", async () => {
    const hash = async (placed: string): Promise<string | undefined> =>
      (await read({ ...files, "placed.yaml": placed })).events[0]?.hash;
    const first = await hash("name: Placed.v1\npayload: { type: object, title: A }\n");
    expect(await hash("payload: { title: A, type: object }\nname: Placed.v1\n")).toBe(first);
    expect(await hash("name: Placed.v1\npayload: { type: object, title: B }\n")).not.toBe(first);
  });

  test("two messages of one name stay apart, equal ones become one with a copy", async () => {
    const inline = (payload: string): string =>
      `${head}channels: { c: { address: c, messages: { m: { payload: ${payload} } } } }\n`;
    const apart = await read({ "a.yaml": inline("{ type: string }"), "b.yaml": inline("{ type: number }") });
    expect(apart.events.map(({ key, name }) => [key, name])).toEqual([
      ["a.c.m", "m"],
      ["b.c.m", "m"],
    ]);
    const equal = await read({ "a.yaml": inline("{ type: string }"), "b.yaml": inline("{ type: string }") });
    expect(equal.events).toMatchObject([{ key: "m", copies: [{ file: "b.yaml" }] }]);
  });

  test("no key depends on the order of channels and documents, and one more message changes no key but that of its namesake", async () => {
    const channel = (name: string, ...messages: readonly string[]): string =>
      `  ${name}: { address: ${name}, messages: { ${messages.join(", ")} } }\n`;
    const created = (type: string): string => `Created: { payload: { type: ${type} } }`;
    const keysOf = async (...channels: readonly string[]): Promise<Readonly<Record<string, string>>> => {
      const { events } = await read({ "a.yaml": `${head}channels:\n${channels.join("")}` });
      return Object.fromEntries(
        events.map((event) => [`${event.listings[0]?.channel}/${event.listings[0]?.message}`, event.key]),
      );
    };
    const c = channel("c", created("string"), "Closed: { payload: { type: string } }");
    const [d, a] = [channel("d", created("number")), channel("a", created("boolean"))];
    expect(await keysOf(c)).toEqual({ "c/Created": "Created", "c/Closed": "Closed" });
    const two = { "c/Created": "c.Created", "d/Created": "d.Created", "c/Closed": "Closed" };
    expect(await keysOf(c, d)).toEqual(two);
    const three = { ...two, "a/Created": "a.Created" };
    for (const order of [
      [a, c, d],
      [d, c, a],
      [c, a, d],
    ])
      expect(await keysOf(...order)).toEqual(three);
  });

  test("a message that channels list under several keys is called as where it is written, or by the first of the alphabet", async () => {
    const shared =
      "a: { address: a, messages: { Zed: { $ref: m.yaml } } }\n  b: { address: b, messages: { Abc: { $ref: m.yaml } } }";
    const model = await read({ "a.yaml": `${head}channels:\n  ${shared}\n`, "m.yaml": "payload: { type: string }\n" });
    expect(model.events.map(({ key }) => key)).toEqual(["Abc"]);
  });

  test("an operation without messages has all of its channel's; traits fill in what a message leaves out", async () => {
    const model = await read({
      "a.yaml": `${head}channels:\n  c:\n    address: c\n    messages:\n      x: { traits: [{ contentType: text/plain, headers: { type: object, properties: { a: { type: string } } } }], headers: { properties: { b: { type: string } } } }\n      y: {}\noperations:\n  o: { action: send, channel: { $ref: '#/channels/c' } }\n`,
    });
    expect(model.operations).toMatchObject([{ id: "o", events: ["x", "y"] }]);
    expect(model.events[0]).toMatchObject({ contentType: "text/plain", payload: { kind: "none" } });
    expect(model.events[0]?.headers?.schema).toEqual({
      type: "object",
      properties: { a: { type: "string" }, b: { type: "string" } },
    });
  });

  test("nothing a file says makes reading throw", async () => {
    for (const text of [
      "asyncapi: 3.0.0",
      "asyncapi: [",
      "asyncapi: 3.0.0\nchannels: 5",
      "asyncapi: 3.0.0\nchannels: { c: { messages: [1] } }",
      "asyncapi: 3.0.0\noperations: { o: { action: send, channel: { $ref: 7 }, messages: { a: 1 } } }",
      "asyncapi: 3.0.0\nchannels: { c: { $ref: '#/channels/c' } }",
      "asyncapi: 3.0.0\nchannels: { c: { messages: { m: { payload: [], headers: 3, examples: {}, traits: [1], bindings: x } } } }",
      "asyncapi: 3.0.0\nchannels: { c: { $ref: '%E0%A4%A' } }",
    ])
      await expect(read({ "a.yaml": text })).resolves.toBeDefined();
  });
});
