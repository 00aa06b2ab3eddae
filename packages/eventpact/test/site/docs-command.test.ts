import { describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand, temporaryFolder, writeFiles } from "../support/run-command.ts";

const thing = (fields: string, description = "A thing."): string => `asyncapi: 3.0.0
id: urn:demo:maker
info: { title: Maker, version: 1.0.0 }
channels:
  things:
    address: things
    messages:
      Made.v1: { description: ${description}, payload: { type: object, properties: { ${fields} } } }
operations:
  sendMade: { action: send, channel: { $ref: "#/channels/things" } }
`;

const git = (folder: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.com", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, GIT_AUTHOR_DATE: "2026-01-02T03:04:05Z", GIT_COMMITTER_DATE: "2026-01-02T03:04:05Z" },
  });

describe("eventpact docs", () => {
  test("builds a site, and does nothing when nothing has changed", async () => {
    using folder = temporaryFolder({ "asyncapi/a.yaml": thing("id: { type: string }"), "eventpact.yaml": "{}" });
    const first = await runCommand(folder.path, ["docs", "--out", "site"]);
    expect([first.exitCode, first.stderr]).toEqual([0, ""]);
    const page = join(folder.path, "site/events/Made.v1.html");
    expect(readFileSync(page, "utf8").replaceAll(/<[^>]*>/g, "")).toContain("export interface MadeV1");
    expect(readFileSync(join(folder.path, "site/index.html"), "utf8")).toContain("<title>Demo</title>");
    const before = statSync(page).mtimeMs;
    const second = await runCommand(folder.path, ["docs", "--out", "site"]);
    expect(second.stdout).toContain("up to date");
    expect(statSync(page).mtimeMs).toBe(before);
  });

  test("rewrites what changed, leaves the rest, and removes only what it made", async () => {
    using folder = temporaryFolder({
      "a.yaml": thing("id: { type: string }"),
      "b.yaml": thing("x: {}").replaceAll("Made", "Sold").replaceAll("maker", "shop"),
    });
    await runCommand(folder.path, ["docs", "--dir", ".", "--out", "site"]);
    const css = join(folder.path, "site/assets/site.css");
    const before = statSync(css).mtimeMs;
    writeFileSync(join(folder.path, "site/mine.txt"), "mine");
    writeFileSync(join(folder.path, "a.yaml"), thing("id: { type: string }").replaceAll("Made", "Built"));
    const { stdout } = await runCommand(folder.path, ["docs", "--dir", ".", "--out", "site"]);
    expect(stdout).toMatch(/, 3 removed/);
    expect(existsSync(join(folder.path, "site/events/Made.v1.html"))).toBe(false);
    expect(existsSync(join(folder.path, "site/mine.txt"))).toBe(true);
    expect(statSync(css).mtimeMs).toBe(before);
  });

  test("writes into no folder that holds something else", async () => {
    using folder = temporaryFolder({ "asyncapi/a.yaml": thing("id: {}"), "work/precious.txt": "x" });
    const { exitCode, stderr } = await runCommand(folder.path, ["docs", "--out", "work"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/holds other files/);
  });

  test("says what to do where there is no document, and refuses unknown settings", async () => {
    using folder = temporaryFolder({ "x.yaml": "a: 1", "eventpact.yaml": "docs: { titel: X }" });
    const { exitCode, stderr } = await runCommand(folder.path, ["docs", "--dir", "."]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('"title"')]);
    writeFiles(folder.path, { "eventpact.yaml": "{}" });
    const empty = await runCommand(folder.path, ["docs", "--dir", "."]);
    expect([empty.exitCode, empty.stderr]).toEqual([2, expect.stringContaining("no AsyncAPI document")]);
  });

  test("builds what it can, and says what it had to leave out", async () => {
    using folder = temporaryFolder({
      "asyncapi/a.yaml": thing('id: { $ref: "./gone.yaml" }'),
      "asyncapi/old.yaml": "asyncapi: 2.6.0\ninfo: { title: Old, version: 1.0.0 }\nchannels: {}\n",
      "asyncapi/torn.yaml": 'asyncapi: 3.0.0\ninfo: { title: "Torn\n',
    });
    const { exitCode, stderr } = await runCommand(folder.path, ["docs", "--out", "site"]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("note: left out: asyncapi/old.yaml:1: AsyncAPI 2.6.0 is not supported");
    expect(stderr).toMatch(/left out: asyncapi\/a\.yaml:8: "\.\/gone\.yaml": there is no file/);
    expect(stderr).toContain("left out: asyncapi/torn.yaml:2");
    expect(readFileSync(join(folder.path, "site/index.html"), "utf8")).toContain("asyncapi/torn.yaml:2");
  });

  test("tells the history of the events, and what is not committed yet", async () => {
    using folder = temporaryFolder({ "asyncapi/a.yaml": thing("id: { type: string }"), "eventpact.yaml": "{}" });
    git(folder.path, "init", "-q");
    const commit = (subject: string): string => {
      git(folder.path, "add", "asyncapi");
      return git(folder.path, "commit", "-q", "-m", subject);
    };
    commit("Begin <b>things</b>");
    writeFiles(folder.path, { "asyncapi/a.yaml": thing("id: { type: string }", "Other words.") });
    commit("Say it better");
    writeFiles(folder.path, { "asyncapi/a.yaml": thing("id: { type: integer }", "Other words.") });
    commit("Count things");
    writeFiles(folder.path, { "asyncapi/a.yaml": thing("id: { type: integer }, size: { type: number }") });
    expect((await runCommand(folder.path, ["docs", "--out", "site"])).exitCode).toBe(0);
    const page = readFileSync(join(folder.path, "site/changelog.html"), "utf8");
    expect(page).toMatch(
      /Not committed yet[^]*added[^]*size[^]*Count things[^]*type: <code>string<\/code>[^]*type: <code>integer<\/code>[^]*Begin &lt;b&gt;things/,
    );
    expect(page).not.toContain("Say it better");
    expect(page).toContain("2026-01-02");
  });
});
