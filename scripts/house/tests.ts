import { findAll, isTest, type HouseFile, type HouseRule } from "./rule.ts";

/** The house's own test quotes what the rules forbid. */
const testFiles = (files: readonly HouseFile[]): HouseFile[] =>
  files.filter(({ path }) => isTest(path) && path.endsWith(".test.ts") && path !== "scripts/test/house.test.ts");

export const sleepingTests: HouseRule = {
  code: "sleeping-test",
  why: "A test that sleeps is slow on a fast machine and wrong on a slow one; wait for a condition.",
  check(files) {
    const tests = testFiles(files);
    return {
      looked: tests.length,
      findings: findAll(
        tests,
        // steps of under 100 ms are how a condition is waited for
        /\bsetTimeout\(\s*(r|res|resolve|done)\s*,(?!\s*\d{1,2}\))|\bawait (sleep|delay)\(/g,
        () => "wait for a condition instead of for some time",
      ),
    };
  },
};

export const silentTests: HouseRule = {
  code: "silent-test",
  why: "A skipped or singled-out test is a promise nobody holds.",
  check(files) {
    const tests = testFiles(files);
    return {
      looked: tests.length,
      findings: findAll(
        tests,
        /\b(test|it|describe)\.(only|todo)\b|\b[fx](it|describe)\(/g,
        (match) => `remove ${match[0]}`,
      ),
    };
  },
};
