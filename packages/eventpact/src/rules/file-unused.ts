import { posix } from "node:path";
import type { Rule } from "./rule.ts";

export const fileUnused: Rule = {
  code: "file-unused",
  category: "events",
  severity: "warning",
  title: "Every YAML file of the folder is a document, or is referred to by one.",
  why: "A file that nothing reaches looks like a contract and is none: it is not checked, not generated and not shown.",
  needsEverything: true,
  check(model, report) {
    for (const file of model.sources.listed) {
      const name = posix.basename(file);
      if (model.sources.files.has(file) || !/\.ya?ml$/i.test(name) || /^(eventpact|\.)/.test(name)) continue;
      report({
        place: { file, pointer: "" },
        message: `No document refers to ${file}.`,
        hint: "Refer to it, or delete it.",
      });
    }
  },
};
