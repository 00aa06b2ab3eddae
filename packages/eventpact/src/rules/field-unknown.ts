import { structureFaults } from "../specification/structure.ts";
import type { Rule } from "./rule.ts";

export const fieldUnknown: Rule = {
  code: "field-unknown",
  category: "specification",
  severity: "error",
  title: "Objects have only the fields that the specification gives them, and x- extensions.",
  why: "A misspelt field is ignored by every tool, so that what you meant silently does not hold.",
  check(model, report) {
    for (const fault of structureFaults(model)) if (fault.kind === "unknown-field") report(fault);
  },
};
