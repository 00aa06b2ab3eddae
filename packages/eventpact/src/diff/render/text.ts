import type { Paint } from "../../compat/terminal.ts";
import { clean, codeBlock } from "../../compat/terminal.ts";
import { plural } from "../../report/report.ts";
import type { DiffReport } from "../report.ts";
import type { Change } from "../types.ts";
import {
  consumerLines,
  consumerWitness,
  countsText,
  headingOf,
  marks,
  placeText,
  sideText,
  toldChanges,
  verdictText,
  witnessText,
} from "./words.ts";

/** For people: the changes by what they are about, each with the event that shows it, who is hit, and the way out. */
export function renderDiffText(report: DiffReport, approvalsFile: string, paint: Paint): string {
  const { told, words } = toldChanges(report);
  const lines: string[] = [
    `${paint("bold", clean(sideText(report.older)))} → ${paint("bold", clean(sideText(report.newer)))} ${paint("dim", `(${clean(report.folder)}, policy ${report.policy})`)}`,
    "",
  ];
  for (const note of report.notes) lines.push(clean(note), "");
  const verdicts = new Map(report.verdicts.map((verdict) => [verdict.event, verdict]));
  for (const [heading, changes] of Map.groupBy(told, headingOf)) {
    const verdict = verdicts.get(heading);
    lines.push(`${paint("bold", clean(heading))}${verdict ? `  ${paint("dim", verdictText(verdict))}` : ""}`);
    for (const change of changes) lines.push(...changeLines(change, approvalsFile, paint));
    lines.push("");
  }
  if (words > 0) lines.push(paint("dim", `${words} more in documentation only.`), "");
  for (const { event, fields } of report.unusedFields)
    lines.push(`${paint("dim", "No consumer uses")} ${clean(`${fields.join(", ")} of ${event}`)}`);
  if (report.unusedFields.length > 0) lines.push("");
  for (const { file, line, column, severity, message, code, hint } of report.findings)
    lines.push(
      `${paint("bold", clean(`${file}:${line}:${column}`))}: ${severity}: ${clean(message)} ${paint("dim", `[${code}]`)}`,
      ...(hint ? [`  ${paint("hint", "→")} ${clean(hint)}`] : []),
      "",
    );
  const { events, changedEvents, operations, topics, contracts } = report.checked;
  const counted = [
    plural(events, "event version"),
    `${changedEvents} changed`,
    plural(operations, "operation"),
    plural(topics, "topic"),
    plural(contracts, "contract"),
  ];
  const seen = `${counted.join(", ")}; ${Math.round(report.milliseconds)} ms`;
  const style = report.verdict === "breaking" ? "bad" : report.verdict === "undecided" ? "doubt" : "good";
  lines.push(`${paint(style, report.verdict)}: ${countsText(report)} ${paint("dim", `(${seen})`)}`, "");
  return lines.join("\n");
}

function changeLines(change: Change, approvalsFile: string, paint: Paint): readonly string[] {
  const { level, message, code, older, newer, hint, witness, approval, fingerprint } = change;
  const style = level === "breaking" ? "bad" : level === "info" ? "dim" : "doubt";
  const accepted = approval
    ? ` ${paint("good", `accepted by ${clean(approval.by)} until ${approval.until}: ${clean(approval.reason)}`)}`
    : "";
  const places = [...(older ? [`was ${placeText(older)}`] : []), ...(newer ? [`is ${placeText(newer)}`] : [])];
  const head = `  ${paint(style, marks[level])} ${clean(message)} ${paint("dim", `[${code}]`)}${accepted}`;
  const lines = [head, `    ${paint("dim", clean(places.join(", ")))}`];
  if (level === "info") return lines;
  if (witness) lines.push(`    ${clean(witnessText(witness))}`, codeBlock(witness.value, "    "));
  const theirs = consumerWitness(change);
  if (theirs)
    lines.push(
      `    ${clean(`This can be written now, and ${theirs.consumer} cannot use it:`)}`,
      codeBlock(theirs.witness, "    "),
    );
  for (const line of consumerLines(change.consumers))
    lines.push(`    ${paint(line.includes(" breaks: ") ? "bad" : "dim", clean(line))}`);
  if (hint) lines.push(`    ${paint("hint", "→")} ${clean(hint)}`);
  if (level !== "warning" && !approval)
    lines.push(`    ${paint("dim", `to accept it: ${fingerprint} in ${clean(approvalsFile)}`)}`);
  return lines;
}
