import type { CheckReport } from "./report.ts";

/** Workflow commands of GitHub Actions: one annotation per finding, at its lines in the pull request. */
export function renderGithub(report: CheckReport): string {
  const commands = { error: "error", warning: "warning", info: "notice" };
  return report.diagnostics
    .map(({ severity, file, line, column, endLine, endColumn, code, message, hint }) => {
      // GitHub refuses columns when a range has several lines.
      const columns = line === endLine ? { col: column, endColumn: Math.max(column, endColumn - 1) } : {};
      const properties = { file, line, endLine, ...columns, title: `eventpact ${code}` };
      const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
      return `::${commands[severity]} ${list.join(",")}::${escapeData(hint ? `${message}\n${hint}` : message)}\n`;
    })
    .join("");
}

/** Something to know that stands at no line. */
export function githubNotice(message: string): string {
  return `::notice title=eventpact::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
