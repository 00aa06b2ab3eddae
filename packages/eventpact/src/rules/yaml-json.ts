import type { Rule } from "./rule.ts";
import { reportTextFaults } from "./text-faults.ts";

export const yamlJson: Rule = {
  code: "yaml-json",
  category: "specification",
  severity: "error",
  title: "YAML says nothing that JSON cannot say.",
  why: "A document is the JSON value that its YAML stands for: tags of your own, keys that are maps or lists, and numbers such as `.nan` or `.inf` have none.",
  check: (model, report) => reportTextFaults(model, "yaml-json", report),
};
