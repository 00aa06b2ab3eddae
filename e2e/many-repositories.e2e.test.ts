import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { follow, stepsOf, type Step } from "./support/walkthrough.ts";

const root = join(import.meta.dirname, "..");
const steps = stepsOf(readFileSync(join(root, "docs", "many-repositories.md"), "utf8"));
const titleOf = (step: Step): string => (step.kind === "file" ? `writes ${step.path}` : step.command);

describe("teams that follow docs/many-repositories.md: three repositories, and a broker in between", () => {
  const folder = mkdtempSync(join(tmpdir(), "eventpact-many-"));
  const identity = { NAME: "A. Reader", EMAIL: "reader@example.com" };
  const env: NodeJS.ProcessEnv = {
    ...process.env,
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
  let broker: ChildProcess | undefined;
  let broken = false;

  beforeAll(async () => {
    const pack = spawnSync(process.execPath, [join(root, "scripts", "pack.ts")], { cwd: root, encoding: "utf8" });
    expect({ status: pack.status, stderr: pack.stderr }).toMatchObject({ status: 0 });
    broker = spawn(process.execPath, [join(import.meta.dirname, "support", "pact-broker.ts")], {
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [url] = (await once(broker.stdout as NonNullable<ChildProcess["stdout"]>, "data")) as [Buffer];
    env["BROKER"] = url.toString().trim();
  }, 180_000);
  afterAll(() => {
    broker?.stdin?.end();
    rmSync(folder, { recursive: true, force: true });
  });

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
