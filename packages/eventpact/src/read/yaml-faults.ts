import { isCollection, isMap, isPair, isScalar, visit } from "yaml";
import type { Node } from "yaml";
import type { TextFault } from "./text-fault.ts";
import type { SpanOf, YamlDocument } from "./yaml-source.ts";

interface YamlError {
  readonly code: string;
  readonly pos: readonly [number, number];
  readonly message: string;
}

/**
 * The first fault of the syntax, at the line that is most likely wrong: a parser notices a missing quote, bracket or blank
 * only where it cannot go on. Undefined when there is none.
 */
export function firstSyntaxFault(document: YamlDocument, text: string, spanOf: SpanOf): TextFault | undefined {
  const errors = (document.errors as readonly YamlError[]).filter(({ code }) => code !== "DUPLICATE_KEY");
  const first = errors.toSorted((a, b) => a.pos[0] - b.pos[0])[0];
  if (!first) return undefined;
  const fault = ({ at, end = at + 1, message, hint }: Explained): TextFault => ({
    code: "yaml-syntax",
    message,
    ...(hint ? { hint } : {}),
    span: spanOf(at, end),
  });
  return fault(
    conflictMark(text) ??
      (first.code === "MULTIPLE_DOCS" ? secondDocument(text, first) : undefined) ??
      unclosed(document, text, first) ??
      indentation(text, first) ??
      explain(first),
  );
}

