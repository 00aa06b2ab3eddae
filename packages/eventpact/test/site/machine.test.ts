import { describe, expect, test } from "@jest/globals";
import type { FileSystem } from "../../src/read/file-system.ts";
import { nodeFileSystem } from "../../src/read/node-file-system.ts";
import type { ChangelogEntry } from "../../src/site/facts/changelog.ts";
import { factsOf } from "../../src/site/facts/facts.ts";
import { projectFacts } from "../../src/site/inputs/standings.ts";
import { siteFiles } from "../../src/site/site.ts";
import { judgeBy } from "../support/judges.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";
import { projectIn } from "../support/projects.ts";

async function siteOf(
  fileSystem: FileSystem,
  dir: string,
  changelog: readonly ChangelogEntry[],
): Promise<ReadonlyMap<string, string>> {
  const found = await projectFacts(projectIn(fileSystem, { folder: dir }), () => undefined, 0);
  const none = { apis: new Map(), typescript: new Map(), references: new Map() };
  const input = { title: "A [shop] <b>", source: "asyncapi", rules: [], faults: [], ...none, ...found };
  return siteFiles(factsOf({ ...input, changelog }, judgeBy()));
}

const small = memoryFileSystem({
  "a.yaml": `asyncapi: 3.0.0
info: { title: a, version: "1" }
channels: { a: { address: a, messages: { x: { payload: { type: string } } } } }
`,
});

const commit = { id: "a".repeat(40), date: "2026-01-02T03:04:05Z", subject: "<script> & \u0000 ]]>" };
const changes = [
  { kind: "added", event: "OrderCreated.v2" },
  {
    kind: "changed",
    event: "OrderPaid.v1",
    fields: [{ kind: "changed", path: "data.total", facets: [] }],
    backward: "compatible",
    forward: "incompatible",
    parts: ["key"],
  },
] as const;

describe("for tools, the site has", () => {
  const shop = siteOf(nodeFileSystem(new URL("../../../..", import.meta.url).pathname), "asyncapi", []);

  test("a catalogue in which every address leads somewhere", async () => {
    const site = await shop;
    const { format, events, services, topics, flows } = JSON.parse(site.get("catalogue.json") ?? "");
    expect([format, events.length, services.length, topics.length, flows.length]).toEqual([1, 18, 8, 6, 4]);
    for (const { page } of [...events, ...services, ...topics, ...flows])
      expect([page, site.has(page)]).toEqual([page, true]);
    const created = events.find(({ key }: { readonly key: string }) => key === "OrderCreated.v2");
    expect(created).toMatchObject({
      type: "OrderCreated",
      version: 2,
      newest: true,
      lifecycle: "active",
      senders: ["order"],
      partitionKey: "payload: data.orderId",
      source: { file: "asyncapi/events/order-created.v2.yaml", line: 1 },
      sincePrevious: { event: "OrderCreated.v1", newReadersReadOldEvents: "incompatible" },
    });
    expect(created.reliedOn.payment).toContain("data.total.amount");
  });

  test("each payload's JSON Schema by itself", async () => {
    const site = await shop;
    const schemas = [...site].filter(([path]) => path.endsWith(".schema.json"));
    expect(schemas).toHaveLength(18);
    for (const [, text] of schemas) expect(JSON.parse(text)).toMatchObject({ type: "object" });
    expect(site.get("ko/events/OrderPaid.v1.html")).toContain('href="../../events/OrderPaid.v1.schema.json"');
  });

  test("an index for language models whose links lead somewhere", async () => {
    const site = await shop;
    const text = site.get("llms.txt") ?? "";
    expect(text).toMatch(/^# A \\\[shop\\\] \\<b\\>\n\n> 8 services say and hear 18 event versions/);
    expect(text).toMatch(
      /- \[OrderCreated\.v1\]\(events\/OrderCreated\.v1\.html\): .*; retained, not the newest; .*key data\.orderId/,
    );
    const targets = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target ?? "");
    expect(targets.length).toBeGreaterThan(50);
    for (const target of targets) expect([target, site.has(target)]).toEqual([target, true]);
  });

  test("a feed of what changed, in which no text is markup", async () => {
    const site = await siteOf(small, ".", [
      { changes },
      { commit, changes },
      { commit: { ...commit, id: "b".repeat(40) }, changes: [] },
    ]);
    const feed = site.get("changes.xml") ?? "";
    expect(feed.match(/<entry>/g)).toHaveLength(1);
    expect(feed).toContain("<title>OrderPaid.v1 changed; OrderCreated.v2 added</title>");
    expect(feed).toContain(`<link href="changelog.html#${"a".repeat(10)}" />`);
    expect(feed).toContain("&lt;script&gt; &amp; \ufffd ]]&gt;");
    expect(feed).toMatch(/data\.total changed; key changed; .*now: compatible; .*before: incompatible\./);
    expect(site.get("ko/changelog.html")).toContain('<a href="../changes.xml">');
    expect(site.get("index.html")).toContain('<link rel="alternate" type="application/atom+xml"');
  });

  test("no feed where the history tells nothing", async () => {
    const site = await siteOf(small, ".", [{ changes }]);
    expect(site.has("changes.xml")).toBe(false);
    expect(site.get("changelog.html")).not.toContain("changes.xml");
  });
});
