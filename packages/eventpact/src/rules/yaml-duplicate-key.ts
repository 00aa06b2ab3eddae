import type { Rule } from "./rule.ts";
import { reportTextFaults } from "./text-faults.ts";

export const yamlDuplicateKey: Rule = {
  code: "yaml-duplicate-key",
  category: "specification",
  severity: "error",
  title: "No key appears twice in a map.",
  why: "Parsers keep one of the two values and say nothing; which one differs between tools.",
  check: (model, report) => reportTextFaults(model, "yaml-duplicate-key", report),
};
