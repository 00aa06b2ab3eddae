import { describe, expect, test } from "@jest/globals";
import { runCommand } from "../support/run-command.ts";
import type { Repository } from "./support/git-repository.ts";
import { repository } from "./support/git-repository.ts";

const document = (property: string, compatibility?: string): string => `asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
channels:
  orders:
    address: orders
    messages:
      Ev:${compatibility === undefined ? "" : `\n        x-compatibility: ${compatibility}`}
        payload: { type: object, properties: { a: { type: string }${property} } }
`;

const file = "asyncapi/orders.yaml";
const settings = (text: string): Record<string, string> => ({ "eventpact.yaml": text });

/** `b` was text, is gone, and comes back as a number: only who looks at every earlier state sees a break. */
function history(compatibility: string | undefined, config = ""): Repository {
  const repo = repository({ [file]: document(", b: { type: string }", compatibility), ...settings(config) });
  repo.commit({ [file]: document("", compatibility) });
  return repo;
}

interface Said {
  readonly verdict: string;
  readonly policy: string;
  readonly verdicts: readonly { readonly mode: string }[];
  readonly changes: readonly { readonly code: string; readonly level: string; readonly message: string }[];
}

async function judged(repo: Repository): Promise<Said> {
  const { stdout } = await runCommand(repo.path, ["diff", "--against", "HEAD", "--format", "json"]);
  return JSON.parse(stdout) as Said;
}

const again = ", b: { type: integer }";

describe("a change that weakens what judges it is judged by what it was", () => {
  const weaker = ["FULL", "BACKWARD", "FORWARD_TRANSITIVE", "NONE", undefined];

  test.each(weaker)("FULL_TRANSITIVE → %s, through history", async (mode) => {
    using repo = history("FULL_TRANSITIVE");
    repo.write({ [file]: document(again, mode) });
    const { verdict, verdicts, changes } = await judged(repo);
    expect(verdict).toBe("breaking");
    expect(verdicts[0]?.mode).toBe("FULL_TRANSITIVE");
    expect(changes).toContainEqual(
      expect.objectContaining({ level: "breaking", message: expect.stringMatching(/^Against Ev as of /) }),
    );
    expect(changes).toContainEqual(expect.objectContaining({ code: "compatibility-weakened", level: "warning" }));
  });

  test("mode of eventpact.yaml, through history", async () => {
    using repo = history(undefined, "compatibility: { mode: FULL_TRANSITIVE }\n");
    repo.write({ [file]: document(again), ...settings("compatibility: { mode: NONE }\n") });
    const { verdict, verdicts, changes } = await judged(repo);
    expect([verdict, verdicts[0]?.mode]).toEqual(["breaking", "FULL_TRANSITIVE"]);
    expect(changes.filter(({ code }) => code === "compatibility-weakened")).toHaveLength(1);
  });

  test("an eventpact.yaml that asks for less where none was: the defaults still judge", async () => {
    using repo = repository({ [file]: document(", b: { type: string }") });
    repo.write({ [file]: document(again), ...settings("compatibility: { mode: NONE, policy: lenient }\n") });
    const { verdict, policy, changes } = await judged(repo);
    expect([verdict, policy]).toEqual(["breaking", "tolerant"]);
    expect(changes.filter(({ code }) => code === "compatibility-weakened")).toHaveLength(2);
  });

  test("policy", async () => {
    using repo = repository({ [file]: document(""), ...settings("compatibility: { policy: strict }\n") });
    repo.write({ [file]: document(", b: { type: string }"), ...settings("compatibility: { policy: tolerant }\n") });
    const { verdict, policy, changes } = await judged(repo);
    expect([verdict, policy]).toEqual(["breaking", "strict"]);
    expect(changes.map(({ code }) => code)).toContain("compatibility-weakened");
    repo.commit({});
    repo.write({ [file]: document(", b: { type: string }, c: {}") });
    expect(await judged(repo)).toMatchObject({ verdict: "compatible", policy: "tolerant" });
  });

  test("and the next one by what it is", async () => {
    using repo = history("FULL_TRANSITIVE");
    repo.commit({ [file]: document("", "FULL") });
    repo.write({ [file]: document(again, "FULL") });
    expect((await judged(repo)).verdict).toBe("compatible");
  });
});

test("a stronger mode judges at once, and is told", async () => {
  using repo = history("FULL");
  repo.write({ [file]: document(again, "FULL_TRANSITIVE") });
  const { verdict, changes } = await judged(repo);
  expect(verdict).toBe("breaking");
  expect(changes.map(({ code }) => code)).toContain("compatibility-strengthened");
});

test("headers and keys are held against every earlier state, too", async () => {
  const message = (type: string | undefined): string =>
    document("", "FULL_TRANSITIVE").replace(
      "        payload",
      `        headers: { type: object, properties: { ${type === undefined ? "" : `h: { type: ${type} }`} } }\n        payload`,
    );
  using repo = repository({ [file]: message("string") });
  repo.commit({ [file]: message(undefined) });
  repo.write({ [file]: message("integer") });
  expect(await judged(repo)).toMatchObject({
    verdict: "breaking",
    changes: expect.arrayContaining([expect.objectContaining({ part: "headers", level: "breaking" })]),
  });
});

test("a history that was not read is undecided", async () => {
  using repo = history("FULL_TRANSITIVE");
  using clone = history(undefined);
  clone.git("fetch", "--quiet", "--depth", "1", `file://${repo.path}`, "main");
  clone.git("checkout", "--quiet", "--force", "FETCH_HEAD");
  clone.write({ [file]: document(again, "FULL_TRANSITIVE") });
  expect((await judged(clone)).changes.map(({ code }) => code)).toContain("history-unread");
});

test("an approval that comes with its change is told", async () => {
  using repo = repository({ [file]: document(", b: { type: string }"), ...settings("") });
  repo.write({ [file]: document(again) });
  const { stdout } = await runCommand(repo.path, ["diff", "--against", "HEAD", "--format", "json"]);
  const [change] = (JSON.parse(stdout) as { changes: { fingerprint: string }[] }).changes;
  repo.write({
    "contracts/approvals.yaml": `approvals: [{ change: ${change?.fingerprint}, reason: r, by: b, until: 2999-01-01 }]\n`,
  });
  const after = await runCommand(repo.path, ["diff", "--against", "HEAD"]);
  expect(after.exitCode).toBe(0);
  expect(after.stdout).toContain(`Accepted by approvals that are new in this change: ${change?.fingerprint}.`);
});
