import { describe, expect, test } from "@jest/globals";
import { checkModel, defaultRuleSettings } from "../../src/check/check-model.ts";
import { readModel } from "../../src/model/read-model.ts";

/** What a check of these files finds, events' rules included: `file:line:column code`. */
async function found(files: Readonly<Record<string, string | Uint8Array>>): Promise<readonly string[]> {
  const bytes = (text: string | Uint8Array | undefined): Uint8Array | undefined =>
    typeof text === "string" ? new TextEncoder().encode(text) : text;
  const fileSystem = { list: async () => Object.keys(files), read: async (path: string) => bytes(files[path]) };
  const model = await readModel(".", { fileSystem });
  const rules = { ...defaultRuleSettings, events: "on" } as const;
  return checkModel(model, rules)
    .filter(({ code }) => !/^(event-(envelope|example|description|key|past-tense|name)|document-id)$/.test(code))
    .map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
}

const document = (action: string, channel = "orders", more = ""): string => `asyncapi: 3.0.0
info: { title: A, version: 1.0.0 }
channels: { orders: { address: orders, messages: { Placed: { payload: { $ref: ./order.yaml } } } } }
operations:
  use:
    action: ${action}
    channel: { $ref: "#/channels/${channel}" }
${more}`;
const order = "type: object\n";

test("the documents of these tests have no finding of this kind", async () => {
  expect(await found({ "a.yaml": document("send"), "b.yaml": document("receive"), "order.yaml": order })).toEqual([
    "b.yaml:3:13 topic-agrees",
    "b.yaml:3:52 event-once",
  ]);
});

describe("a file that cannot be read is one finding, and nothing is concluded from what it does not say", () => {
  const a = document("receive");
  test.each([
    ["a fault of its indentation", `${document("send")}\n  x: [\n`, "b.yaml:9:6 yaml-syntax"],
    ["a second document", document("send", "orders", `---\n${document("send")}`), "b.yaml:8:1 yaml-syntax"],
    ["UTF-16", new Uint8Array(Buffer.from(`\uFEFF${document("send")}`, "utf16le")), "b.yaml:1:1 file-encoding"],
    ["UTF-16 without a mark", new Uint8Array(Buffer.from(document("send"), "utf16le")), "b.yaml:1:1 file-encoding"],
    ["Latin-1", new Uint8Array(Buffer.from(`# caf\u00E9\n${document("send")}`, "latin1")), "b.yaml:1:6 file-encoding"],
    ["an alias of nothing", document("send", "orders", "x-a: *b\n"), "b.yaml:8:6 yaml-alias"],
  ])("%s in a document", async (_, b, finding) => {
    expect(await found({ "a.yaml": a, "b.yaml": b, "order.yaml": order })).toEqual([finding]);
  });

  test.each([
    ["a fault of its syntax", "type: object\n properties: {}\n", "order.yaml:2:2 yaml-syntax"],
    ["a second document", "type: object\n---\ntype: strng\n", "order.yaml:2:1 yaml-syntax"],
    ["a byte of another encoding", new Uint8Array([0x23, 0x20, 0xe9, 0x0a]), "order.yaml:1:3 file-encoding"],
  ])("%s in a file that is referred to", async (_, text, finding) => {
    expect(await found({ "a.yaml": document("send"), "order.yaml": text })).toEqual([finding]);
  });

  test("a .json file is JSON, and told in JSON's words", async () => {
    const json = JSON.stringify({ asyncapi: "3.0.0", info: { title: "A", version: "1" } }, null, 1);
    expect(await found({ "a.json": json.replace('"A",', '"A",,') })).toEqual(["a.json:4:16 yaml-syntax"]);
    expect(await found({ "a.json": "asyncapi: 3.0.0\n" })).toEqual(["a.json:1:1 yaml-syntax"]);
    // In a file of another name it is told so too, where it is no YAML either.
    expect(await found({ "a.yaml": json.replace('"A",', '"A"') })).toEqual(["a.yaml:5:3 yaml-syntax"]);
  });
});

describe("a reference that leads nowhere is told once, where it breaks", () => {
  const uses =
    'operations: { use: { action: send, channel: { $ref: "#/channels/orders" }, messages: [{ $ref: "#/channels/orders/messages/Placed" }] } }\n';
  const head = "asyncapi: 3.0.0\ninfo: { title: A, version: 1.0.0 }\n";
  test.each([
    ["to another machine", "{ orders: { $ref: https://example.com/a.yaml } }", 29],
    ["to a file that is not there", "{ orders: { $ref: ./gone.yaml } }", 29],
    ["out of the project", "{ orders: { $ref: ../../a.yaml } }", 29],
    ["to a name that is not there", '{ orders: { $ref: "#/components/channels/orders" } }', 29],
    ["to itself", '{ orders: { $ref: "#/channels/orders" } }', 29],
    [
      "in a circle",
      '{ orders: { $ref: "#/channels/b" }, b: { $ref: "#/channels/c" }, c: { $ref: "#/channels/b" } }',
      58,
    ],
  ])("%s", async (_, channels, column) => {
    expect(await found({ "a.yaml": `${head}channels: ${channels}\n${uses}` })).toEqual([
      `a.yaml:3:${column} ref-resolves`,
    ]);
  });
});
