import type { Json } from "./json.ts";
import { setOwn } from "./json.ts";
import { limits } from "./limits.ts";
import { Unsure, flowValue, isEntry, keyOf, quoted, scalar } from "./yaml-scalar.ts";

/**
 * The value of a text in the plain YAML that people write (block maps and lists, scalars of all styles, flow collections,
 * comments), in a tenth of the time a full parser needs. Undefined for anything else: anchors, tags, a second document, and
 * whatever might be a fault; ask the parser, which has the words and the places. A property test holds both equal.
 */
export function plainYaml(text: string): { readonly value: Json } | undefined {
  const lines = linesOf(text);
  if (!lines) return undefined;
  try {
    const reader: Reader = { ...lines, at: 0, nodes: 0 };
    if (!toNext(reader)) return undefined;
    const value = block(reader, 0);
    return toNext(reader) ? undefined : { value };
  } catch (error) {
    if (error instanceof Unsure) return undefined;
    throw error;
  }
}

interface Lines {
  /** Leading blanks of each line; -1 for a blank line or a comment. */
  readonly indents: number[];
  /** Each line without them. */
  readonly contents: string[];
  readonly raw: readonly string[];
}

interface Reader extends Lines {
  at: number;
  nodes: number;
}

function linesOf(text: string): Lines | undefined {
  // Only blanks are trimmed below: a tab or another white space is part of the text, or a fault.
  if (/[^\S \n\r]/.test(text)) return undefined;
  const raw = (text.includes("\r") ? text.replaceAll("\r\n", "\n") : text).split("\n");
  const [indents, contents]: [number[], string[]] = [[], []];
  for (const [index, line] of raw.entries()) {
    let indent = 0;
    while (line.charCodeAt(indent) === 32) indent += 1;
    const content = indent === 0 ? line : line.slice(indent);
    const isMark = indent === 0 && /^(?:---|\.\.\.|%)/.test(line);
    if (isMark && (index > 0 || line !== "---")) return undefined;
    if (line.includes("\r")) return undefined;
    indents.push(content === "" || isMark || content.charCodeAt(0) === 35 ? -1 : indent);
    contents.push(content.trimEnd());
  }
  return { raw, indents, contents };
}

/** Moves to the next line that says something. */
function toNext(reader: Reader): boolean {
  while (reader.at < reader.indents.length && reader.indents[reader.at] === -1) reader.at += 1;
  return reader.at < reader.indents.length;
}

function indentAt(reader: Reader): number {
  return reader.indents[reader.at] as number;
}

function isDash(reader: Reader): boolean {
  const content = reader.contents[reader.at] as string;
  return content === "-" || content.startsWith("- ");
}

function count(reader: Reader, depth: number): void {
  reader.nodes += 1;
  if (reader.nodes > limits.nodes || depth > limits.depth) throw new Unsure();
}

/** The map or list that begins at this line. */
function block(reader: Reader, depth: number): Json {
  count(reader, depth);
  const indent = indentAt(reader);
  return isDash(reader) ? list(reader, indent, depth) : map(reader, indent, depth);
}

function map(reader: Reader, indent: number, depth: number): Json {
  const result: Record<string, Json> = {};
  while (toNext(reader) && indentAt(reader) >= indent) {
    if (indentAt(reader) > indent || isDash(reader)) throw new Unsure();
    const { key, rest } = keyOf(reader.contents[reader.at] as string);
    if (Object.hasOwn(result, key)) throw new Unsure();
    setOwn(result, key, valueAfter(reader, rest, indent, depth, true));
  }
  return result;
}

function list(reader: Reader, indent: number, depth: number): Json {
  const result: Json[] = [];
  while (toNext(reader) && indentAt(reader) >= indent) {
    if (indentAt(reader) > indent) throw new Unsure();
    if (!isDash(reader)) break;
    const content = reader.contents[reader.at] as string;
    const rest = content.slice(1).trimStart();
    if (isEntry(rest)) {
      // A map whose first key stands behind the dash: the line is read again, as if it began there.
      const column = indent + content.length - rest.length;
      reader.indents[reader.at] = column;
      reader.contents[reader.at] = rest;
      count(reader, depth + 1);
      result.push(map(reader, column, depth + 1));
    } else result.push(valueAfter(reader, rest, indent, depth, false));
  }
  return result;
}

