import type { Rule } from "./rule.ts";
import { reportTextFaults } from "./text-faults.ts";

export const yamlSyntax: Rule = {
  code: "yaml-syntax",
  category: "specification",
  severity: "error",
  title: "Every file is one YAML 1.2 or JSON document.",
  why: "What a parser has to guess, two parsers guess differently. The rest of the file may be judged wrongly until this is mended.",
  check: (model, report) => reportTextFaults(model, "yaml-syntax", report),
};
