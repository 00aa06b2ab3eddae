import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { follow, stepsOf, type Step } from "./support/walkthrough.ts";

const root = join(import.meta.dirname, "..");
const steps = stepsOf(readFileSync(join(root, "docs", "your-own-repository.md"), "utf8"));
const titleOf = (step: Step): string => (step.kind === "file" ? `writes ${step.path}` : step.command);

describe("a team that follows docs/your-own-repository.md", () => {
  const folder = mkdtempSync(join(tmpdir(), "eventpact-own-"));
  const identity = { NAME: "A. Reader", EMAIL: "reader@example.com" };
  const env = {
    ...process.env,
    // The reader has Node 24, and no environment of ours.
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`,
    NODE_OPTIONS: "",
    PACKED: join(root, ".cache", "pack"),
    PACT_DO_NOT_TRACK: "true",
    ...Object.fromEntries(
      Object.entries(identity).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  };
  let broken = false;

  beforeAll(() => {
    const pack = spawnSync(process.execPath, [join(root, "scripts", "pack.ts")], { cwd: root, encoding: "utf8" });
    expect({ status: pack.status, stderr: pack.stderr }).toMatchObject({ status: 0 });
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(steps.map((step, index) => ({ title: `${index + 1}. ${titleOf(step)}`, step })))(
    "$title",
    ({ step }) => {
      // Each step builds on the one before.
      if (broken) throw new Error("An earlier step failed.");
      broken = true;
      follow(step, folder, env);
      broken = false;
    },
    300_000,
  );
});
