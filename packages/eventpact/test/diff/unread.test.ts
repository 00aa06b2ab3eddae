import { describe, expect, test } from "@jest/globals";
import { runCommand } from "../support/run-command.ts";
import { compareFiles, toldOf } from "./support/compare-files.ts";
import { repository } from "./support/git-repository.ts";

type Files = Readonly<Record<string, string>>;

const document = (payload: string, more = ""): string => `asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
channels:
  orders:
    address: orders
    messages:
      OrderPlaced:
        payload: ${payload}
${more}`;

const remote = (version: number): string => `{ $ref: "https://example.com/order-v${version}.json" }`;
const of = (text: string, more: Files = {}): Files => ({ "asyncapi/orders.yaml": text, ...more });
const version2 = (type: string): string =>
  `asyncapi: 2.6.0\nchannels: { old: { publish: { message: { payload: { type: ${type} } } } } }\n`;

/** A state, a state in which something that was not read is another, and what the place of the gap is. */
const unread: readonly (readonly [string, Files, Files])[] = [
  ["a payload on another machine", of(document(remote(1))), of(document(remote(2)))],
  [
    "one property of it",
    of(document(`{ properties: { a: ${remote(1)} } }`)),
    of(document(`{ properties: { a: ${remote(2)} } }`)),
  ],
  [
    "what stands beside it",
    of(document(`{ properties: { a: ${remote(1)} } }`)),
    of(document(`{ properties: { a: ${remote(1)}, b: {} } }`)),
  ],
  [
    "headers",
    of(document("{}", `        headers: ${remote(1)}\n`)),
    of(document("{}", `        headers: ${remote(2)}\n`)),
  ],
  [
    "a key",
    of(document("{}", `        bindings: { kafka: { key: ${remote(1)} } }\n`)),
    of(document("{}", `        bindings: { kafka: { key: ${remote(2)} } }\n`)),
  ],
  [
    "a trait",
    of(document("{}", `        traits: [${remote(1)}]\n`)),
    of(document("{}", `        traits: [${remote(2)}]\n`)),
  ],
  [
    "a binding",
    of(document("{}", `        bindings: ${remote(1)}\n`)),
    of(document("{}", `        bindings: ${remote(2)}\n`)),
  ],
  ["a channel", of(document("{}", `  more: ${remote(1)}\n`)), of(document("{}", `  more: ${remote(2)}\n`))],
  [
    "a server called default",
    of(document("{}", `servers: { default: ${remote(1)} }\n`)),
    of(document("{}", `servers: { default: ${remote(2)} }\n`)),
  ],
  [
    "an operation",
    of(document("{}", `operations: { place: ${remote(1)} }\n`)),
    of(document("{}", `operations: { place: ${remote(2)} }\n`)),
  ],
  [
    "a reply",
    of(
      document(
        "{}",
        `operations: { place: { action: send, channel: { $ref: "#/channels/orders" }, reply: ${remote(1)} } }\n`,
      ),
    ),
    of(
      document(
        "{}",
        `operations: { place: { action: send, channel: { $ref: "#/channels/orders" }, reply: ${remote(2)} } }\n`,
      ),
    ),
  ],
  ["a reference that came to lead nowhere", of(document("{ type: string }")), of(document("{ $ref: ./gone.yaml }"))],
  [
    "a file that is gone",
    of(document("{ $ref: ./a.yaml }"), { "asyncapi/a.yaml": "type: string\n" }),
    of(document("{ $ref: ./a.yaml }")),
  ],
  ["a reference out of the project", of(document("{ $ref: ../../a.yaml }")), of(document("{ $ref: ../../b.yaml }"))],
  [
    "a dynamic reference into a file",
    of(document("{ $dynamicRef: ./a.yaml#n }")),
    of(document("{ $dynamicRef: ./b.yaml#n }")),
  ],
  [
    "a document of version 2",
    of(document("{}"), { "asyncapi/old.yaml": version2("string") }),
    of(document("{}"), { "asyncapi/old.yaml": version2("object") }),
  ],
  ["a document that became one of version 4", of(document("{}")), of(document("{}").replace("3.0.0", "4.0.0"))],
  [
    "a document without a version",
    of(document("{}"), { "asyncapi/no.yaml": "info: {}\nchannels: {}\n" }),
    of(document("{}"), { "asyncapi/no.yaml": "info: {}\nchannels: { a: {} }\n" }),
  ],
  ["broken text", of(document("{}")), of(document("{"))],
  ["text that was broken", of(document("{")), of(document("{}"))],
  [
    "broken text that did not change",
    of(document("{}"), { "asyncapi/b.yaml": "asyncapi: [\n" }),
    of(document("{}"), { "asyncapi/b.yaml": "asyncapi: [\n" }),
  ],
  ["two YAML documents in a file", of(document("{}")), of(`${document("{}")}---\n${document("{ type: string }")}`)],
  [
    "Avro",
    of(document('{ schemaFormat: "application/vnd.apache.avro", schema: int }')),
    of(document('{ schemaFormat: "application/vnd.apache.avro", schema: long }')),
  ],
  [
    "Avro behind a reference",
    of(document('{ schemaFormat: "application/vnd.apache.avro", schema: { $ref: ./a.avsc } }'), {
      "asyncapi/a.avsc": '"int"',
    }),
    of(document('{ schemaFormat: "application/vnd.apache.avro", schema: { $ref: ./a.avsc } }'), {
      "asyncapi/a.avsc": '"long"',
    }),
  ],
  [
    "headers in another language",
    of(document("{}", '        headers: { schemaFormat: "application/raml+yaml;version=1.0", schema: { type: a } }\n')),
    of(document("{}", '        headers: { schemaFormat: "application/raml+yaml;version=1.0", schema: { type: b } }\n')),
  ],
  ["a folder that was empty", { "README.md": "" }, of(document("{}"))],
  ["a folder that is empty", of(document("{}")), { "README.md": "" }],
];

