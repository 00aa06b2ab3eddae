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

/** GitHub refuses comments of more than 65,536 characters. */
const MAX_LENGTH = 60_000;

/** A comment for a pull request. Text from files is text there, too: it makes no link, no mention and no HTML. */
export function renderDiffMarkdown(report: DiffReport, approvalsFile: string): string {
  const { told, words } = toldChanges(report);
  const parts: string[] = [
    `### ${titles[report.verdict]}: ${countsText(report)}`,
    `${md(sideText(report.older))} → ${md(sideText(report.newer))}, ${plural(report.checked.events, "event version")}, ${plural(report.checked.contracts, "contract")}, policy ${md(report.policy)}`,
    ...report.notes.map(md),
  ];
  const verdicts = new Map(report.verdicts.map((verdict) => [verdict.event, verdict]));
  for (const [heading, changes] of Map.groupBy(
    told.filter(({ level }) => level !== "info"),
    headingOf,
  )) {
    const verdict = verdicts.get(heading);
    parts.push(`#### ${md(heading)}${verdict ? `\n\n${md(verdictText(verdict))}` : ""}`);
    parts.push(...changes.map((change) => changeText(change, approvalsFile)));
  }
  const infos = told.filter(({ level }) => level === "info");
  if (infos.length + words > 0) {
    const lines = infos.map((change) => `- ${md(change.message)} (${md(change.code)})`);
    if (words > 0) lines.push(`- ${words} in documentation only`);
    parts.push(`<details><summary>${infos.length + words} to know</summary>\n\n${lines.join("\n")}\n\n</details>`);
  }
  if (report.unusedFields.length > 0) {
    const lines = report.unusedFields.map(({ event, fields }) => `- ${md(event)}: ${md(fields.join(", "))}`);
    parts.push(`<details><summary>Fields that no consumer uses</summary>\n\n${lines.join("\n")}\n\n</details>`);
  }
  for (const { file, line, message, hint } of report.findings)
    parts.push(`- ${md(`${file}:${line}`)} ${md(message)} ${md(hint ?? "")}`.trimEnd());
  return shortened(parts);
}

const titles = { compatible: "✓ Compatible", breaking: "✗ Breaking", undecided: "? Undecided" } as const;

function changeText(change: Change, approvalsFile: string): string {
  const { level, message, code, older, newer, hint, witness, approval, consumers, fingerprint } = change;
  const lines = [`**${marks[level]}** ${md(message)} (${md(code)})`];
  if (approval) lines.push(`Accepted by ${md(approval.by)} until ${md(approval.until)}: ${md(approval.reason)}`);
  const places = [...(older ? [`was ${placeText(older)}`] : []), ...(newer ? [`is ${placeText(newer)}`] : [])];
  lines.push(md(places.join(", ")));
  if (witness) lines.push(md(witnessText(witness)), codeBlock(witness.value));
  const theirs = consumerWitness(change);
  if (theirs)
    lines.push(md(`This can be written now, and ${theirs.consumer} cannot use it:`), codeBlock(theirs.witness));
  const who = consumerLines(consumers);
  if (who.length > 0) lines.push(who.map((line) => `- ${md(line)}`).join("\n"));
  if (hint) lines.push(`→ ${md(hint)}`);
  if (level !== "warning" && !approval)
    lines.push(`<sub>To accept it: ${md(fingerprint)} in ${md(approvalsFile)}</sub>`);
  return lines.filter((line) => line !== "").join("\n\n");
}

/** Every character that means something to Markdown, HTML or GitHub as a reference to it; pairs of backticks are code. */
function md(text: string): string {
  const plain = clean(text).replaceAll(/\s+/g, " ");
  const escape = (part: string): string =>
    part
      .replaceAll(/[&<>*_[\]|\\~#!`]/g, (character) => `&#${character.charCodeAt(0)};`)
      .replaceAll("@", "&#64;&#8203;")
      .replaceAll("://", ":&#8203;//");
  const pieces = plain.split("`");
  if (pieces.length % 2 === 0) return escape(plain);
  return pieces.map((piece, index) => (index % 2 === 0 ? escape(piece) : `<code>${escape(piece)}</code>`)).join("");
}

function shortened(parts: readonly string[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const part of parts) {
    length += part.length + 2;
    if (length > MAX_LENGTH) {
      kept.push(`… and more: the comment would be too long. \`eventpact diff\` tells the rest.`);
      break;
    }
    kept.push(part);
  }
  return `${kept.join("\n\n")}\n`;
}
