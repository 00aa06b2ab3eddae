import { readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "@jest/globals";
import { runCommand, temporaryFolder } from "../support/run-command.ts";
import { repository } from "./support/git-repository.ts";
import { edited, pact, smallShop } from "./support/small-shop.ts";

const placed = "asyncapi/events/order-placed.v1.yaml";
const changes = edited(
  [placed, "email: {", "mail: {"],
  [placed, "email, total", "mail, total"],
  [placed, "note:", "gift: { type: boolean }\n        note:"],
);
const contracts = { "contracts/pacts/email-order.json": pact("email", { email: "a@example.com" }) };

const json = async (cwd: string, ...args: readonly string[]) => {
  const { stdout, exitCode, stderr } = await runCommand(cwd, ["diff", "--format", "json", ...args]);
  return { exitCode, stderr, report: stdout === "" ? undefined : JSON.parse(stdout) };
};
const codes = (report: { changes: readonly { code: string; level: string }[] }): readonly string[] =>
  report.changes.filter(({ level }) => level !== "info").map(({ code }) => code);

describe("the report", () => {
  test("for people shows the event, who breaks, both places and how to accept it", async () => {
    using repo = repository({ ...smallShop, ...contracts });
    repo.write(changes);
    const { exitCode, stdout } = await runCommand(repo.path, ["diff"]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^main \([0-9a-f]{10}\) → the working tree/);
    expect(stdout).toContain(`was main:${placed}:17:9, is ${placed}:17:9`);
    expect(stdout).toMatch(/ {4}```json\n {4}\{\n {6}"eventType": "OrderPlaced",/);
    expect(stdout).toContain("email breaks: reads data.email");
    expect(stdout).toContain("analytics could break: has no contract that says what it reads");
    expect(stdout).toMatch(/to accept it: [0-9a-f]{16} in contracts\/approvals\.yaml/);
    expect(stdout).toContain("· `data.gift` was added. [property-added]");
    expect(stdout).toMatch(
      /\nbreaking: 1 breaking, 1 to know \(2 event versions, 1 changed, 6 operations, 1 topic, 1 contract; \d+ ms\)\n$/,
    );
  });

  test("as JSON is what schema/diff.schema.json says", async () => {
    using repo = repository({ ...smallShop, ...contracts });
    repo.write({ ...changes, "contracts/approvals.yaml": "approvals: [5]\n" });
    const { report } = await json(repo.path);
    const schema = JSON.parse(readFileSync(new URL("../../schema/diff.schema.json", import.meta.url), "utf8"));
    const validate = new Ajv2020({ strict: false }).compile(schema);
    expect(validate(report) || validate.errors).toBe(true);
    expect(report).toMatchObject({
      verdict: "breaking",
      older: { kind: "commit", label: "main" },
      summary: { breaking: 1 },
    });
  });

  test("for GitHub is one annotation at the line, without what is only told", async () => {
    using repo = repository({ ...smallShop, ...contracts });
    repo.write(changes);
    const { stdout } = await runCommand(repo.path, ["diff", "--format", "github"]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toMatch(
      new RegExp(
        `^::error file=${placed},line=17,.*title=eventpact property-renamed::OrderPlaced.v1: .*Breaks email \\(data.email\\)`,
      ),
    );
  });

  test("for a pull request makes no link, no mention and no HTML of what stands in files", async () => {
    const hostile = '"</details><img src=x> @team [x](http://evil.example) `"';
    using repo = repository(edited([placed, "note:", `${hostile}: { type: string }\n        note:`]));
    repo.write(edited([placed, "note:", `${hostile}: { type: integer }\n        note:`]));
    const { stdout } = await runCommand(repo.path, ["diff", "--format", "markdown"]);
    expect(stdout).toMatch(/^### ✗ Breaking: 1 breaking\n/);
    const prose = stdout.replaceAll(/^```json\n[^]*?\n```$/gm, "");
    expect(prose).not.toContain("</details>");
    expect(prose).not.toContain("<img");
    expect(prose).not.toContain("](http");
    expect(prose).not.toMatch(/@\w/);
  });
});

describe("the other side", () => {
  test("is any commit, without checking it out, or a folder", async () => {
    using repo = repository(smallShop);
    repo.git("tag", "v1");
    repo.commit(changes);
    repo.git("switch", "--quiet", "--create", "topic");
    using before = temporaryFolder(smallShop);
    for (const against of ["v1", "HEAD~1", repo.git("rev-parse", "v1"), before.path, join(before.path, "asyncapi")])
      expect(codes((await json(repo.path, "--against", against)).report)).toEqual(["property-renamed"]);
    expect((await json(repo.path, "--against", "v1", "--to", "HEAD")).report.newer).toMatchObject({ kind: "commit" });
    expect((await json(repo.path)).report.changes).toEqual([]);
  });

  test("is where HEAD left the main branch, not what happened there since", async () => {
    using repo = repository(smallShop);
    repo.git("switch", "--quiet", "--create", "topic");
    repo.commit({ "asyncapi/shared/money.yaml": "type: integer\nminimum: -1\n" });
    repo.git("switch", "--quiet", "main");
    repo.commit({ [placed]: changes[placed] ?? "" });
    repo.git("switch", "--quiet", "topic");
    expect(codes((await json(repo.path)).report)).toEqual(["constraint-loosened"]);
    expect(codes((await json(repo.path, "--against", "main")).report)).toEqual(
      expect.arrayContaining(["property-renamed"]),
    );
    expect(codes((await json(repo.path, "--against", "main", "--merge-base")).report)).toEqual(["constraint-loosened"]);
  });

  test("may have had its documents in another folder, and files of other names", async () => {
    using repo = repository(
      Object.fromEntries(
        Object.entries(smallShop).map(([file, text]) => [file.replace("asyncapi/", "old place/"), text]),
      ),
    );
    repo.git("mv", "old place", "asyncapi");
    repo.git("commit", "--quiet", "--message", "moved");
    const { report } = await json(repo.path, "--against", "HEAD~1");
    expect(report).toMatchObject({ verdict: "compatible", changes: [] });
    repo.write(changes);
    expect(codes((await json(repo.path, "--against", "HEAD~1")).report)).toEqual(["property-renamed"]);
  });

  test("knows deleted files, links, and names with spaces and umlauts", async () => {
    using repo = repository(edited([placed, "../shared/money.yaml", "../shared/geld für alle.yaml"]));
    repo.write({ "asyncapi/shared/geld für alle.yaml": "type: integer\nminimum: 0\n" });
    symlinkSync("money.yaml", join(repo.path, "asyncapi/shared/link.yaml"));
    repo.write({
      "asyncapi/events/order-paid.v1.yaml": (smallShop["asyncapi/events/order-paid.v1.yaml"] ?? "").replace(
        "money.yaml",
        "link.yaml",
      ),
    });
    repo.commit({});
    repo.commit({
      "asyncapi/shared/geld für alle.yaml": "type: number\nminimum: 0\n",
      "asyncapi/shared/money.yaml": "type: string\n",
    });
    const { report } = await json(repo.path, "--against", "HEAD~1");
    expect(report.changes.map(({ code, events }: { code: string; events: string[] }) => [code, events])).toEqual(
      expect.arrayContaining([
        ["type-widened", ["OrderPlaced.v1"]],
        ["type-changed", ["OrderPaid.v1"]],
      ]),
    );
    repo.write({ "asyncapi/shared/link.yaml": null });
    expect(codes((await json(repo.path, "--against", "HEAD")).report)).toContain("payload-undecided");
  });

  test("is found from a project inside of the repository, too", async () => {
    using repo = repository(
      Object.fromEntries(Object.entries(smallShop).map(([file, text]) => [`teams/shop/${file}`, text])),
    );
    repo.commit({ "teams/shop/eventpact.yaml": "compatibility: { mode: BACKWARD }\n" });
    repo.write({ [`teams/shop/${placed}`]: changes[placed] ?? "" });
    const { report } = await json(join(repo.path, "teams/shop"));
    expect(report.changes[0]).toMatchObject({
      older: { file: `main:${placed}` },
      newer: { file: placed },
      directions: ["backward"],
    });
  });

  test("with broken files is compared as far as it can be read", async () => {
    using repo = repository({ ...smallShop, "asyncapi/email.yaml": "asyncapi: 3.0.0\nchannels: [\n" });
    repo.write(changes);
    repo.write({ "asyncapi/email.yaml": smallShop["asyncapi/email.yaml"] ?? "" });
    expect(codes((await json(repo.path)).report)).toEqual(["property-renamed", "older-unreadable"]);
  });

  test.each([
    [["--against", "nowhere"], `There is no commit and no folder "nowhere".`],
    [["--against", "--upload-pack=touch /tmp/x"], "There is no commit"],
    [["--against=-v"], "There is no commit"],
    [["--against", "HEAD:asyncapi"], "There is no commit"],
    [["--to", "nowhere"], "There is no commit"],
    [["--format", "xml"], "text, json, github, markdown"],
    [["--policy", "loose"], "--policy is one of"],
  ])("exit 2 for %j", async (args, said) => {
    using repo = repository(smallShop);
    const { exitCode, stdout, stderr } = await runCommand(repo.path, ["diff", ...args]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
  });

  test("without git there is a folder to compare with; a shallow clone is told what it lacks", async () => {
    using folder = temporaryFolder({ ...smallShop, "eventpact.yaml": "dir: asyncapi\n" });
    const alone = await runCommand(folder.path, ["diff"]);
    expect([alone.exitCode, alone.stderr]).toEqual([2, expect.stringContaining("--against <folder>")]);
    using before = temporaryFolder(changes);
    expect((await runCommand(folder.path, ["diff", "--against", before.path])).exitCode).toBe(1);
    using repo = repository(smallShop);
    repo.commit(changes);
    using clones = temporaryFolder({});
    const clone = join(clones.path, "shallow");
    repo.git("clone", "--quiet", "--depth", "1", `file://${repo.path}`, clone);
    const { stderr } = await runCommand(clone, ["diff", "--against", "HEAD~1"]);
    expect(stderr).toContain("The clone is shallow");
  });
});

describe("transitive modes", () => {
  test("compare with every earlier state of the event", async () => {
    const value = (text: string): string =>
      (smallShop[placed] ?? "")
        .replace("WEB, APP", text)
        .replace("contentType", "x-compatibility: BACKWARD_TRANSITIVE\ncontentType");
    using repo = repository({ ...smallShop, [placed]: value("WEB, APP, SHOP") });
    repo.commit({ [placed]: value("WEB, APP") });
    repo.commit({ "README.md": "more" });
    repo.write({ [placed]: value("WEB, APP, PHONE") });
    const { report } = await json(repo.path, "--against", "HEAD");
    expect(report.changes[0]).toMatchObject({
      level: "breaking",
      message: expect.stringMatching(/^Against OrderPlaced.v1 as of [0-9a-f]{10}: /),
      witness: { value: { data: { channel: "SHOP" } } },
    });
    repo.write({ [placed]: value("WEB, APP, PHONE").replace("_TRANSITIVE", "") });
    repo.git("commit", "--quiet", "--all", "--message", "plain");
    repo.write({ [placed]: value("WEB, APP, PHONE, FAX").replace("_TRANSITIVE", "") });
    expect((await json(repo.path, "--against", "HEAD")).report.verdict).toBe("compatible");
  });
});