describe("what was not read is undecided, with its place", () => {
  test.each(unread)("%s", async (_, older, newer) => {
    const { verdict, changes } = await compareFiles(newer, { older });
    expect(verdict).toBe("undecided");
    const [first] = changes;
    expect(first).toMatchObject({ level: "undecided", message: expect.stringMatching(/\w+/) });
    if (first?.code !== "nothing-to-compare") expect((first?.newer ?? first?.older)?.file).toMatch(/asyncapi/);
  });

  test.each([
    ["a reference to another machine", of(document(remote(1))), "https://example.com/order-v1.json"],
    [
      "a document of another version",
      of(document("{}"), { "asyncapi/old.yaml": version2("string") }),
      "AsyncAPI 2.6.0",
    ],
  ])("%s that is the same on both sides is told, and excluded from the verdict", async (_, files, said) => {
    const { verdict, changes, notes } = await compareFiles(files, { older: files });
    expect([verdict, changes]).toEqual(["compatible", []]);
    expect(notes).toEqual([expect.stringContaining(said)]);
  });

  test("a break beside it is no break for sure: nothing is proved about what is not known", async () => {
    const older = of(document(`{ required: [a], properties: { a: ${remote(1)}, b: { type: string } } }`));
    const newer = of(document(`{ required: [a], properties: { a: ${remote(1)}, b: { type: integer } } }`));
    expect(toldOf(await compareFiles(newer, { older }))).toEqual([
      "payload-undecided undecided OrderPlaced",
      "type-changed warning OrderPlaced",
    ]);
  });

  test("another event is judged as ever", async () => {
    const channel = (type: string): string => `      OrderPaid: { payload: { type: ${type} } }\n`;
    const [older, newer] = [of(document(remote(1), channel("string"))), of(document(remote(2), channel("integer")))];
    expect(toldOf(await compareFiles(newer, { older }))).toContain("type-changed breaking OrderPaid");
  });
});

test("every output says the same: verdict, exit code, and each undecided place", async () => {
  for (const [older, newer, verdict, exit] of [
    [of(document(remote(1))), of(document(remote(2))), "undecided", 1],
    [of(document("{ type: string }")), of(document("{ type: integer }")), "breaking", 1],
    [of(document(remote(1))), of(document(remote(1))), "compatible", 0],
  ] as const) {
    using repo = repository({ ...older });
    repo.write({ ...newer });
    const said = await Promise.all(
      ["text", "json", "github", "markdown"].map(async (format) =>
        runCommand(repo.path, ["diff", "--format", format, "--against", "HEAD"]),
      ),
    );
    expect(said.map(({ exitCode }) => exitCode)).toEqual([exit, exit, exit, exit]);
    const [text = "", json = "", github = "", markdown = ""] = said.map(({ stdout }) => stdout);
    expect(JSON.parse(json)).toMatchObject({ verdict });
    expect(text).toMatch(new RegExp(`^${verdict}: `, "m"));
    expect(markdown.toLowerCase()).toMatch(new RegExp(`^### . ${verdict}: `));
    expect(github.includes("::error ")).toBe(verdict !== "compatible");
    if (verdict !== "breaking")
      for (const one of [text, json, github, markdown]) expect(one).toContain("example.com/order-v");
  }
});
