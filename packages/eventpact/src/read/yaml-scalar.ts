import type { Json } from "./json.ts";
import { setOwn } from "./json.ts";
import { limits } from "./limits.ts";

/** Thrown where only a full parser can tell what a text means. */
export class Unsure extends Error {}

/** A key and what follows its colon. */
export function keyOf(content: string): { readonly key: string; readonly rest: string } {
  const first = content.charCodeAt(0);
  if (first === 34 || first === 39) {
    const end = closingQuote(content, 0);
    if (content.charCodeAt(end + 1) !== 58) throw new Unsure();
    const next = content.charCodeAt(end + 2);
    if (next !== 32 && !Number.isNaN(next)) throw new Unsure();
    return { key: unquoted(content.slice(0, end + 1)), rest: content.slice(end + 2).trimStart() };
  }
  const colon = colonOf(content);
  if (colon < 0 || !startsPlain(first)) throw new Unsure();
  const key = content.slice(0, colon).trimEnd();
  if (key.includes(" #")) throw new Unsure();
  return { key: plainKey(key), rest: content.slice(colon + 1).trimStart() };
}

/** Whether what stands behind a dash is the first key of a map. */
export function isEntry(rest: string): boolean {
  const first = rest.charCodeAt(0);
  if (first === 34 || first === 39) return rest.charCodeAt(closingQuote(rest, 0) + 1) === 58;
  if (first === 123 || first === 91 || first === 124 || first === 62 || first === 35) return false;
  const colon = colonOf(rest);
  return colon >= 0 && !rest.slice(0, colon).includes(" #");
}

/** The colon that ends a plain key: the first with a blank or nothing behind it. */
function colonOf(content: string): number {
  let at = content.indexOf(":");
  while (at >= 0 && at + 1 < content.length && content.charCodeAt(at + 1) !== 32) at = content.indexOf(":", at + 1);
  return at;
}

function plainKey(key: string): string {
  if (key === "<<") throw new Unsure();
  const value = scalar(key);
  if (value === null || (typeof value !== "string" && String(value) !== key)) throw new Unsure();
  return key;
}

/** A plain scalar may begin with anything that is no indicator. */
function startsPlain(letter: number): boolean {
  return !Number.isNaN(letter) && !"-?:,[]{}#&*!|>'\"%@`".includes(String.fromCharCode(letter));
}

/** What a text without quotes means in YAML's core schema. */
export function scalar(text: string): Json {
  const first = text.charCodeAt(0);
  const isNumeric = (first >= 48 && first <= 57) || first === 45 || first === 43 || first === 46;
  if (isNumeric) return numeric(text);
  if (!startsPlain(first)) throw new Unsure();
  switch (text) {
    case "~":
    case "null":
    case "Null":
    case "NULL":
      return null;
    case "true":
    case "True":
    case "TRUE":
      return true;
    case "false":
    case "False":
    case "FALSE":
      return false;
    default:
      return text;
  }
}

function numeric(text: string): Json {
  if (
    /^[-+]?[0-9]+$|^0x[0-9a-fA-F]+$|^0o[0-7]+$|^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)
  ) {
    const value = Number(text);
    if (!Number.isFinite(value) || Object.is(value, -0)) throw new Unsure();
    return value;
  }
  if (/^[-+]?\.(?:inf|nan)$/i.test(text) || /^-(?: |$)/.test(text)) throw new Unsure();
  return text;
}

/** A quoted scalar that ends on this line, with nothing but a comment behind it. */
export function quoted(text: string): string {
  const end = closingQuote(text, 0);
  const behind = text.slice(end + 1);
  if (behind.trim() !== "" && !/^ +#/.test(behind)) throw new Unsure();
  return unquoted(text.slice(0, end + 1));
}

function closingQuote(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    const letter = text.charCodeAt(at);
    if (letter === 92 && quote === 34) at += 1;
    else if (letter === quote) {
      if (quote === 34 || text.charCodeAt(at + 1) !== 39) return at;
      at += 1;
    }
  }
  throw new Unsure();
}

function unquoted(text: string): string {
  if (text.charCodeAt(0) === 39) return text.slice(1, -1).replaceAll("''", "'");
  const inside = text.slice(1, -1);
  if (!inside.includes("\\")) return inside;
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new Unsure();
  }
}

