import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { columns } from "../conformance/adapters.ts";
import { allPassed, page } from "../conformance/page.ts";

describe("the page about the adapters' conformance", () => {
  test("names every behaviour of today's suite, who is not asked and why, and nothing that failed: npm run conformance -- --write", () => {
    const written = readFileSync(join(import.meta.dirname, "../../docs/conformance.md"), "utf8");
    expect(written).toBe(page(columns, allPassed(columns)));
  });

  test("shows what failed, with its reason", () => {
    const [first] = columns;
    const report = new Map([["a behaviour", [{ is: "failed" as const, why: "it was late" }]]]);
    expect(page(first ? [first] : [], report)).toContain("| a behaviour | failed: it was late |");
  });
});
