import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "@jest/globals";
import { runCommand, temporaryFolder } from "../support/run-command.ts";

const older = JSON.stringify({ type: "object", properties: { total: { type: "integer" } }, required: ["total"] });
const newer = `type: object
required: [total]
properties:
  total:
    type: [integer, string]
`;
const files = { "old.json": older, "new.yaml": newer };

describe("a pair of schemas", () => {
  test("is judged in both directions, with an instance that shows a break and both places of its reason", async () => {
    using folder = temporaryFolder(files);
    const { exitCode, stdout } = await runCommand(folder.path, ["compat", "old.json", "new.yaml"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("✓ backward compatible");
    expect(stdout).toContain("✗ forward incompatible");
    expect(stdout).toMatch(/ {2}```json\n {2}\{\n {4}"total": "[^"]*"\n {2}\}\n {2}```/);
    expect(stdout).toMatch(/\[type-widened, breaks forward\]\n {4}was old\.json:1:\d+, is new\.yaml:5:\d+/);
  });

  test("that is compatible in the direction asked for exits with 0", async () => {
    using folder = temporaryFolder(files);
    expect(
      (await runCommand(folder.path, ["compat", "old.json", "new.yaml", "--direction", "backward"])).exitCode,
    ).toBe(0);
    expect((await runCommand(folder.path, ["compat", "old.json", "new.yaml", "--direction", "forward"])).exitCode).toBe(
      1,
    );
    expect((await runCommand(folder.path, ["compat", "old.json", "old.json"])).exitCode).toBe(0);
  });

  test("may name its parts by identifiers and anchors, at the root too", async () => {
    const schema = (type: string): string =>
      JSON.stringify({
        $schema: "https://json-schema.org/draft/2020-12/schema",
        $id: "https://example.com/root",
        $ref: "item#name",
        $defs: { item: { $id: "item", $defs: { name: { $anchor: "name", type } } } },
      });
    using folder = temporaryFolder({ "old.json": schema("integer"), "new.json": schema("number") });
    const { stdout } = await runCommand(folder.path, ["compat", "old.json", "new.json"]);
    expect(stdout).toContain("✓ backward compatible");
    expect(stdout).toContain("✗ forward incompatible");
  });

  test("rests on nothing that was not read, and on no dialect that is not known", async () => {
    using folder = temporaryFolder({
      "old.json": `{ "properties": { "a": { "$ref": "https://example.com/a.json" }, "b": { "$ref": "part.json" } } }`,
      "new.json": `{ "properties": { "a": { "$ref": "https://example.com/b.json" }, "b": { "$ref": "part.json" } } }`,
      "part.json": `{ "type": "string" }`,
      "third.json": `{ "$schema": "http://json-schema.org/draft-03/schema#" }`,
    });
    const remote = await runCommand(folder.path, ["compat", "old.json", "new.json"]);
    expect(remote.stdout).toContain("? backward undecided");
    const third = await runCommand(folder.path, ["compat", "third.json", "part.json"]);
    expect(third.stdout).toContain('written in "http://json-schema.org/draft-03/schema#", which is not known');
  });

  test("is plain inclusion unless another policy is asked for", async () => {
    using folder = temporaryFolder({
      "old.json": `{ "type": "object", "properties": { "a": { "type": "string" } } }`,
      "new.json": `{ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } } }`,
    });
    expect((await runCommand(folder.path, ["compat", "old.json", "new.json"])).exitCode).toBe(1);
    expect((await runCommand(folder.path, ["compat", "old.json", "new.json", "--policy", "tolerant"])).exitCode).toBe(
      0,
    );
  });

  test("as JSON is what schema/compat.schema.json says", async () => {
    using folder = temporaryFolder(files);
    const { stdout } = await runCommand(folder.path, ["compat", "old.json", "new.yaml", "--format", "json"]);
    const schema = JSON.parse(readFileSync(new URL("../../schema/compat.schema.json", import.meta.url), "utf8"));
    const validate = new Ajv2020({ strict: false }).compile(schema);
    const value = JSON.parse(stdout);
    expect(validate(value) || validate.errors).toBe(true);
    expect(value.forward).toMatchObject({ verdict: "incompatible", rejection: { instance: "/total" } });
    expect(value.backward).toEqual({ verdict: "compatible" });
  });

  test("may stand inside of messages and refer to other files", async () => {
    using folder = temporaryFolder({
      "old/event.yaml": "payload:\n  type: object\n  properties:\n    total: { $ref: ../shared/money.yaml }\n",
      "new/event.yaml": "payload:\n  type: object\n  properties:\n    total: { $ref: ../shared/cents.yaml }\n",
      "shared/money.yaml": "type: number\n",
      "shared/cents.yaml": "type: integer\n",
    });
    const { exitCode, stdout } = await runCommand(folder.path, [
      "compat",
      "old/event.yaml#/payload",
      "new/event.yaml#/payload",
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("was shared/money.yaml:1:7, is shared/cents.yaml:1:7");
  });

  test("text from schemas cannot move the cursor of a terminal", async () => {
    using folder = temporaryFolder({
      "old.json": JSON.stringify({ type: "object", properties: { "a\u001b[2J\u202e": { type: "string" } } }),
      "new.json": JSON.stringify({ type: "object", properties: { "a\u001b[2J\u202e": { type: "number" } } }),
    });
    const { stdout } = await runCommand(folder.path, ["compat", "old.json", "new.json"]);
    expect(stdout.includes("\u001b") || stdout.includes("\u202e")).toBe(false);
  });

  test.each([
    [["old.json"], "Two schemas are compared, but 1 was given."],
    [["old.json", "none.json"], "There is no"],
    [["old.json", "broken.yaml"], "broken.yaml:1:7:"],
    [["old.json", "list.json"], "list.json is no JSON Schema"],
    [["old.json", "message.yaml"], "Compare its payload: message.yaml#/payload"],
    [["old.json", "old.json#/nothing"], `old.json has nothing at "/nothing".`],
    [["old.json", "."], "folder"],
    [["old.json", "new.yaml", "--policy", "tolerent"], `Did you mean "tolerant"?`],
    [["old.json", "new.yaml", "--draft", "5"], "--draft is one of 4, 6, 7, 2019-09, 2020-12"],
    [["--pairs", "pairs.jsonl", "--format", "text"], "JSON Lines only"],
    [["--pairs", "none.jsonl"], "There is no file none.jsonl."],
    [["--pairs", "empty.jsonl"], "There is no pair in empty.jsonl."],
  ])("exit 2 and the way out for %j", async (args, said) => {
    using folder = temporaryFolder({
      ...files,
      "broken.yaml": "type: [\n",
      "list.json": "[]",
      "message.yaml": "name: Placed\npayload: { type: object }\n",
      "empty.jsonl": "\n",
    });
    const { exitCode, stdout, stderr } = await runCommand(folder.path, ["compat", ...args]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
  });
});

describe("many pairs", () => {
  const line = (name: string, fields: object): string => JSON.stringify({ name, ...fields });

  test("are answered in order, and a line that is no pair does not end the run", async () => {
    const lines = [
      line("same", { old: { type: "string" }, new: { type: "string" }, draft: "7" }),
      "{",
      line("narrowed", { old: true, new: { type: "object" }, draft: "2020-12" }),
      "",
      "[]",
      line("half", { old: {} }),
      line("no schema", { old: {}, new: "string" }),
      line("no draft", { old: {}, new: {}, draft: "3" }),
      `${line("last", { old: false, new: true })}\r`,
    ];
    using folder = temporaryFolder({ "pairs.jsonl": `\uFEFF${lines.join("\n")}` });
    const { exitCode, stdout } = await runCommand(folder.path, [
      "compat",
      "--pairs",
      "pairs.jsonl",
      "--format",
      "json",
    ]);
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    expect(answers.map(({ name, line, error }) => [name, line, error !== undefined])).toEqual([
      ["same", undefined, false],
      [null, 2, true],
      ["narrowed", undefined, false],
      [null, 5, true],
      ["half", 6, true],
      ["no schema", 7, true],
      ["no draft", 8, true],
      ["last", undefined, false],
    ]);
    const compatible = { verdict: "compatible" };
    expect(answers[0]).toEqual({ name: "same", backward: compatible, forward: compatible, micros: expect.any(Number) });
    expect(answers[2].backward).toEqual({
      verdict: "incompatible",
      witness: expect.anything(),
      rejection: { instance: "", schema: "/type", keyword: "type", message: "must be object" },
    });
    expect(exitCode).toBe(1);
  });

  test("bring the documents that they refer to, by whatever address they use", async () => {
    const addresses = ["https://example.com/id.json", "id.json", "./id.json", "file://./id.json"];
    const pairs = addresses.flatMap((address) => {
      const [old, plain] = [{ $ref: address }, { type: "string" }];
      const documents = { [address]: plain };
      return [
        line(address, { old, new: plain, documents }),
        line(`${address} inside`, { old: { items: old }, new: { items: plain }, documents }),
      ];
    });
    using folder = temporaryFolder({
      "pairs.jsonl": [...pairs, line("none", { old: {}, new: {}, documents: ["id.json"] })].join("\n"),
    });
    const { stdout } = await runCommand(folder.path, ["compat", "--pairs", "pairs.jsonl"]);
    const answers = stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    const refused = answers.pop();
    for (const { backward, forward } of answers)
      expect([backward, forward]).toEqual([{ verdict: "compatible" }, { verdict: "compatible" }]);
    expect(refused.error).toMatch(/documents/);
  });

  test("say of a witness too large to be written out what it is, and tell the notes", async () => {
    const text = (maxLength: number): object => ({ type: "string", maxLength });
    using folder = temporaryFolder({ "pairs.jsonl": line("large", { old: text(1e9), new: text(1e9 - 1) }) });
    const { stdout } = await runCommand(folder.path, ["compat", "--pairs", "pairs.jsonl"]);
    expect(stdout.length).toBeLessThan(1000);
    expect(JSON.parse(stdout).backward).toMatchObject({
      verdict: "incompatible",
      note: "The witness is too large to be written out: a text of 1,000,000,000 characters.",
      largeWitness: { outline: { $text: { length: 1e9 } } },
    });
  });

  test("come from standard input too", async () => {
    const command = fileURLToPath(new URL("../../bin/eventpact.js", import.meta.url));
    const child = spawn(process.execPath, [command, "compat", "--pairs", "-", "--format", "json"], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    let answers = "";
    child.stdout.on("data", (chunk: Buffer) => (answers += chunk.toString()));
    child.stdin.end(`${line("one", { old: true, new: true })}\n${line("two", { old: false, new: false })}\n`);
    expect(await ended).toBe(0);
    const names = answers
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text).name);
    expect(names).toEqual(["one", "two"]);
  });
});
