import { structureFaults } from "../specification/structure.ts";
import type { Rule } from "./rule.ts";

export const refPlace: Rule = {
  code: "ref-place",
  category: "specification",
  severity: "error",
  title: "A $ref stands only where the specification allows a reference.",
  why: "Other tools refuse a reference there, or read it as a field.",
  check(model, report) {
    for (const fault of structureFaults(model)) if (fault.kind === "ref") report(fault);
  },
};
