import type { Rule } from "./rule.ts";
import { reportTextFaults } from "./text-faults.ts";

export const yamlAlias: Rule = {
  code: "yaml-alias",
  category: "specification",
  severity: "error",
  title: "Anchors and aliases are known, finite and few.",
  why: "An alias without an anchor, an anchor that contains itself, or aliases that expand to millions of nodes cannot be read as data.",
  check: (model, report) => reportTextFaults(model, "yaml-alias", report),
};