/** The value behind a key or a dash, on the same line or below it. Leaves the reader behind it. */
function valueAfter(reader: Reader, rest: string, indent: number, depth: number, isInMap: boolean): Json {
  count(reader, depth + 1);
  const first = rest.charCodeAt(0);
  if (rest === "" || first === 35) {
    reader.at += 1;
    if (!toNext(reader)) return null;
    const next = indentAt(reader);
    return next > indent || (isInMap && next === indent && isDash(reader)) ? block(reader, depth + 1) : null;
  }
  if (first === 124 || first === 62) return blockScalar(reader, rest, indent);
  if (first === 34 || first === 39) {
    reader.at += 1;
    return quoted(rest);
  }
  if (first === 123 || first === 91) return flow(reader, rest, indent, depth);
  return plain(reader, rest, indent);
}

/** A flow collection, which may go on for some lines. */
function flow(reader: Reader, first: string, indent: number, depth: number): Json {
  let text = first;
  for (;;) {
    reader.at += 1;
    const found = flowValue(text, depth + 1);
    if (found) {
      reader.nodes += found.nodes;
      return found.value;
    }
    const next = reader.indents[reader.at];
    if (next === undefined || next <= indent || /(?:^|\s)#/.test(text)) throw new Unsure();
    text += ` ${reader.contents[reader.at] ?? ""}`;
  }
}

/** A scalar without quotes, which may go on in deeper lines. */
function plain(reader: Reader, first: string, indent: number): Json {
  let text = first;
  const comment = first.search(/ #/);
  if (comment >= 0) text = first.slice(0, comment).trimEnd();
  reader.at += 1;
  while (reader.at < reader.indents.length) {
    const next = reader.indents[reader.at] as number;
    if (next === -1) {
      // A blank line inside of the text is a line break; one behind it is nothing.
      const at = reader.at;
      if (toNext(reader) && indentAt(reader) > indent) throw new Unsure();
      reader.at = at;
      break;
    }
    if (next <= indent) break;
    const content = reader.contents[reader.at] as string;
    if (comment >= 0 || content.includes(" #") || /^[-?](?: |$)/.test(content)) throw new Unsure();
    text += ` ${content}`;
    reader.at += 1;
  }
  if (/:(?: |$)/.test(text)) throw new Unsure();
  return scalar(text);
}

function blockScalar(reader: Reader, header: string, parent: number): Json {
  const style = /^([|>])([+-]?)(?: +#.*)?$/.exec(header);
  if (!style || style[2] === "+") throw new Unsure();
  const lines: string[] = [];
  let indent = -1;
  for (reader.at += 1; reader.at < reader.raw.length; reader.at += 1) {
    const line = reader.raw[reader.at] as string;
    const blanks = /^ */.exec(line)?.[0].length ?? 0;
    if (blanks === line.length) {
      if (indent < 0 || blanks > indent) throw new Unsure();
      lines.push("");
      continue;
    }
    if (blanks <= parent) break;
    if (indent < 0) indent = blanks;
    if (blanks < indent || (style[1] === ">" && blanks > indent)) throw new Unsure();
    lines.push(line.slice(indent));
  }
  while (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) throw new Unsure();
  const text = style[1] === "|" ? lines.join("\n") : folded(lines);
  return style[2] === "-" ? text : `${text}\n`;
}

/** Neighbouring lines make one; each blank line is a line break. */
function folded(lines: readonly string[]): string {
  let text = lines[0] ?? "";
  let blanks = 0;
  for (const line of lines.slice(1)) {
    if (line === "") blanks += 1;
    else {
      text += (blanks === 0 ? " " : "\n".repeat(blanks)) + line;
      blanks = 0;
    }
  }
  return text;
}
