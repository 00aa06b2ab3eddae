// `npm test`: everything that must hold before a change is good, through nx, which repeats nothing that has not changed.
// `npm test -- --affected` looks only at what differs from main; other words go to nx as they are.
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const results = join(root, ".cache", "results");
const targets = ["lint", "types", "house", "check", "test"];

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

function runNx(words: readonly string[]): number {
  const affected = words.includes("--affected");
  const rest = words.filter((word) => word !== "--affected");
  const nx = join(root, "node_modules", "nx", "dist", "bin", "nx.js");
  const run = spawnSync(
    process.execPath,
    [nx, affected ? "affected" : "run-many", "-t", ...targets, "--outputStyle=static", ...rest],
    { cwd: root, stdio: "inherit", env: { ...process.env, NX_DAEMON: "false", PACT_DO_NOT_TRACK: "true" } },
  );
  return run.status ?? 1;
}

function sumResults(): { passed: number; failed: number; skipped: number } {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const file of readdirSync(results, { withFileTypes: true })) {
    if (!file.name.endsWith(".json")) continue;
    const result = JSON.parse(readFileSync(join(results, file.name), "utf8")) as JestResult;
    sum.passed += result.numPassedTests;
    sum.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    sum.skipped += result.numPendingTests;
  }
  return sum;
}

rmSync(results, { recursive: true, force: true });
const words = process.argv.slice(2);
const status = runNx(words);
try {
  const { passed, failed, skipped } = sumResults();
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  if (passed === 0 && !words.includes("--affected")) {
    console.error("No test ran: that is a failure too.");
    process.exitCode = 1;
  }
} catch {
  console.log("\nNo tests were affected by this change.");
}
if (status !== 0) process.exitCode = status;
