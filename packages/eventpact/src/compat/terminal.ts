import { stripVTControlCharacters } from "node:util";
import type { CommandArguments, Io } from "../command-line/command.ts";

export type Style = "bold" | "dim" | "good" | "bad" | "doubt" | "note" | "hint";
export type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, string>> = {
  bold: "1",
  dim: "2",
  good: "32;1",
  bad: "31;1",
  doubt: "33;1",
  note: "34;1",
  hint: "36",
};

const colored: Paint = (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m`;
export const plain: Paint = (_, text) => text;

/** Colours where they are asked for or a person is looking, and nobody has said no. */
export function paintFor(values: CommandArguments["values"], io: Io): Paint {
  if (values["no-color"] === true || io.env["NO_COLOR"]) return plain;
  return values["color"] === true || Boolean(io.env["FORCE_COLOR"]) || io.stdout.isTerminal ? colored : plain;
}

/** Text from files goes to a terminal: without control characters it can move no cursor and hide no line. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, "�");
}

/** A value as a fenced block, for terminals and Markdown alike. */
export function codeBlock(value: unknown, margin = ""): string {
  const lines = ["```json", ...JSON.stringify(value, undefined, 2).split("\n"), "```"];
  return clean(lines.map((line) => margin + line).join("\n"));
}
