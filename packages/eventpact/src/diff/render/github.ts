import { githubNotice, renderGithub } from "../../report/github.ts";
import { changeDiagnostics } from "../diagnostics.ts";
import type { DiffReport } from "../report.ts";

/** Annotations at the lines of the newer side, for GitHub Actions, and what stands at no line. */
export function renderDiffGithub(report: DiffReport, approvalsFile: string): string {
  const { version, folder, milliseconds } = report;
  const diagnostics = [...changeDiagnostics(report.changes, folder, approvalsFile), ...report.findings];
  const checked = { documents: 0, operations: 0, events: 0, files: 0, rules: 0 };
  const annotations = renderGithub({
    version,
    folder,
    checked,
    diagnostics,
    waived: [],
    milliseconds,
    fromCache: false,
  });
  return `${annotations}${report.notes.map(githubNotice).join("")}`;
}
