import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Where every jest run of the repository leaves its figures, one file per project or suite. */
export const resultsFolder = join(import.meta.dirname, "..", "..", ".cache", "results");

export interface Sum {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

/** What the runs so far add up to. A file that could not be run counts as a failure; no results at all are zeros. */
export function sumResults(folder: string = resultsFolder): Sum {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    return sum;
  }
  for (const name of names.filter((one) => one.endsWith(".json"))) {
    const result = JSON.parse(readFileSync(join(folder, name), "utf8")) as JestResult;
    sum.passed += result.numPassedTests;
    sum.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    sum.skipped += result.numPendingTests;
  }
  return sum;
}

export const sentence = ({ passed, failed, skipped }: Sum): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;
