// `npm run suites -- int e2e fault`: the slower suites, one after the other, each on real servers of its own; then what
// they and an earlier `npm test` add up to. With no words: all of them.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resultsFolder, sentence, sumResults } from "./lib/results.ts";

const root = join(import.meta.dirname, "..");
const known = ["int", "e2e", "fault"];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
const unknown = wanted.filter((suite) => !known.includes(suite));
if (unknown.length > 0) {
  console.error(`There is no suite ${unknown.join(", ")}; there are ${known.join(", ")}.`);
  process.exit(2);
}

/** A suite that hangs is a failure of that suite, not of the pipeline. */
const LIMIT_MS = 25 * 60_000;

const resultOf = (suite: string): string => join(resultsFolder, `${suite}.json`);

function runJest(suite: string, words: readonly string[]): boolean {
  const jest = join(root, "node_modules", "jest", "bin", "jest.js");
  const settings = ["--ci", "--runInBand", "--json", `--outputFile=${resultOf(suite)}`];
  const run = spawnSync(process.execPath, ["--experimental-vm-modules", "--no-warnings", jest, ...settings, ...words], {
    cwd: root,
    stdio: "inherit",
    timeout: LIMIT_MS,
    env: { ...process.env, SUITE: suite, PACT_DO_NOT_TRACK: "true" },
  });
  return run.status === 0;
}

function failedFiles(suite: string): readonly string[] {
  try {
    const { testResults } = JSON.parse(readFileSync(resultOf(suite), "utf8")) as {
      testResults: readonly { readonly name: string; readonly status: string }[];
    };
    return testResults.filter(({ status }) => status === "failed").map(({ name }) => name);
  } catch {
    return [];
  }
}

/**
 * Real servers on a small machine are sometimes slower than a test allows. A file that fails is run once more, alone, and
 * said aloud: what passes then is a bug of that test, what fails again is a failure.
 */
function runSuite(suite: string): boolean {
  if (runJest(suite, [])) return true;
  const files = failedFiles(suite);
  if (files.length === 0) return false;
  const whole = readFileSync(resultOf(suite));
  console.log(`\n*** once more, alone: ${files.join(", ")}`);
  const passed = runJest(suite, ["--runTestsByPath", ...files]);
  if (passed) console.log("*** passed the second time: too slow a test, or one that leans on another");
  else writeFileSync(resultOf(suite), whole);
  return passed;
}

mkdirSync(resultsFolder, { recursive: true });
const failed = wanted.filter((suite) => {
  console.log(`\n=== ${suite}`);
  return !runSuite(suite);
});
if (failed.length > 0) console.error(`\nFailed: ${failed.join(", ")}`);
const sum = sumResults();
console.log(`\n${sentence(sum)}`);
process.exitCode = failed.length > 0 || sum.passed === 0 ? 1 : 0;
