import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { main } from "../../src/cli.ts";
import { watchAndGenerate } from "../../src/commands/generate.ts";
import { noStore } from "../../src/cache/store.ts";
import type { Io } from "../../src/command-line/command.ts";
import { extraCheck } from "../../src/emit/extra-check.ts";
import { importPackage } from "./generated-package.ts";
import type { ExtraCheckContext } from "../../src/check/extra-checks.ts";
import { nodeFileSystem } from "../../src/read/node-file-system.ts";
import { projectIn } from "../support/projects.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const eventYaml = (version: number, property = "orderId"): string => `
name: OrderPaid.v${version}
title: Order paid
x-key-location: $message.payload#/data/${property}
payload:
  type: object
  required: [eventId, eventType, version, data]
  properties:
    eventId: { type: string }
    eventType: { const: OrderPaid }
    version: { const: ${version} }
    data: { type: object, required: [${property}], properties: { ${property}: { type: string }, total: { $ref: ../shared/money.yaml } } }
`;

const documentYaml = (versions: readonly number[]): string => `
asyncapi: 3.0.0
id: urn:shop:order
info: { title: Order, version: 1.0.0 }
channels:
  order-events:
    address: order-events
    messages:
${versions.map((version) => `      OrderPaid.v${version}: { $ref: events/order-paid.v${version}.yaml }`).join("\n")}
operations:
  sendOrderPaid: { action: send, channel: { $ref: '#/channels/order-events' } }
