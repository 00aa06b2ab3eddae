import { patternFault } from "../validate/pattern.ts";
import type { Rule } from "./rule.ts";
import { patternsOf } from "./patterns.ts";

export const schemaPattern: Rule = {
  code: "schema-pattern",
  category: "schema",
  severity: "error",
  title: "Every pattern is a regular expression of ECMAScript.",
  why: "That is what validators compile. A pattern in another dialect, such as `(?i)` or `\\\\Z`, makes the validator fail or match something else.",
  check(model, report) {
    for (const { source, ...at } of patternsOf(model)) {
      if (patternFault(source) === undefined) continue;
      const fault = patternFault(source, "");
      if (fault !== undefined) report({ ...at, message: `This is not a regular expression: ${fault}.` });
    }
  },
};