/** A flow collection and how many nodes it has; undefined when it does not end in this text. */
export function flowValue(text: string, depth: number): { readonly value: Json; readonly nodes: number } | undefined {
  const reader: FlowReader = { text, at: 0, nodes: 0, isOpen: false };
  try {
    const value = flowNode(reader, depth);
    const behind = text.slice(reader.at);
    if (behind.trim() !== "" && !/^ +#/.test(behind)) throw new Unsure();
    return { value, nodes: reader.nodes };
  } catch (error) {
    if (error instanceof Unsure && reader.isOpen) return undefined;
    throw error;
  }
}

interface FlowReader {
  readonly text: string;
  at: number;
  nodes: number;
  /** The text ended inside of a collection. */
  isOpen: boolean;
}

function flowNode(reader: FlowReader, depth: number): Json {
  reader.nodes += 1;
  if (depth > limits.depth) throw new Unsure();
  const letter = peek(reader);
  if (letter === 123) return flowMap(reader, depth);
  if (letter === 91) return flowList(reader, depth);
  if (letter === 34 || letter === 39) return flowQuoted(reader);
  return scalar(flowPlain(reader));
}

function flowMap(reader: FlowReader, depth: number): Json {
  const result: Record<string, Json> = {};
  reader.at += 1;
  if (peek(reader) === 125) {
    reader.at += 1;
    return result;
  }
  for (;;) {
    const letter = peek(reader);
    const isQuoted = letter === 34 || letter === 39;
    const key = isQuoted ? flowQuoted(reader) : plainKey(flowPlain(reader));
    if (peek(reader) !== 58 || Object.hasOwn(result, key)) throw new Unsure();
    reader.at += 1;
    if (!isQuoted && reader.text.charCodeAt(reader.at) !== 32) throw new Unsure();
    setOwn(result, key, flowNode(reader, depth + 1));
    if (hasEnded(reader, 125)) return result;
  }
}

function flowList(reader: FlowReader, depth: number): Json {
  const result: Json[] = [];
  reader.at += 1;
  if (peek(reader) === 93) {
    reader.at += 1;
    return result;
  }
  for (;;) {
    result.push(flowNode(reader, depth + 1));
    if (hasEnded(reader, 93)) return result;
  }
}

/** After an entry: whether the collection ends, or a comma follows. */
function hasEnded(reader: FlowReader, close: number): boolean {
  const letter = peek(reader);
  if (letter !== close && letter !== 44) throw new Unsure();
  reader.at += 1;
  if (letter === 44 && peek(reader) === close) throw new Unsure();
  return letter === close;
}

/** The next letter that is no blank. */
function peek(reader: FlowReader): number {
  while (reader.text.charCodeAt(reader.at) === 32) reader.at += 1;
  if (reader.at >= reader.text.length) {
    reader.isOpen = true;
    throw new Unsure();
  }
  return reader.text.charCodeAt(reader.at);
}

function flowQuoted(reader: FlowReader): string {
  const end = closingQuote(reader.text, reader.at);
  const text = unquoted(reader.text.slice(reader.at, end + 1));
  reader.at = end + 1;
  return text;
}

function flowPlain(reader: FlowReader): string {
  const start = reader.at;
  for (; reader.at < reader.text.length; reader.at += 1) {
    const letter = reader.text.charCodeAt(reader.at);
    if (letter === 44 || letter === 93 || letter === 125) break;
    if (letter === 91 || letter === 123) throw new Unsure();
    if (letter === 35 && reader.text.charCodeAt(reader.at - 1) === 32) throw new Unsure();
    if (letter === 58) {
      const next = reader.text.charCodeAt(reader.at + 1);
      if (next === 32 || Number.isNaN(next)) break;
      if (next === 44 || next === 93 || next === 125) throw new Unsure();
    }
  }
  const text = reader.text.slice(start, reader.at).trimEnd();
  if (reader.at >= reader.text.length) {
    reader.isOpen = true;
    throw new Unsure();
  }
  if (text === "" || !startsPlain(text.charCodeAt(0))) {
    if (!/^[-+.]?[0-9.]/.test(text)) throw new Unsure();
  }
  return text;
}
