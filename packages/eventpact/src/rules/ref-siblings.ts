import { structureFaults } from "../specification/structure.ts";
import type { Rule } from "./rule.ts";

export const refSiblings: Rule = {
  code: "ref-siblings",
  category: "schema",
  severity: "warning",
  title: "Beside a $ref stands nothing.",
  why: "Outside of schemas a reference stands for the whole object: a description or a field beside it is ignored by every tool. Beside a `$ref` in a schema it depends on the draft: `schema-ref-siblings`.",
  check(model, report) {
    for (const fault of structureFaults(model)) if (fault.kind === "sibling") report(fault);
  },
};
