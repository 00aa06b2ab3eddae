// `npm run suites -- int e2e fault`: the slower suites, one after the other, each on real servers of its own; then what
// they and an earlier `npm test` add up to. With no words: all of them.
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
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
const LIMIT_MS = 20 * 60_000;

mkdirSync(resultsFolder, { recursive: true });
let failed = false;
for (const suite of wanted) {
  console.log(`\n=== ${suite}`);
  const run = spawnSync(
    process.execPath,
    [
      "--experimental-vm-modules",
      "--no-warnings",
      join(root, "node_modules", "jest", "bin", "jest.js"),
      "--ci",
      "--runInBand",
      "--forceExit",
      "--json",
      `--outputFile=${join(resultsFolder, `${suite}.json`)}`,
    ],
    {
      cwd: root,
      stdio: "inherit",
      timeout: LIMIT_MS,
      env: { ...process.env, SUITE: suite, PACT_DO_NOT_TRACK: "true" },
    },
  );
  failed ||= run.status !== 0;
}
const sum = sumResults();
console.log(`\n${sentence(sum)}`);
process.exitCode = failed || sum.passed === 0 ? 1 : 0;