`;

const moneyYaml = "type: object\nrequired: [amount]\nproperties: { amount: { type: integer } }\n";

describe("eventpact generate", () => {
  let root: string;
  let said: string;
  let io: Io;
  const run = (...args: string[]): Promise<number> => main(["generate", ...args], io);
  const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");
  const write = (path: string, text: string): Promise<void> => writeFile(join(root, path), text);

  beforeEach(async () => {
    root = await temporaryFolder();
    said = "";
    const output = { write: (text: string): void => void (said += text), isTerminal: false };
    io = { cwd: root, env: {}, stdout: output, stderr: output, now: () => new Date(0) };
    for (const folder of ["asyncapi/events", "asyncapi/shared", "node_modules"])
      await mkdir(join(root, folder), { recursive: true });
    await write("eventpact.yaml", 'generate: { packageName: "@shop/events" }\n');
    await write("asyncapi/order.yaml", documentYaml([1, 2]));
    await write("asyncapi/events/order-paid.v1.yaml", eventYaml(1));
    await write("asyncapi/events/order-paid.v2.yaml", eventYaml(2));
    await write("asyncapi/shared/money.yaml", moneyYaml);
  });

  test("makes a package that can be imported, with one type for what is shared", async () => {
    expect(await run()).toBe(0);
    const events = await importPackage(join(root, "generated"));
    expect(Object.keys(events).toSorted()).toEqual([
      "catalog",
      "decode",
      "decodeAs",
      "orderPaid",
      "orderPaidV1",
      "read",
      "validate",
    ]);
    expect(events.catalog.services).toEqual({
      order: {
        id: "urn:shop:order",
        title: "Order",
        sends: [1, 2].map((n) => ({ operationId: "sendOrderPaid", event: `OrderPaid.v${n}` })),
        receives: [],
      },
    });
    expect(await read("generated/shared.d.ts")).toContain("export interface Money {");
    expect(JSON.parse(await read("generated/package.json"))).toMatchObject({ name: "@shop/events", type: "module" });
    expect(said).toMatch(/^generated\/: \d+ files written, 0 removed; 2 event versions from asyncapi\/ \(\d+ ms\)\n$/);
  });

  test("touches nothing that would not change, remembered or not", async () => {
    await run();
    const before = await times(join(root, "generated"));
    expect(await run()).toBe(0);
    expect(await run("--no-cache")).toBe(0);
    expect(await times(join(root, "generated"))).toEqual(before);
    expect(said.match(/is up to date/g)).toHaveLength(2);
  });

  test("writes what it would write without its cache, also when only the order of properties has changed", async () => {
    const money = (names: readonly string[]): string =>
      `type: object\nrequired: [amount]\nproperties: { ${names.map((name) => `${name}: { minLength: 3 }`).join(", ")} }\n`;
    await write("asyncapi/shared/money.yaml", money(["amount", "currency"]));
    await run();
    await write("asyncapi/shared/money.yaml", money(["currency", "amount"]));
    expect(await run()).toBe(0);
    expect(await run("--no-cache", "--check")).toBe(0);
  });

  test("notices a change in any file that is referred to, and writes what follows from it only", async () => {
    await run();
    const before = await times(join(root, "generated"));
    await write(
      "asyncapi/shared/money.yaml",
      moneyYaml.replace("amount: { type: integer }", "amount: { type: number }"),
    );
    expect(await run()).toBe(0);
    const after = await times(join(root, "generated"));
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(changed.toSorted()).toEqual([
      "catalog.js",
      "events/order-paid.v1.js",
      "events/order-paid.v2.js",
      "shared.d.ts",
    ]);
  });

  test("removes what is no longer made, and nothing that somebody else put there", async () => {
    await run();
    await write("generated/events/notes.js", "// mine\n");
    await write("asyncapi/order.yaml", documentYaml([2]));
    expect(await run()).toBe(0);
    expect((await readdir(join(root, "generated/events"))).toSorted()).toEqual([
      "notes.js",
      "order-paid.v2.d.ts",
      "order-paid.v2.js",
    ]);
    expect(said).toContain("3 removed");
  });

  test("never removes outside of its package, whatever the manifest says", async () => {
    await run();
    await write("victim.js", await read("generated/index.js"));
    const manifest = JSON.parse(await read("generated/manifest.json")) as { files: string[] };
    await write(
      "generated/manifest.json",
      JSON.stringify({ ...manifest, files: [...manifest.files, "../victim.js", "/etc/hostname"] }),
    );
    expect(await run()).toBe(0);
    expect(await read("victim.js")).toContain("Generated by eventpact");
  });

  test("refuses to write over a file that it did not make", async () => {
    await mkdir(join(root, "generated"));
    await write("generated/index.js", "export const mine = 1;\n");
    expect(await run()).toBe(1);
    expect(said).toContain("generated/index.js was not made by eventpact");
    expect(await readdir(join(root, "generated"))).toEqual(["index.js"]);
  });

  test("--check names stale, missing and left-over files, and writes nothing", async () => {
    expect(await run("--check")).toBe(1);
    expect(await readdir(root)).not.toContain("generated");
    await run();
    said = "";
    expect(await run("--check")).toBe(0);
    await write("generated/index.js", `${await read("generated/index.js")}\nglobalThis.smuggled = true;\n`);
    await write("asyncapi/order.yaml", documentYaml([2]));
    expect(await run("--check")).toBe(1);
    expect(said).toContain("generated/index.js:1:1: error: index.js is not what the documents say. [generated-stale]");
    expect(said).toContain("events/order-paid.v1.js is left over");
    expect(await read("generated/index.js")).toContain("smuggled");
  });

  test("finds a change made by hand even when it has just found everything fresh", async () => {
    await run();
    await run();
    await write("generated/events/order-paid.v1.js", `${await read("generated/events/order-paid.v1.js")}//`);
    expect(await run("--check")).toBe(1);
    expect(await run()).toBe(0);
    expect(await run("--check")).toBe(0);
  });

  test("writes nothing while a file cannot be read, and says where: what stands in it is not gone", async () => {
    await run();
    const before = await times(join(root, "generated"));
    await write("asyncapi/events/order-paid.v2.yaml", "name: [");
    expect(await run()).toBe(1);
    expect(said).toContain("asyncapi/events/order-paid.v2.yaml:1:");
    expect(said).toContain("Nothing was written to generated/.");
    expect(await times(join(root, "generated"))).toEqual(before);
  });

  test.each([
    [
      "a reference of it leads nowhere",
      eventYaml(2).replace("../shared/money.yaml", "../shared/monney.yaml"),
      "asyncapi/events/order-paid.v2.yaml:12:104: error",
    ],
    [
      "its schema comes back to itself",
      "name: OrderPaid.v2\npayload:\n  anyOf:\n    - type: string\n    - $ref: '#/payload'\n",
      "asyncapi/events/order-paid.v2.yaml:5:13: error",
    ],
    [
      "no validator can be made of it",
      "name: OrderPaid.v2\npayload: { type: string, pattern: '(' }\n",
      "asyncapi/events/order-paid.v2.yaml:1:1: error",
    ],
  ])("leaves an event out where %s, says so, and writes the others", async (_, text, place) => {
    await run();
    await write("asyncapi/events/order-paid.v2.yaml", text);
    said = "";
    expect(await run("--check")).toBe(1);
    expect(said).toContain("generated-stale");
    for (const args of [[], [], ["--check"]]) {
      said = "";
      expect(await run(...args)).toBe(1);
      expect(said).toContain(place);
      expect(said).toContain("OrderPaid.v2 is left out");
      expect(said).not.toContain("generated-stale");
    }
    const { catalog } = await importPackage(join(root, "generated"));
    expect(Object.keys(catalog.events)).toEqual(["OrderPaid.v1"]);
    expect(Object.keys(catalog.leftOut ?? {})).toEqual(["OrderPaid.v2"]);
    expect(await read("generated/index.d.ts")).not.toContain("OrderPaidV2");
    await write("asyncapi/events/order-paid.v2.yaml", eventYaml(2));
    expect(await run()).toBe(0);
  });

  test("a document of another version is left out, and the others are generated", async () => {
    await write("asyncapi/old.yaml", "asyncapi: 2.6.0\ninfo: { title: Old, version: 1.0.0 }\nchannels: {}\n");
    expect(await run()).toBe(1);
    expect(said).toContain("asyncapi/old.yaml:1:");
    expect(said).toContain("2 event versions");
  });

  test("leaves out a payload that is not JSON Schema, and says so every time", async () => {
    await write(
      "asyncapi/events/order-paid.v2.yaml",
      "name: OrderPaid.v2\npayload: { schemaFormat: application/vnd.apache.avro;version=1.9.0, schema: { type: string } }\n",
    );
    for (const round of [1, 2]) {
      said = "";
      expect(await run()).toBe(0);
      expect(said).toContain("OrderPaid.v2 is left out");
      expect(round).toBeLessThan(3);
    }
    expect(Object.keys((await importPackage(join(root, "generated"))).catalog.events)).toEqual(["OrderPaid.v1"]);
  });

  test("goes where flags say, for any folder", async () => {
    await rm(join(root, "eventpact.yaml"));
    expect(await run("--dir", "asyncapi", "--out", "packages/contracts", "--package-name", "contracts")).toBe(0);
    expect(JSON.parse(await read("packages/contracts/package.json"))).toMatchObject({ name: "contracts" });
  });

  test.each([
    [["--out", "."], "needs a folder of its own"],
    [["--out", "asyncapi/generated"], "lies among the documents"],
    [["--package-name", "No Name"], "cannot be the name of a package"],
    [["--dir", "nowhere"], "There is no nowhere"],
  ])("refuses %j with exit code 2", async (args, message) => {
    expect(await run(...args)).toBe(2);
    expect(said).toContain(message);
  });

  test("says what is wrong in its section of eventpact.yaml", async () => {
    await write("eventpact.yaml", "generate: { output: x }\n");
    expect(await run()).toBe(2);
    expect(said).toContain('"generate" has no setting "output"');
  });

  test("says that there is nothing to make code of", async () => {
    await rm(join(root, "asyncapi/order.yaml"));
    expect(await run()).toBe(1);
    expect(said).toContain("There is no AsyncAPI 3 document in asyncapi.");
    await write("asyncapi/order.yaml", "asyncapi: 3.0.0\ninfo: { title: Order, version: 1.0.0 }\n");
    expect(await run()).toBe(1);
    expect(said).toContain("There is no message with a JSON Schema payload in asyncapi.");
  });

  test("--watch follows the documents, through a broken state and out of it again", async () => {
    const stop = new AbortController();
    const request = {
      root,
      dir: "asyncapi",
      out: "generated",
      packageName: "events",
      policy: "tolerant" as const,
      maxBytes: 1e6,
      maxDepth: 64,
      check: false,
      store: noStore,
    };
    const watching = watchAndGenerate(request, io, stop.signal);
    try {
      await until(() => said.includes("2 event versions"));
      await write("asyncapi/events/order-paid.v2.yaml", "name: [");
      await until(() => said.includes("[yaml-syntax]"));
      await write("asyncapi/events/order-paid.v2.yaml", eventYaml(2, "paymentId"));
      await until(() => /files? written.*files? written/s.test(said));
      expect(await read("generated/events/order-paid.v2.d.ts")).toContain("paymentId: string;");
    } finally {
      stop.abort();
    }
    await watching;
  });

  test("is part of `check` where this folder has a package: stale is a finding, an unrelated package is not", async () => {
    const within = (folder: string): ExtraCheckContext => ({
      project: projectIn(nodeFileSystem(root), { root, folder }),
      diagnostics: [],
      today: "2026-01-15",
    });
    const context = within("asyncapi");
    expect(await extraCheck.run(context)).toEqual([]);
    await run();
    expect(await extraCheck.run(context)).toEqual([]);
    await write("asyncapi/events/order-paid.v2.yaml", eventYaml(2, "paymentId"));
    const found = await extraCheck.run(context);
    expect(found.map(({ code, file }) => `${code} ${file}`)).toEqual(["generated-stale generated/index.js"]);
    expect(found[0]?.message).toBe(
      "4 files of generated/ are not what the documents say: catalog.js, events/order-paid.v2.d.ts, events/order-paid.v2.js and index.js.",
    );
    expect(await extraCheck.run(within("other"))).toEqual([]);
  });
});

async function times(folder: string): Promise<Record<string, number>> {
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const found = paths.map(async (entry): Promise<[string, number]> => {
    const path = join(entry.parentPath, entry.name);
    return [path.slice(folder.length + 1), (await stat(path)).mtimeMs];
  });
  return Object.fromEntries(await Promise.all(found));
}

/** Waits for a condition, not for a time. */
async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 40_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error("the condition was never met");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
