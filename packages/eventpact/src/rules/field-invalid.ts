import { textAt } from "../read/sources.ts";
import { structureFaults } from "../specification/structure.ts";
import type { Rule } from "./rule.ts";

export const fieldInvalid: Rule = {
  code: "field-invalid",
  category: "specification",
  severity: "error",
  title: "Every value has the form that the specification asks for.",
  why: "Other tools refuse the document, or read something else into it.",
  check(model, report) {
    for (const fault of structureFaults(model)) {
      if (fault.kind !== "value") continue;
      const written = fault.needsQuotes ? textAt(model.sources, fault.place) : undefined;
      report(written === undefined ? fault : { ...fault, hint: `Put it in quotes: "${written}".` });
    }
  },
};
