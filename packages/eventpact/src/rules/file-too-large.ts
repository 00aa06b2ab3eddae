import type { Rule } from "./rule.ts";
import { reportTextFaults } from "./text-faults.ts";

export const fileTooLarge: Rule = {
  code: "file-too-large",
  category: "specification",
  severity: "error",
  title: "No file is larger than 5 MB.",
  why: "Reading is bounded so that no input can hold a check up. Split the file, or move generated data out of it.",
  check: (model, report) => reportTextFaults(model, "file-too-large", report),
};
