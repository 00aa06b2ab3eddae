import { stripVTControlCharacters } from "node:util";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { CheckReport } from "./report.ts";
import { countOf, plural } from "./report.ts";

/** The lines of a file, for code frames; undefined when it cannot be shown. */
export type LinesOf = (file: string) => readonly string[] | undefined;

/** For people: `file:line:column: severity: message [code]`, a code frame, the way out; and a last line that says what was seen. */
export function renderText(report: CheckReport, linesOf: LinesOf, color: boolean): string {
  const paint = color ? painter : plain;
  const findings = report.diagnostics.map((diagnostic) => renderFinding(diagnostic, linesOf, paint));
  return [...findings, summaryLine(report, paint), ""].join("\n");
}

/** One finding, with its frame; ends with an empty line. */
export function renderFinding(diagnostic: Diagnostic, linesOf: LinesOf, paint: Paint = plain): string {
  const { file, line, column, severity, code, message, hint } = diagnostic;
  const head = `${paint("bold", `${clean(file)}:${line}:${column}`)}: ${paint(severity, severity)}: ${clean(message)} ${paint("dim", `[${code}]`)}`;
  const frame = codeFrame(diagnostic, linesOf(file), paint);
  return [head, ...frame, ...(hint ? [`  ${paint("hint", "→")} ${clean(hint)}`] : []), ""].join("\n");
}

type Style = "bold" | "dim" | "hint" | "error" | "warning" | "info";
type Paint = (style: Style, text: string) => string;

const plain: Paint = (_, text) => text;
const codes: Readonly<Record<Style, string>> = {
  bold: "1",
  dim: "2",
  hint: "36",
  error: "31;1",
  warning: "33;1",
  info: "34;1",
};
const painter: Paint = (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m`;

function codeFrame(diagnostic: Diagnostic, lines: readonly string[] | undefined, paint: Paint): readonly string[] {
  const { line, column, endLine, endColumn, severity } = diagnostic;
  const text = lines?.[line - 1];
  if (text === undefined || text.trim() === "") return [];
  const margin = String(line).length;
  const shown = clean(text.replaceAll("\t", " ")).slice(0, 160);
  const end = endLine === line ? endColumn : firstPart(text, column);
  const width = Math.max(1, Math.min(end, shown.length + 1) - column);
  if (column > shown.length + 1) return [];
  const before = lines?.[line - 2];
  const context = before?.trim()
    ? [`  ${paint("dim", `${String(line - 1).padStart(margin)} │ ${clean(before).slice(0, 160)}`)}`]
    : [];
  return [
    ...context,
    `  ${paint("dim", `${line} │`)} ${shown}`,
    `  ${" ".repeat(margin)} ${paint("dim", "│")} ${" ".repeat(column - 1)}${paint(severity, "^".repeat(width))}`,
  ];
}

/** A node of several lines is underlined as far as its first line's key, or to the end of that line. */
function firstPart(text: string, column: number): number {
  const key = /^(?:- +)?[^:#\s][^:#]*(?=:)/.exec(text.slice(column - 1));
  return column + (key?.[0].length ?? text.trimEnd().length - column + 1);
}

function summaryLine(report: CheckReport, paint: Paint): string {
  const { checked, diagnostics, waived } = report;
  const [errors, warnings, infos] = (["error", "warning", "info"] as const).map((level) => countOf(diagnostics, level));
  const seen = `${plural(checked.documents, "document")}, ${plural(checked.operations, "operation")}, ${plural(checked.events, "event version")}, ${plural(checked.rules, "rule")}`;
  const time = `${Math.round(report.milliseconds)} ms${report.fromCache ? ", unchanged since the last check" : ""}`;
  const found = [
    errors ? paint("error", plural(errors, "error")) : "",
    warnings ? paint("warning", plural(warnings, "warning")) : "",
    infos ? `${infos} to know` : "",
    waived.length > 0 ? `${waived.length} waived` : "",
  ].filter(Boolean);
  return `${clean(report.folder)}: ${found.join(", ") || "nothing found"} ${paint("dim", `(${seen}; ${time})`)}`;
}

/** Text from files goes to a terminal: without control characters it can move no cursor and hide no line. */
function clean(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, "�");
}
