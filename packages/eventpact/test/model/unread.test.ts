import { describe, expect, test } from "@jest/globals";
import { readModel } from "../../src/model/read-model.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";

const document = (message: string, more = ""): string => `asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
channels:
  orders:
    address: orders
    messages:
      OrderPlaced: ${message}
${more}`;

const read = async (files: Readonly<Record<string, string>>) =>
  readModel("asyncapi", { fileSystem: memoryFileSystem(files) });

const unreadOf = async (message: string, files: Readonly<Record<string, string>> = {}) => {
  const { unread, events } = await read({ "asyncapi/orders.yaml": document(message), ...files });
  const ofEvent = events.find(({ name }) => name === "OrderPlaced")?.unread ?? [];
  return { all: unread.map(({ what }) => what), ofEvent: ofEvent.map(({ what }) => what) };
};

describe("the parts of the documents that were not read", () => {
  test.each([
    ["a payload on another machine", '{ payload: { $ref: "https://example.com/a.json" } }'],
    ["one property of it", '{ payload: { properties: { a: { $ref: "https://example.com/a.json" } } } }'],
    ["one called default", '{ payload: { properties: { default: { $ref: "https://example.com/a.json" } } } }'],
    ["headers", '{ headers: { $ref: "https://example.com/a.json" } }'],
    ["a trait", '{ traits: [{ $ref: "https://example.com/a.json" }] }'],
    ["a binding", '{ bindings: { kafka: { key: { $ref: "https://example.com/a.json" } } } }'],
    ["a correlation id", '{ correlationId: { $ref: "https://example.com/a.json" } }'],
    [
      "an Avro schema",
      '{ payload: { schemaFormat: "application/vnd.apache.avro", schema: { $ref: "https://example.com/a.json" } } }',
    ],
  ])("hold %s, and so does the event", async (_, message) => {
    const what = ["$ref: https://example.com/a.json"];
    expect(await unreadOf(message)).toEqual({ all: what, ofEvent: what });
  });

  test.each([
    ["nowhere", "$ref: ./missing.yaml", '{ payload: { $ref: "./missing.yaml" } }'],
    ["to no such place", "$ref: #/components/schemas/Gone", '{ payload: { $ref: "#/components/schemas/Gone" } }'],
    ["out of the project", "$ref: ../../../a.yaml", '{ payload: { $ref: "../../../a.yaml" } }'],
    ["to an anchor", "$ref: #anchor", '{ payload: { $ref: "#anchor" } }'],
    ["dynamically into a file", "$dynamicRef: ./a.yaml#node", '{ payload: { $dynamicRef: "./a.yaml#node" } }'],
  ])("hold a reference that leads %s", async (_, what, message) => {
    expect(await unreadOf(message)).toEqual({ all: [what], ofEvent: [what] });
  });

  test("hold what stands behind other files, for the events that reach it and no other", async () => {
    const found = await unreadOf("{ payload: { $ref: ./a.yaml } }", {
      "asyncapi/a.yaml": "properties: { b: { $ref: ./b.yaml } }\n",
      "asyncapi/b.yaml": 'items: { $ref: "//example.com/c.json" }\n',
      "asyncapi/others.yaml": document('{ name: Other, payload: { $ref: "./gone.yaml" } }'),
    });
    expect(found).toEqual({
      all: expect.arrayContaining(["$ref: //example.com/c.json", "$ref: ./gone.yaml"]),
      ofEvent: ["$ref: //example.com/c.json"],
    });
  });

  test.each([
    ["broken text", "asyncapi: 3.0.0\nchannels: [\n", "file"],
    ["a key twice", "asyncapi: 3.0.0\nid: a:b\nid: a:c\n", "file"],
    ["version 2", "asyncapi: 2.6.0\nchannels: {}\n", "version"],
    ["a version to come", "asyncapi: 4.0.0\nchannels: {}\n", "version"],
    ["a number for a version", "asyncapi: 3.0\nchannels: {}\n", "version"],
    ["no version", "info: { title: A }\nchannels: {}\n", "version"],
    ["flow style of version 2", "{ asyncapi: 2.0.0, channels: {} }\n", "version"],
    ["an escaped key", '{ "\\u0061syncapi": "2.0.0", "channels": {} }\n', "version"],
  ])("hold a document of %s", async (_, text, kind) => {
    const { unread } = await read({ "asyncapi/orders.yaml": document("{}"), "asyncapi/other.yaml": text });
    expect(unread).toMatchObject([{ kind, place: { file: "asyncapi/other.yaml" } }]);
  });

  test("hold a schema in a file that cannot be parsed", async () => {
    const { unread, events } = await read({
      "asyncapi/orders.yaml": document("{ payload: { $ref: ./a.yaml } }"),
      "asyncapi/a.yaml": "type: [\n",
    });
    expect(unread).toMatchObject([{ kind: "file", place: { file: "asyncapi/a.yaml" } }]);
    expect(events[0]?.unread).toEqual(unread);
  });

  test("hold files that are listed and gone, or that nobody may read", async () => {
    const files = { "asyncapi/orders.yaml": document("{}"), "asyncapi/gone.yaml": "", "asyncapi/secret.yaml": "" };
    const inner = memoryFileSystem(files);
    const { unread } = await readModel("asyncapi", {
      fileSystem: {
        list: inner.list,
        read: async (path) => {
          if (path.endsWith("secret.yaml")) throw new Error("EACCES: permission denied");
          return path.endsWith("gone.yaml") ? undefined : inner.read(path);
        },
      },
    });
    expect(unread.map(({ message }) => message)).toEqual([
      "asyncapi/secret.yaml cannot be read: EACCES: permission denied.",
      "asyncapi/gone.yaml is listed, but there is no such file.",
    ]);
  });

  test("are none where all is read: data may look like references, and recursion leads somewhere", async () => {
    const message =
      '{ payload: { properties: { a: { $ref: "#/channels/orders/messages/OrderPlaced/payload" } }, default: { $ref: "x:y" } }, examples: [{ payload: { $ref: "x:y" } }] }';
    expect(await unreadOf(message)).toEqual({ all: [], ofEvent: [] });
  });

  test("make another event: the same gap may be filled by something else", async () => {
    const hash = async (url: string): Promise<string | undefined> =>
      (await read({ "asyncapi/orders.yaml": document(`{ payload: { $ref: "${url}" } }`) })).events[0]?.hash;
    expect(await hash("https://example.com/v1.json")).not.toBe(await hash("https://example.com/v2.json"));
  });
});
