/** Reference pages as the official generator renders our template; it is fetched once, into .cache of this repository. */
import { readFileSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { GENERATOR, installGenerator } from "../../src/site/reference/install-generator.ts";
import { runCommand, temporaryFolder, writeFiles } from "../support/run-command.ts";

const repository = join(import.meta.dirname, "../../../..");
const name = GENERATOR.replaceAll(/[@/]+/g, "-").replace(/^-/, "");
const installed = join(repository, ".cache", name);

const bad = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;
const text = JSON.stringify(bad);
const document = `asyncapi: 3.0.0
info: { title: ${text}, version: "1", description: ${text}, license: { name: ${text}, url: "https://example.com/" } }
servers:
  broker: { host: "localhost:9092", protocol: kafka, description: ${text} }
channels:
  rooms:
    address: rooms/{room}
    description: "# A heading\\n\\n- one\\n- two\\n\\n| a | b |\\n| - | - |\\n| <i> | d |"
    parameters: { room: { description: ${text}, enum: [red] } }
    messages:
      said: { summary: ${text}, payload: { $ref: "#/components/schemas/Node" }, examples: [{ payload: { text: ${text} } }] }
      avro: { payload: { schemaFormat: "application/vnd.apache.avro+json;version=1.9.0", schema: { type: record, name: R, fields: [] } } }
      nothing: {}
operations:
  say: { action: send, channel: { $ref: "#/channels/rooms" }, description: ${text} }
components:
  schemas:
    Node:
      type: object
      required: [text]
      properties:
        text: { type: string, description: ${text}, enum: [${text}], pattern: ${text} }
        children: { type: array, items: { $ref: "#/components/schemas/Node" } }
`;

beforeAll(async () => {
  expect(await installGenerator(installed, () => undefined)).toBeUndefined();
}, 600_000);

function withGenerator(folder: string): void {
  mkdirSync(join(folder, ".cache"), { recursive: true });
  symlinkSync(installed, join(folder, ".cache", name), "dir");
}

describe("reference pages", () => {
  test("show every document in both languages, and no text of it as markup", async () => {
    using folder = temporaryFolder({ "rooms.yaml": document, "eventpact.yaml": "dir: ." });
    withGenerator(folder.path);
    const built = await runCommand(folder.path, ["docs", "--reference", "--out", "site"]);
    expect([built.exitCode, built.stderr]).toEqual([0, ""]);
    const page = readFileSync(join(folder.path, "site/reference/rooms.html"), "utf8");
    expect(page).toContain('id="message-said.text"');
    expect(page).toContain("The same as above.");
    expect(page).toContain("application/vnd.apache.avro+json");
    expect(page).toContain('<p class="subhead">A heading</p>');
    expect(page).toMatch(/<li>two<\/li>[^]*<td class="left">&lt;i&gt;<\/td>/);
    expect(page).toContain('href="../events/said.html"');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img src=x|<[^>]*\sonerror=/);
    expect(readFileSync(join(folder.path, "site/ko/reference/rooms.html"), "utf8")).toContain("오퍼레이션");
  }, 300_000);

  test("of documents that did not change are not rendered again", async () => {
    const other = document.replaceAll("rooms", "halls");
    using folder = temporaryFolder({ "rooms.yaml": document, "halls.yaml": other, "eventpact.yaml": "dir: ." });
    withGenerator(folder.path);
    await runCommand(folder.path, ["docs", "--reference", "--out", "site"]);
    writeFiles(folder.path, { "rooms.yaml": document.replace('host: "localhost', 'host: "elsewhere') });
    const { stdout } = await runCommand(folder.path, ["docs", "--reference", "--out", "site"]);
    expect(stdout).toContain(" 2 files written");
  }, 300_000);

  test("are left out where the generator cannot be fetched; everything else is built", async () => {
    using folder = temporaryFolder({ "rooms.yaml": document, "eventpact.yaml": "dir: ." });
    const before = process.env["npm_config_registry"];
    process.env["npm_config_registry"] = "http://127.0.0.1:9/";
    const { exitCode, stdout, stderr } = await runCommand(folder.path, ["docs", "--reference", "--out", "site"]);
    if (before === undefined) delete process.env["npm_config_registry"];
    else process.env["npm_config_registry"] = before;
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("files written")]);
    expect(stderr).toMatch(/no reference pages: .*could not be fetched.* The rest of the site is whole/);
    expect(existsSync(join(folder.path, "site/events/said.html"))).toBe(true);
    expect(existsSync(join(folder.path, "site/reference"))).toBe(false);
  }, 300_000);
});
