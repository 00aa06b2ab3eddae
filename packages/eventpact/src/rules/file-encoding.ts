import type { Rule } from "./rule.ts";
import { reportTextFaults } from "./text-faults.ts";

export const fileEncoding: Rule = {
  code: "file-encoding",
  category: "specification",
  severity: "error",
  title: "Every file is written in UTF-8.",
  why: "In another encoding every tool guesses what the letters are, and two of them guess differently. Nothing else of such a file is judged.",
  check: (model, report) => reportTextFaults(model, "file-encoding", report),
};
