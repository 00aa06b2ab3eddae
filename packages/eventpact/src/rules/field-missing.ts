import { structureFaults } from "../specification/structure.ts";
import type { Rule } from "./rule.ts";

export const fieldMissing: Rule = {
  code: "field-missing",
  category: "specification",
  severity: "error",
  title: "Every field that the specification requires is there.",
  why: "Tools that read the document depend on it.",
  check(model, report) {
    for (const fault of structureFaults(model)) if (fault.kind === "missing-field") report(fault);
  },
};