/** Keys that appear twice in one map. */
export function* duplicateKeys(document: YamlDocument, text: string, spanOf: SpanOf): Generator<TextFault> {
  for (const error of (document.errors as readonly YamlError[]).slice(0, 20)) {
    if (error.code !== "DUPLICATE_KEY") continue;
    const key = /^["']?[^:\n]*/.exec(text.slice(error.pos[0]))?.[0]?.trim() ?? "";
    const message = `The key ${key} appears twice in this map; only one of the two values would be kept.`;
    yield { code: "yaml-duplicate-key", message, span: spanOf(error.pos[0], error.pos[1]) };
  }
}

interface Explained {
  readonly at: number;
  readonly end?: number;
  readonly message: string;
  readonly hint?: string;
}

function conflictMark(text: string): Explained | undefined {
  const mark = /^(?:<{7}|>{7}) .*$/m.exec(text);
  if (!mark) return undefined;
  const message = "A conflict of two branches was left in the file.";
  return {
    at: mark.index,
    end: mark.index + mark[0].length,
    message,
    hint: "Decide for one side, and delete the marks.",
  };
}

function secondDocument(text: string, { pos }: YamlError): Explained {
  const before = text.lastIndexOf("\n---", pos[0]) + 1;
  const at = text.startsWith("---", pos[0]) || before === 0 ? pos[0] : before;
  const message = "A second YAML document begins here; a file holds one.";
  return { at, end: at + 3, message, hint: "Put each document into a file of its own." };
}

/** A quote or bracket that is never closed is wrong where it opens, however far on the parser stops. */
function unclosed(document: YamlDocument, text: string, error: YamlError): Explained | undefined {
  let found: Explained | undefined;
  visit(document, (_, node) => {
    if (isPair(node) || !node || typeof node !== "object" || !("range" in node)) return;
    const [start, end] = (node as Node).range ?? [0, 0];
    if (start > error.pos[0]) return;
    const open = text[start] ?? "";
    if (isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE")) {
      const isOpen = end - start < 2 || text[end - 1] !== open;
      if (isOpen) found = { at: start, message: `The quote ${open} that opens here is never closed.` };
      else if (error.pos[0] <= lineEnd(text, end) && text.slice(start, end).includes("\n"))
        found = { at: start, message: `The quote ${open} that opens here closes ${lineOf(text, end)}, too late.` };
    } else if (isCollection(node) && node.flow === true) {
      const close = isMap(node) ? "}" : "]";
      if (text[end - 1] !== close) found = { at: start, message: `The "${close}" that closes this is missing.` };
    }
  });
  return found;
}

/** Faults that come from a line that stands too far left or right: told at the one whose indentation is the odd one. */
function indentation(text: string, error: YamlError): Explained | undefined {
  const isIndent =
    error.code === "BAD_INDENT" || error.code === "UNEXPECTED_TOKEN" || error.code.endsWith("_IMPLICIT_KEY");
  if (!isIndent) return undefined;
  const lines = text.split("\n");
  const at = text.slice(0, error.pos[0]).split("\n").length - 1;
  const isBlank = (index: number): boolean => /^\s*(#|\r?$)/.test(lines[index] ?? "");
  const step = (index: number, by: 1 | -1): number => {
    let next = index + by;
    while (next >= 0 && next < lines.length && isBlank(next)) next += by;
    return next;
  };
  const startsLine = /^\s*$/.test((lines[at] ?? "").slice(0, columnOf(text, error.pos[0])));
  const [upper, lower] = startsLine ? [step(at, -1), at] : [at, step(at, 1)];
  const [above, below] = [lines[upper], lines[lower]];
  if (above === undefined || below === undefined || isBlank(upper) || isBlank(lower)) return undefined;
  if (!startsLine && error.code !== "BAD_INDENT" && !isContinued(above, below)) return undefined;
  if (startsLine && !/^\s*(- )?[^\s#]*\s*:(\s|$)|^\s*-(\s|$)/.test(below) && error.code !== "BAD_INDENT")
    return undefined;
  const count = (line: string): number => lines.filter((other) => indentOf(other) === indentOf(line)).length;
  const first = blockBefore(lines, lower);
  const rarest = [lower, upper, first].toSorted((a, b) => count(lines[a] ?? "") - count(lines[b] ?? ""))[0] ?? lower;
  const index = count(lines[rarest] ?? "") < count(below) ? rarest : lower;
  const other = index === lower ? upper : lower;
  const line = lines[index] ?? "";
  const offset = lines.slice(0, index).reduce((sum, one) => sum + one.length + 1, 0);
  const columns = (of: number): string => `${indentOf(lines[of] ?? "")}`;
  return {
    at: offset + indentOf(line),
    end: offset + line.length,
    message: `This line stands at the wrong depth: it is indented by ${columns(index)}, and line ${other + 1} by ${columns(other)}.`,
    hint: "Entries of one map or list begin in the same column.",
  };
}

/** The first line of the deeper block that ends above a line; that line itself where none does. */
function blockBefore(lines: readonly string[], at: number): number {
  const depth = indentOf(lines[at] ?? "");
  let [found, least] = [at, Number.POSITIVE_INFINITY];
  for (let index = at - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? "";
    if (/^\s*(#|\r?$)/.test(line)) continue;
    if (indentOf(line) <= depth) break;
    if (indentOf(line) <= least) [found, least] = [index, indentOf(line)];
  }
  return found;
}

/** Whether a line, being indented deeper, is read as going on with the value of the line above it. */
function isContinued(above: string, below: string): boolean {
  return indentOf(below) > indentOf(above) && /:\s+\S|^\s*- \S/.test(above) && /:(\s|$)/.test(below);
}

function explain({ code, message, pos }: YamlError): Explained {
  const [known, hint] = explained[code] ?? [`${message}.`];
  return { at: pos[0], end: pos[1], message: known, ...(hint ? { hint } : {}) };
}

const explained: Record<string, [string, string?]> = {
  TAB_AS_INDENT: ["A tab is used as indentation.", "YAML allows only spaces there."],
  BLOCK_AS_IMPLICIT_KEY: ['A value contains ": " and is read as another map.', "Put the value in quotes."],
  MULTILINE_IMPLICIT_KEY: ['This is no entry of a map: a ": " after the key is missing.'],
  BAD_SCALAR_START: ["A value cannot begin with this character.", "Put the value in quotes."],
};

function indentOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

function lineOf(text: string, offset: number): string {
  return `in line ${text.slice(0, offset).split("\n").length}`;
}
