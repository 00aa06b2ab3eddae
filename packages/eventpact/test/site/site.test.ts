import { describe, expect, test } from "@jest/globals";
import { readModel } from "../../src/model/read-model.ts";
import { nodeFileSystem } from "../../src/read/node-file-system.ts";
import type { FileSystem } from "../../src/read/file-system.ts";
import { factsOf } from "../../src/site/facts/facts.ts";
import type { SiteInput } from "../../src/site/facts/facts.ts";
import { readPact } from "../../src/contracts/pact.ts";
import { relianceOf } from "../../src/contracts/reliance.ts";
import { projectFacts } from "../../src/site/inputs/standings.ts";
import { checkLinks } from "../../src/site/links.ts";
import { siteFiles } from "../../src/site/site.ts";
import { judgeBy } from "../support/judges.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";
import { projectIn } from "../support/projects.ts";

const ASSETS = new Set(["assets/site.css", "assets/site.js", "assets/search.js", "assets/icon.svg"]);

async function siteOf(
  fileSystem: FileSystem,
  dir = ".",
  more: Partial<SiteInput> = {},
): Promise<ReadonlyMap<string, string>> {
  const found = await projectFacts(projectIn(fileSystem, { folder: dir }), () => undefined, 0);
  const input = {
    title: "Test",
    source: dir,
    apis: new Map(),
    changelog: [],
    typescript: new Map(),
    rules: [],
    references: new Map(),
    faults: [],
  };
  return siteFiles(factsOf({ ...input, ...found, ...more }, judgeBy()));
}

const document = (title: string, message: string): string => `asyncapi: 3.0.0
info: { title: ${title}, version: 1.0.0 }
channels:
  things:
    address: things
    messages: { ${message} }
operations:
  send: { action: send, channel: { $ref: "#/channels/things" } }
`;

