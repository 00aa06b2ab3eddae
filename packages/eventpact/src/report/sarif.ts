import { createHash } from "node:crypto";
import { describeCode } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { CheckReport } from "./report.ts";

/** SARIF 2.1.0 for code scanning. Waived findings are there too, as accepted suppressions with their reason. */
export function renderSarif(report: CheckReport): string {
  const codes = [...new Set([...report.diagnostics, ...report.waived].map(({ code }) => code))].toSorted();
  const result = (diagnostic: Diagnostic, reason?: string): object => ({
    ruleId: diagnostic.code,
    ruleIndex: codes.indexOf(diagnostic.code),
    level: levels[diagnostic.severity],
    message: { text: diagnostic.hint ? `${diagnostic.message} ${diagnostic.hint}` : diagnostic.message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(diagnostic.file), uriBaseId: "%SRCROOT%" },
          region: {
            startLine: diagnostic.line,
            startColumn: diagnostic.column,
            endLine: diagnostic.endLine,
            endColumn: diagnostic.endColumn,
          },
        },
      },
    ],
    partialFingerprints: { "eventpact/v1": fingerprint(diagnostic) },
    ...(reason === undefined
      ? {}
      : { suppressions: [{ kind: "external", status: "accepted", justification: reason }] }),
  });
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "eventpact", version: report.version, rules: codes.map(describeRule) } },
        columnKind: "utf16CodeUnits",
        results: [
          ...report.diagnostics.map((diagnostic) => result(diagnostic)),
          ...report.waived.map(({ reason, ...diagnostic }) => result(diagnostic, reason)),
        ],
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

const levels = { error: "error", warning: "warning", info: "note" } as const;

function describeRule(code: string): object {
  const entry = describeCode(code);
  return {
    id: code,
    ...(entry ? { shortDescription: { text: entry.title }, fullDescription: { text: entry.why } } : {}),
  };
}

/** The same finding keeps its fingerprint when lines move: it has the file, the code and the message, not the line. */
function fingerprint({ code, file, message }: Diagnostic): string {
  return createHash("sha256").update(`${code}\0${file}\0${message}`).digest("hex").slice(0, 32);
}
