import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { parse } from "yaml";

const folder = join(import.meta.dirname, "..", "..", ".github", "workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = readdirSync(folder)
  .filter((name) => name.endsWith(".yml"))
  .map((name) => [name, parse(readFileSync(join(folder, name), "utf8")) as Workflow] as const);
const stepsOf = ({ jobs }: Workflow): readonly Step[] => Object.values(jobs).flatMap(({ steps }) => steps);

test("there are workflows to look at", () => {
  expect(workflows.flatMap(([, workflow]) => stepsOf(workflow)).length).toBeGreaterThan(5);
});

test.each(workflows)("%s pins every action by its commit", (_, workflow) => {
  const used = stepsOf(workflow).flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
  expect(used.filter((one) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(one))).toEqual([]);
});

test.each(workflows)(
  "%s lets no expression reach a shell: titles and branches are written by anybody",
  (_, workflow) => {
    expect(stepsOf(workflow).filter(({ run = "" }) => run.includes("${{"))).toEqual([]);
  },
);

test.each(workflows)("%s may read by default, keeps no credentials and ends", (_, workflow) => {
  expect(workflow.permissions).toEqual({ contents: "read" });
  expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
  const checkouts = stepsOf(workflow).filter(({ uses = "" }) => uses.startsWith("actions/checkout@"));
  expect(checkouts.filter((step) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  expect(Object.values(workflow.jobs).filter((job) => job["timeout-minutes"] === undefined && "steps" in job)).toEqual(
    [],
  );
});

test("only the comment may write into pull requests, never for a fork, and by the base's own script", () => {
  const [, ci] = workflows.find(([name]) => name === "ci.yml") ?? [];
  const writing = Object.entries(ci?.jobs ?? {}).filter(([, { permissions = {} }]) =>
    Object.values(permissions).includes("write"),
  );
  expect(writing.map(([name, { permissions }]) => [name, permissions])).toEqual([
    ["comment", { contents: "read", "pull-requests": "write" }],
  ]);
  const [, comment] = writing[0] ?? [];
  expect(comment?.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  expect(comment?.steps[0]?.with).toMatchObject({ ref: "${{ github.event.pull_request.base.sha }}" });
  expect(comment?.steps.flatMap(({ run }) => run ?? [])).toEqual([
    "node scripts/pull-request/post.ts .cache/pull-request.md",
  ]);
});