describe("the site of the shop", () => {
  const site = siteOf(nodeFileSystem(new URL("../../../..", import.meta.url).pathname), "asyncapi");

  test("has no link that leads nowhere, in either language", async () => {
    const { followed, broken } = checkLinks(await site, ASSETS);
    expect(broken).toEqual([]);
    expect(followed).toBeGreaterThan(3000);
  });

  test("has the same pages in both languages, each in its own", async () => {
    const pages = [...(await site).keys()].filter((path) => path.endsWith(".html"));
    const english = pages.filter((path) => !path.startsWith("ko/"));
    expect(pages.filter((path) => path.startsWith("ko/"))).toEqual(english.map((path) => `ko/${path}`));
    expect((await site).get("ko/events.html")).toContain('<html lang="ko">');
    expect((await site).get("ko/events.html")).toContain("이벤트");
  });

  test("shows each version with verdict, witness and the fields that differ", async () => {
    const page = (await site).get("events/OrderCreated.v2.html") ?? "";
    expect(page).toContain('id="data.items.unitPrice.amount"');
    expect(page).toContain("verdict incompatible");
    expect(page).toMatch(/sign removed[^]*?data\.totalPrice/);
    expect(page).toContain("in every event since v1");
    expect(page).toContain("Events of OrderCreated.v1 stay in the topic for 372 days");
  });

  test("answers on an older version's page which one to use, what changed, what runs where and until when it comes", async () => {
    const root = new URL("../../../..", import.meta.url).pathname;
    const fileSystem = nodeFileSystem(root);
    const { standings } = await projectFacts(
      projectIn(fileSystem, { root }),
      () => undefined,
      Date.parse("2026-11-26"),
    );
    const sourceAddress = "https://example.com/shop/blob/main/";
    const page =
      (await siteOf(fileSystem, "asyncapi", { standings, sourceAddress })).get("events/OrderCreated.v1.html") ?? "";
    expect(page).toContain("No longer sent, but still in the topic: readers must understand it.");
    expect(page).toMatch(/OrderCreated\.v2<\/a>\. Read this one for as long as it may still come/);
    expect(page).toContain('<a href="OrderCreated.v2.html#sec-changes">Field by field</a>');
    expect(page).toMatch(/In production[^]*sent by nobody[^]*read by [^]*inventory[^]*1\.0\.0/);
    expect(page).toMatch(/Must be readable until 2028-12-\d\d/);
    expect(page).toContain('<a href="#sec-example-1">order-of-before</a>');
    expect(page).toMatch(
      /href="https:\/\/example\.com\/shop\/blob\/main\/asyncapi\/events\/order-created\.v1\.yaml#L\d+"/,
    );
    const newest = (await siteOf(fileSystem, "asyncapi", { standings })).get("events/OrderCreated.v2.html") ?? "";
    expect(newest).toMatch(/This one, the newest[^]*OrderCreated\.v1/);
    expect(newest).toContain("eventpact can-i-deploy --service order");
    expect(newest).not.toContain("Until when");
  });

  test("uses no element id twice, and no style or script inside a page", async () => {
    for (const [path, text] of await site) {
      if (!path.endsWith(".html")) continue;
      const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
      expect([path, ids.filter((id, index) => ids.indexOf(id) !== index)]).toEqual([path, []]);
      expect(text).not.toMatch(/\s(?:style|on\w+)="|<style|<script(?![^>]*src=)/);
    }
  });

  test("has pages that are light", async () => {
    for (const [path, text] of await site) expect([path, text.length < 150_000]).toEqual([path, true]);
  });
});

describe("the site of any folder", () => {
  test("shows every shape of a schema in words", async () => {
    const point = `components: { schemas: { Point: { type: object, properties: { x: { type: number } } } } }\n`;
    const payload = `{ type: object, properties: {
      shape: { discriminator: kind, oneOf: [
        { type: object, required: [kind], properties: { kind: { const: circle } } },
        { title: Square, type: object, properties: { kind: { const: square } } }, { type: string },
        { $ref: "#/components/schemas/Point" } ] },
      tags: { type: array, items: { anyOf: [{ type: string }, { type: integer }] } },
      labels: { type: object, patternProperties: { "^x-": { type: string } }, additionalProperties: { type: integer } },
      nothing: false } }`;
    const site = await siteOf(memoryFileSystem({ "a.yaml": document("A", `x: { payload: ${payload} }`) + point }));
    const words = (site.get("events/x.html") ?? "").replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ");
    expect(words).toMatch(
      /told apart by kind Exactly one of kind: &quot;circle&quot; object .* Square object .* Alternative 3 string Point object/,
    );
    expect(words).not.toContain("Square object Square");
    expect(words).toContain("tags list optional each: At least one of Alternative 1 string Alternative 2 integer");
    expect(words).toContain("any name like ^x- string any other name integer");
    expect(words).toContain("nothing optional never allowed");
  });

  test("needs no envelope, no examples, no pacts, and takes payloads that are not JSON Schema", async () => {
    const files = {
      "a.yaml": document(
        "A",
        `x: { payload: { type: string } }, y: { payload: { schemaFormat: application/vnd.apache.avro+json;version=1.9.0, schema: { type: record, name: R } } }, z: {}`,
      ),
    };
    const site = await siteOf(memoryFileSystem(files));
    expect(checkLinks(site, ASSETS).broken).toEqual([]);
    expect(site.has("flows.html")).toBe(false);
    expect(site.get("events/y.html")).toContain("application/vnd.apache.avro+json");
    expect(site.get("events/z.html")).toContain("This message has no payload.");
  });

  test("does not take a payload that could not be read for none", async () => {
    const payload = `x: { payload: { $ref: "https://example.com/a.json" } }, y: { payload: { schema: { $ref: "./no.json" } } }, z: {}`;
    const site = await siteOf(memoryFileSystem({ "a.yaml": document("A", payload) }));
    for (const name of ["x", "y"])
      expect(site.get(`events/${name}.html`)).toContain("This message has a payload that could not be read");
    expect(site.get("events/z.html")).toContain("This message has no payload.");
  });

  test("never lets text of a document become markup, a link to script, or a path", async () => {
    const bad = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;
    const text = JSON.stringify(bad);
    const files = {
      "a.yaml": document(
        text,
        `${text}: { name: ${text}, title: ${text}, summary: ${text}, description: ${JSON.stringify(`${bad} [x](javascript:alert(3))`)}, contentType: ${text},
          payload: { type: object, required: [${text}], title: ${text}, properties: { ${text}: { description: ${text}, enum: [${text}], pattern: ${text}, default: ${text} }, "a b": { oneOf: [{ title: ${text} }, { type: ${text} }] } } },
          examples: [{ name: ${text}, summary: ${text}, payload: { ${text}: ${text}, eventId: ${text}, correlationId: ${text} } }, { payload: { eventId: "2", correlationId: ${text}, causationId: ${text} } }] },
          "../../../etc/passwd": { payload: { type: object } }, "CON": {}, "con": {}, "__proto__": { payload: true }`,
      ).replaceAll("address: things", `address: ${text}`),
      "contracts/pacts/x.json": JSON.stringify({
        consumer: { name: bad },
        provider: { name: bad },
        interactions: [{ type: "Asynchronous/Messages", description: bad, contents: { content: { [bad]: bad } } }],
      }),
    };
    const site = await siteOf(memoryFileSystem(files), ".", { title: bad });
    expect(checkLinks(site, ASSETS).broken).toEqual([]);
    for (const [path, page] of site) {
      expect(path).toMatch(/^(ko\/)?(assets|events|services|topics|flows)?\/?[\w.-]+$/);
      if (!path.endsWith(".html")) continue;
      expect(page).not.toMatch(/<script>|<img src=x|href="javascript/i);
      expect(page.match(/<script/g)).toHaveLength(1);
    }
    expect(new Set([...site.keys()].map((path) => path.toLowerCase())).size).toBe(site.size);
  });

  test("stays readable with texts without end, texts from right to left, and schemas without bottom", async () => {
    const deep = Array.from({ length: 40 }).reduce<string>(
      (inner) => `{ type: object, properties: { a: ${inner} } }`,
      "{ type: string }",
    );
    const wide = Array.from({ length: 900 }, (_, index) => `f${index}: { type: string }`).join(", ");
    const files = {
      "a.yaml": document(
        "A",
        `deep: { payload: ${deep} }, wide: { payload: { type: object, properties: { ${wide} } } },
         tree: { payload: { $ref: "#/components/schemas/Node" } },
         long: { summary: ${JSON.stringify("word ".repeat(20_000))}, payload: { type: string } },
         rtl: { description: "\u202Egnp.exe\u2066 \u05E9\u05DC\u05D5\u05DD", payload: { type: string } }`,
      ).concat(
        `components: { schemas: { Node: { type: object, properties: { children: { type: array, items: { $ref: "#/components/schemas/Node" } } } } } }\n`,
      ),
    };
    const site = await siteOf(memoryFileSystem(files));
    expect(checkLinks(site, ASSETS).broken).toEqual([]);
    expect(site.get("events/rtl.html")).toContain("\ufffdgnp.exe\ufffd \u05e9\u05dc\u05d5\u05dd");
    expect(site.get("events/wide.html")?.includes('id="f899"')).toBe(true);
    expect(site.get("events/deep.html")?.includes("More fields than a page can show well")).toBe(true);
    expect(site.get("events/tree.html")).toMatch(/each: the same as the whole payload/);
    expect(site.get("events.html")?.includes("word ".repeat(200))).toBe(false);
  });

  test("takes messages of one name without versions for two things, not for two versions of one", async () => {
    const thing = (type: string): string => document(type, `thing: { payload: { type: ${type} } }`);
    const site = await siteOf(memoryFileSystem({ "a.yaml": thing("string"), "b.yaml": thing("integer") }));
    const pages = [...site].filter(([path]) => /^events\/.*thing.*html$/.test(path)).map(([, page]) => page);
    expect(pages).toHaveLength(2);
    for (const page of pages) {
      expect(page).toContain("Same name elsewhere");
      expect(page).not.toMatch(/Changes since|sec-versions/);
    }
    expect(checkLinks(site, ASSETS).broken).toEqual([]);
  });

  test("tells the parameters of an address, and what a request is answered with", async () => {
    const files = {
      "a.yaml": `asyncapi: 3.0.0
info: { title: A, version: 1.0.0 }
channels:
  ask:
    address: ask/{room}
    parameters:
      room: { description: Which *room*., enum: [red, blue], default: red, location: "$message.payload#/room" }
    messages: { question: { payload: { type: string } } }
  answers: { address: null, messages: { answer: { payload: { type: string } } } }
operations:
  ask:
    action: send
    channel: { $ref: "#/channels/ask" }
    reply: { channel: { $ref: "#/channels/answers" }, messages: [{ $ref: "#/channels/answers/messages/answer" }] }
`,
    };
    const site = await siteOf(memoryFileSystem(files));
    const topic = [...site].find(([path]) => path.startsWith("topics/ask"))?.[1];
    expect(topic).toContain("Which <em>room</em>.");
    expect(topic).toMatch(/one of <code>red<\/code>, <code>blue<\/code>/);
    expect(topic).toContain("$message.payload#/room");
    expect(site.get("services/a.html")).toMatch(/expects as an answer[^]*answer/);
    expect(site.get("events/answer.html")).toContain("Reply to");
  });

  test("says on its first page what could not be read", async () => {
    const faults = [{ code: "yaml-syntax", file: "b.yaml", line: 3, message: "Missing closing <quote>" }];
    const site = await siteOf(memoryFileSystem({ "a.yaml": document("A", "x: {}") }), ".", { faults });
    expect(site.get("index.html")).toMatch(/could not be read[^]*b\.yaml:3[^]*Missing closing &lt;quote&gt;/);
  });

  test("shows which consumer relies on which field, and which contract nobody declares", async () => {
    const payload = `{ type: object, required: [id], properties: { id: { type: string }, note: { type: string } } }`;
    const pact = (content: object): string =>
      JSON.stringify({
        consumer: { name: "mailer" },
        provider: { name: "a" },
        interactions: [
          {
            type: "Asynchronous/Messages",
            description: "a thing for a mail",
            comments: { references: { AsyncAPI: { message: "Thing.v1" } } },
            contents: { content, contentType: "application/json" },
          },
        ],
      });
    const files = {
      "a.yaml": document("A", `Thing.v1: { payload: ${payload} }`),
      "contracts/pacts/mailer-a.json": pact({ id: "1" }),
    };
    const environments = [
      { name: "live", deployments: [{ service: "a", version: "1.2.3", since: "2026-01-02T00:00:00.000Z" }] },
    ];
    const site = await siteOf(memoryFileSystem(files), ".", { environments });
    expect(site.get("events/Thing.v1.html")).toMatch(/relied on by[^]*mailer/);
    expect(site.get("events/Thing.v1.html")).toContain("no contract relies on it");
    expect(site.get("contracts.html")).toContain("1.2.3");
    const unknown = await siteOf(
      memoryFileSystem({ ...files, "a.yaml": document("A", `Other.v1: { payload: ${payload} }`) }),
    );
    expect(unknown.get("contracts.html")).toContain("an event nobody declares");
    expect(checkLinks(unknown, ASSETS).broken).toEqual([]);
  });
});

test("the link checker finds a page and a place that do not exist", () => {
  const files = new Map([
    ["index.html", `<a href="a/b.html#here">x</a> <a\nhref="a/c.html">y</a> <a href="https://example.com/z">z</a>`],
    ["a/b.html", `<p id="there"></p><a href="../index.html">up</a><a href="#there">down</a>`],
  ]);
  expect(checkLinks(files, new Set())).toEqual({
    followed: 4,
    broken: [
      { page: "index.html", target: "a/b.html#here", reason: "no such place on the page" },
      { page: "index.html", target: "a/c.html", reason: "no such file" },
    ],
  });
});

test("the page for addresses that do not exist leads home from any depth", async () => {
  const model = await readModel(".", { fileSystem: memoryFileSystem({ "a.yaml": document("A", "x: {}") }) });
  const none = {
    standings: new Map(),
    pacts: [],
    keeping: new Map(),
    environments: [],
    changelog: [],
    rules: [],
    faults: [],
  };
  const empty = { apis: new Map(), typescript: new Map(), references: new Map() };
  const facts = factsOf({ title: "T", source: ".", model, ...none, ...empty }, judgeBy());
  const site = siteFiles(facts, "/project/");
  expect(site.get("404.html")).toContain('href="/project/ko/index.html"');
  expect(checkLinks(site, ASSETS, "/project/").broken).toEqual([]);
  expect(checkLinks(site, ASSETS, "/other/").broken.every(({ page }) => page === "404.html")).toBe(true);
  expect(checkLinks(site, ASSETS, "/other/").broken.length).toBeGreaterThan(3);
});

test("a pact tells how each value is matched, through lists and inherited types", () => {
  const file = {
    consumer: { name: "c" },
    provider: { name: "p" },
    interactions: [
      {
        type: "Asynchronous/Messages",
        description: "d",
        comments: { references: { AsyncAPI: { operationId: "receiveThing" } } },
        contents: {
          content: { a: { b: "x", c: 1 }, list: [{ d: "2026-01-01" }], fix: true },
          contentType: "application/json",
        },
        matchingRules: {
          body: {
            "$.a": { matchers: [{ match: "type" }] },
            "$.a.c": { matchers: [{ match: "integer" }] },
            "$.list[*].d": { matchers: [{ match: "regex", regex: "^2" }] },
          },
        },
      },
      { type: "Synchronous/HTTP", description: "ignored" },
    ],
  };
  const [interaction] = readPact("p.json", Buffer.from(JSON.stringify(file))).pact?.interactions ?? [];
  expect(interaction?.operationId).toBe("receiveThing");
  expect(Object.fromEntries(relianceOf(interaction!))).toEqual({
    a: { kind: "type" },
    "a.b": { kind: "type" },
    "a.c": { kind: "number" },
    list: { kind: "exact" },
    "list[]": { kind: "exact" },
    "list[].d": { kind: "pattern", detail: "^2" },
    fix: { kind: "exact" },
  });
});
