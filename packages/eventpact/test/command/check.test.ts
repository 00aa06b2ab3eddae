import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runCommand, temporaryFolder, writeFiles } from "../support/run-command.ts";

const document = `asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
channels:
  orders:
    address: orders
    messages:
      OrderPlaced: { $ref: ./events/order-placed.yaml }
operations:
  place:
    action: send
    channel: { $ref: "#/channels/orders" }
`;
const clean = { "asyncapi/orders.yaml": document, "asyncapi/events/order-placed.yaml": "payload: { type: object }\n" };
const misspelt = document.replace("address:", "adress:");

describe("exit codes", () => {
  test("0 for a clean folder, with what was seen", async () => {
    using folder = temporaryFolder(clean);
    const { exitCode, stdout } = await runCommand(folder.path, ["check"]);
    expect(stdout).toMatch(/^asyncapi: nothing found \(1 document, 1 operation, 1 event version, \d+ rules/);
    expect(exitCode).toBe(0);
  });

  test("1 for findings, at their places", async () => {
    using folder = temporaryFolder({ ...clean, "asyncapi/orders.yaml": misspelt });
    const { exitCode, stdout } = await runCommand(folder.path, ["check"]);
    expect(stdout).toContain(`asyncapi/orders.yaml:5:5: error: A channel has no field "adress". [field-unknown]`);
    expect(stdout).toContain(`→ Did you mean "address"?`);
    expect(exitCode).toBe(1);
  });

  test("warnings fail only where that is asked for", async () => {
    using folder = temporaryFolder({
      ...clean,
      "asyncapi/events/order-placed.yaml": "payload: { type: string, format: datetime }\n",
    });
    expect((await runCommand(folder.path, ["check"])).exitCode).toBe(0);
    expect((await runCommand(folder.path, ["check", "--fail-on", "warning"])).exitCode).toBe(1);
  });

  test("2 where there is no document, no folder, no such flag, command or format", async () => {
    using folder = temporaryFolder({ "asyncapi/readme.yaml": "hello: world\n" });
    const stderr = async (...args: string[]): Promise<string> => {
      const run = await runCommand(folder.path, args);
      expect(run.exitCode).toBe(2);
      expect(run.stdout).toBe("");
      return run.stderr;
    };
    expect(await stderr("check")).toContain("There is no AsyncAPI document in asyncapi.");
    expect(await stderr("check", "--dir", "nowhere")).toContain("There is no nowhere.");
    expect(await stderr("check", "--fromat", "json")).toContain(`Did you mean "--format"?`);
    expect(await stderr("check", "--format", "xml")).toContain("text, json, github, sarif");
    expect(await stderr("check", "--format")).toContain("needs a value");
    expect(await stderr("chekc")).toContain(`Did you mean "check"?`);
    expect(await stderr()).toContain("Usage");
  });

  test("1 for documents that declare nothing: a check that looked at nothing is not clean", async () => {
    using folder = temporaryFolder({ "asyncapi/empty.yaml": "asyncapi: 3.0.0\ninfo: { title: A, version: 1.0.0 }\n" });
    const { exitCode, stdout } = await runCommand(folder.path, ["check"]);
    expect(stdout).toContain("[nothing-checked]");
    expect(exitCode).toBe(1);
  });

  test("help comes from the command that is asked about", async () => {
    using folder = temporaryFolder({});
    expect((await runCommand(folder.path, ["check", "--help"])).stdout).toContain("Usage: eventpact check");
    expect((await runCommand(folder.path, ["help", "check"])).stdout).toContain("Usage: eventpact check");
    expect((await runCommand(folder.path, ["--help"])).stdout).toContain("check");
  });
});

describe("what is looked at", () => {
  test("a foreign folder by --dir or as an argument, from anywhere, without a configuration", async () => {
    using folder = temporaryFolder({ "deep/specs/a.yml": misspelt.replace(/messages:\n.*\n/, "") });
    const run = await runCommand(folder.path, ["check", "--dir", "deep/specs"]);
    expect(run.stdout).toContain("deep/specs/a.yml:5:5");
    expect((await runCommand(join(folder.path, "deep"), ["check", "specs"])).stdout).toContain("specs/a.yml:5:5");
    expect(readdirSync(folder.path)).toEqual(["deep"]);
  });

  test("single documents, and what they refer to", async () => {
    using folder = temporaryFolder({ ...clean, "asyncapi/broken.yaml": "asyncapi: 3.0.0\n" });
    expect((await runCommand(folder.path, ["check", "asyncapi/orders.yaml"])).exitCode).toBe(0);
    expect((await runCommand(folder.path, ["check", "asyncapi/broken.yaml"])).exitCode).toBe(1);
  });
});

describe("eventpact.yaml", () => {
  const config = (text: string): Record<string, string> => ({
    ...clean,
    "asyncapi/orders.yaml": misspelt,
    "eventpact.yaml": text,
  });

  test("a waiver needs a reason, holds until its day, and is named when nothing needs it", async () => {
    const waiver = `waivers:\n  - rule: field-unknown\n    file: asyncapi/orders.yaml\n    until: 2026-01-31\n`;
    using without = temporaryFolder(config(waiver));
    expect((await runCommand(without.path, ["check"])).stdout).toContain("A waiver without a reason is refused.");
    using withReason = temporaryFolder(config(`${waiver}    reason: The broker reads it.\n`));
    const first = await runCommand(withReason.path, ["check"]);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toContain("1 waived");
    const late = await runCommand(withReason.path, ["check"], { today: "2026-02-01" });
    expect(late.exitCode).toBe(1);
    expect(late.stdout).toContain("[field-unknown]");
    expect(late.stdout).toContain("eventpact.yaml:2:5: error: This waiver");
    writeFileSync(join(withReason.path, "asyncapi/orders.yaml"), document);
    expect((await runCommand(withReason.path, ["check"])).stdout).toContain("[waiver-unused]");
  });

  test("severities are set by rule, but not for the specification", async () => {
    using folder = temporaryFolder({
      ...config("rules:\n  schema-format: error\n  field-unknown: off\n  schema-formt: off\n"),
      "asyncapi/events/order-placed.yaml": "payload: { type: string, format: datetime }\n",
    });
    const { stdout } = await runCommand(folder.path, ["check"]);
    expect(stdout).toMatch(/error: .*\[schema-format\]/);
    expect(stdout).toContain(`eventpact.yaml:3:18: error: "field-unknown" belongs to the specification`);
    expect(stdout).toContain(`eventpact.yaml:4:3: error: There is no rule "schema-formt".`);
    expect(stdout).toContain(`Did you mean "schema-format"?`);
  });

  test("it names the folder, marks the project's root, and is found from below", async () => {
    using folder = temporaryFolder({
      "eventpact.yaml": "dir: contracts\n",
      "contracts/orders.yaml": document.replace("./events", "../common"),
      "common/order-placed.yaml": "payload: { type: object }\n",
    });
    expect((await runCommand(join(folder.path, "contracts"), ["check"])).exitCode).toBe(0);
    expect((await runCommand(folder.path, ["check"])).stdout).toContain("contracts: nothing found");
  });

  test("events rules apply by envelope, by configuration, and not to folders that know neither", async () => {
    using folder = temporaryFolder(clean);
    expect((await runCommand(folder.path, ["check"])).stdout).not.toContain("event-");
    writeFiles(folder.path, { "eventpact.yaml": "events: on\n" });
    expect((await runCommand(folder.path, ["check"])).stdout).toContain("[event-example]");
  });
});

describe("remembering", () => {
  const cached = { ...clean, "eventpact.yaml": "events: off\n" };
  const again = "unchanged since the last check";

  test("a second check answers from memory, and anew when a referenced file, the configuration or the listing changes", async () => {
    using folder = temporaryFolder(cached);
    const check = async (): Promise<string> => (await runCommand(folder.path, ["check"])).stdout;
    expect(await check()).not.toContain(again);
    expect(await check()).toContain(again);
    writeFiles(folder.path, { "asyncapi/events/order-placed.yaml": "payload: { type: objekt }\n" });
    expect(await check()).toContain("[field-invalid]");
    expect(await check()).toContain(again);
    writeFiles(folder.path, { "asyncapi/events/order-placed.yaml": "payload: { type: object }\n" });
    expect(await check()).toContain("nothing found");
    writeFiles(folder.path, { "eventpact.yaml": "events: on\n" });
    expect(await check()).toContain("[event-example]");
    writeFiles(folder.path, { "asyncapi/second.yaml": misspelt });
    expect(await check()).toContain("second.yaml:5:5");
  });

  test("damaged entries are as good as none", async () => {
    using folder = temporaryFolder(cached);
    await runCommand(folder.path, ["check"]);
    const store = join(folder.path, ".cache/eventpact");
    const entries = readdirSync(store);
    expect(entries.length).toBeGreaterThan(0);
    for (const name of entries) {
      const text = readFileSync(join(store, name), "utf8");
      writeFileSync(join(store, name), text.slice(0, -10));
    }
    const { exitCode, stdout } = await runCommand(folder.path, ["check"]);
    expect(stdout).not.toContain(again);
    expect(exitCode).toBe(0);
  });

  test("checks side by side agree and leave no half-written entry", async () => {
    using folder = temporaryFolder({ ...cached, "asyncapi/orders.yaml": misspelt });
    const runs = await Promise.all(Array.from({ length: 8 }, () => runCommand(folder.path, ["check"])));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: 8 }, () => 1));
    expect(readdirSync(join(folder.path, ".cache/eventpact")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});
