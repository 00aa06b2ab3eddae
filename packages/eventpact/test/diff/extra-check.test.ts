import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runCommand, temporaryFolder } from "../support/run-command.ts";
import type { Repository } from "./support/git-repository.ts";
import { repository } from "./support/git-repository.ts";
import { edited, smallShop } from "./support/small-shop.ts";

const placed = "asyncapi/events/order-placed.v1.yaml";
const widened = edited([placed, "WEB, APP", "WEB, APP, SHOP"]);
/** The small shop keeps to no conventions for events. */
const settings = { "eventpact.yaml": "events: off\n" };

const findings = async (path: string, ...args: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await runCommand(path, ["check", "--format", "json", ...args]);
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { code: string; file: string; line: number; severity: string }[];
  };
  return diagnostics
    .filter(({ severity }) => severity !== "info")
    .map(({ code, severity, file, line }) => `${file}:${line} ${severity} ${code}`);
};

const broken = [`${placed}:19 error enum-widened`];

function branched(): Repository {
  const repo = repository({ ...smallShop, ...settings });
  repo.git("switch", "--quiet", "--create", "topic");
  return repo;
}

describe("eventpact check in a git repository", () => {
  test("says nothing where nothing changed, and what breaks since the main branch, committed or not", async () => {
    using repo = branched();
    expect(await findings(repo.path)).toEqual([]);
    repo.write({ "README.md": "hello", "package.json": "{}" });
    expect(await findings(repo.path)).toEqual([]);
    repo.write(widened);
    expect(await findings(repo.path)).toEqual(broken);
    repo.commit({});
    expect(await findings(repo.path)).toEqual(broken);
    expect(await findings(repo.path, "--only-documents")).toEqual([]);
    repo.git("branch", "--force", "main", "topic");
    expect(await findings(repo.path)).toEqual([]);
  });

  test("answers from what it remembers, until a file or a contract changes", async () => {
    using repo = branched();
    mkdirSync(join(repo.path, "node_modules"));
    repo.write({ ...widened, ".gitignore": "node_modules\n" });
    expect(await findings(repo.path)).toEqual(broken);
    expect(await findings(repo.path)).toEqual(broken);
    repo.write({ [placed]: smallShop[placed] ?? "" });
    expect(await findings(repo.path)).toEqual([]);
    repo.write({ [placed]: widened[placed] ?? "", "contracts/approvals.yaml": "approvals: [5]\n" });
    expect(await findings(repo.path)).toEqual([...broken, "contracts/approvals.yaml:1 error approval-invalid"]);
  });

  test("sees new files, and files outside of the folder that a document refers to", async () => {
    using repo = repository({
      ...edited([placed, "../shared/money.yaml", "../../types/money.yaml"]),
      ...settings,
      "types/money.yaml": "type: integer\n",
    });
    repo.git("switch", "--quiet", "--create", "topic");
    repo.write({ "types/money.yaml": "type: number\n" });
    expect(await findings(repo.path)).toEqual(["types/money.yaml:1 error type-widened"]);
    repo.write({ "types/money.yaml": "type: integer\n", "asyncapi/shared/new.yaml": "type: string\n" });
    repo.write({ [placed]: (smallShop[placed] ?? "").replace("money.yaml", "new.yaml") });
    expect((await findings(repo.path)).some((line) => line.includes("type-changed"))).toBe(true);
  });

  test("compares with what eventpact.yaml names, and tells what it cannot understand there", async () => {
    using repo = branched();
    const base = repo.git("rev-parse", "HEAD");
    repo.commit(widened);
    repo.git("branch", "--force", "main", "topic");
    repo.write({ "eventpact.yaml": `events: off\ncompatibility:\n  against: ${base}\n` });
    expect(await findings(repo.path)).toEqual(broken);
    repo.write({ "eventpact.yaml": `events: off\ncompatibility:\n  against: ${base}\n  mode: BACKWARDS\n` });
    expect(await findings(repo.path)).toEqual(["eventpact.yaml:4 error config-invalid"]);
  });

  test("leaves files that cannot be read to the check of the documents", async () => {
    using repo = branched();
    repo.write({ [placed]: "payload: [\n" });
    const found = await findings(repo.path);
    expect(found.some((line) => line.endsWith("yaml-syntax"))).toBe(true);
    expect(found.filter((line) => /unreadable|removed|stopped/.test(line))).toEqual([]);
  });

  test("runs no program that the repository's configuration names", async () => {
    using repo = branched();
    const script = join(repo.path, "evil.sh");
    writeFileSync(script, `#!/bin/sh\ntouch "${join(repo.path, "ran")}"\n`);
    chmodSync(script, 0o755);
    for (const name of ["core.fsmonitor", "diff.external"]) repo.git("config", name, script);
    repo.write(widened);
    expect(await findings(repo.path)).toEqual(broken);
    expect((await runCommand(repo.path, ["diff"])).exitCode).toBe(1);
    expect(existsSync(join(repo.path, "ran"))).toBe(false);
  });
});

test("without a repository, a main branch or a common commit there is nothing to compare with", async () => {
  using folder = temporaryFolder({ ...smallShop, ...settings });
  expect(await findings(folder.path)).toEqual([]);
  using repo = branched();
  repo.write(widened);
  repo.git("branch", "--delete", "--force", "main");
  expect(await findings(repo.path)).toEqual([]);
  repo.git("checkout", "--quiet", "--orphan", "main");
  repo.commit({});
  repo.git("switch", "--quiet", "topic");
  repo.write({ [placed]: widened[placed] ?? "" });
  expect(await findings(repo.path)).toEqual([]);
});

test("a clone that lacks the main branch, or the commit that eventpact.yaml names, is no proof that nothing breaks", async () => {
  using repo = branched();
  repo.commit(widened);
  using clones = temporaryFolder({});
  const clone = join(clones.path, "shallow");
  repo.git("clone", "--quiet", "--depth", "1", "--branch", "topic", `file://${repo.path}`, clone);
  repo.git("-C", clone, "symbolic-ref", "--delete", "refs/remotes/origin/HEAD");
  expect(await findings(clone)).toEqual(["asyncapi:1 warning base-missing"]);
  expect(await findings(clone, "--only-documents")).toEqual([]);
  repo.write({ "eventpact.yaml": "events: off\ncompatibility:\n  against: origin/main\n" });
  expect(await findings(repo.path)).toEqual(["asyncapi:1 error base-missing"]);
});
