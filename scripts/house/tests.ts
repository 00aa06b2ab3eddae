import { posix } from "node:path";
import { findAll, isTest, lineAt, type Finding, type HouseFile, type HouseRule } from "./rule.ts";

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

const catalogue = "docs/where-others-fell.md";

export const namedTests: HouseRule = {
  code: "named-test",
  why: "docs/where-others-fell.md promises a test for every line; a test that was renamed or is missing is a promise nobody holds.",
  check(files) {
    const page = files.find(({ path }) => path === catalogue);
    if (page === undefined) return { looked: 0, findings: [] };
    const rows = page.text.split("\n").filter((line) => /^\| (?!where others fell|-)/.test(line));
    const findings = rows.flatMap((row): Finding[] => {
      const line = lineAt(page.text, page.text.indexOf(row));
      const named = [...row.matchAll(/\]\(([^)]+)\) “([^”]+)”/g)];
      if (named.length === 0) return [{ file: catalogue, line, message: `no test is named: ${row.slice(0, 60)}` }];
      return named.flatMap(([, target = "", title = ""]) => {
        const path = posix.join(posix.dirname(catalogue), target);
        const text = files.find((file) => file.path === path)?.text ?? "";
        return text.includes(`"${title}"`)
          ? []
          : [{ file: catalogue, line, message: `${path} has no test "${title}"` }];
      });
    });
    return { looked: rows.length, findings };
  },
};
