/**
 * The only ways by which words of an author reach generated code. Each returns text that is one token (or one comment)
 * whatever went in: quotes, newlines, comment ends, template marks, U+2028, `__proto__`.
 */

/** Letters of any script can hide nothing: an identifier is one token, and no quote, sign or direction mark is among them. */
const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/** Printable ASCII without quotes and backslashes: most texts. */
const HARMLESS = /^[ -&(-[\]-~]*$/;

/** A single-quoted string literal, ASCII only. */
export function stringLiteral(text: string): string {
  if (HARMLESS.test(text)) return `'${text}'`;
  let out = "'";
  for (let at = 0; at < text.length; at++) out += literalUnit(text.charCodeAt(at));
  return `${out}'`;
}

function literalUnit(unit: number): string {
  if (unit === 0x27) return "\\'";
  if (unit === 0x5c) return "\\\\";
  if (unit === 0x0a) return "\\n";
  // `<` and `/` stay readable; everything that could end the literal or hide in it does not.
  return unit >= 0x20 && unit <= 0x7e ? String.fromCharCode(unit) : `\\u${unit.toString(16).padStart(4, "0")}`;
}

/** A property name in an interface or object type. */
export function propertyName(name: string): string {
  return IDENTIFIER.test(name) && name !== "__proto__" ? name : stringLiteral(name);
}

/** A property name in an object literal: there, a bare or quoted `__proto__` would set the prototype. */
export function objectKey(name: string): string {
  return name === "__proto__" ? "['__proto__']" : propertyName(name);
}

/** A property access on a value. */
export function memberAccess(name: string): string {
  return IDENTIFIER.test(name) ? `.${name}` : `[${stringLiteral(name)}]`;
}

/** A JSON value as an expression. */
export function valueLiteral(value: unknown): string {
  if (typeof value === "string") return stringLiteral(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(valueLiteral).join(", ")}]`;
  if (typeof value !== "object") return "undefined";
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return "{}";
  return `{ ${members.map(([key, member]) => `${objectKey(key)}: ${valueLiteral(member)}`).join(", ")} }`;
}

/** A JSON value as a literal type. */
export function literalType(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literalType).join(", ")}]`;
  if (typeof value !== "object" || value === null) return valueLiteral(value);
  const members = Object.entries(value).map(([key, member]) => `${propertyName(key)}: ${literalType(member)}`);
  return members.length === 0 ? "Record<string, never>" : `{ ${members.join("; ")} }`;
}

/** Words of an author, or a tag of ours such as `@deprecated`. */
export type Paragraph = string | { readonly tag: "@deprecated" };

/**
 * A doc comment, long lines wrapped at 120 columns; '' for no words. Comment ends, `@` at a line's start (a tag of its own) and
 * characters that are not printable are made harmless.
 */
export function docComment(paragraphs: readonly (Paragraph | undefined)[], indent = ""): string {
  const lines = paragraphs
    .map((paragraph) => (typeof paragraph === "object" ? [paragraph.tag] : commentLines(paragraph ?? "")))
    .filter((part) => part.length > 0)
    .flatMap((part, at) => (at === 0 ? part : ["", ...part]));
  const [first, ...rest] = lines;
  if (first === undefined) return "";
  if (rest.length === 0) return `${indent}/** ${first} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} *${line === "" ? "" : ` ${line}`}\n`).join("")}${indent} */\n`;
}

/** Most comments: one line that is its own comment. */
const PLAIN = /^[\w"'(][\w "'(),.:;+-]*$/;

function commentLines(text: string): readonly string[] {
  if (text.length <= 120 && PLAIN.test(text) && !text.endsWith(" ")) return [text];
  if (text.trim() === "") return [];
  return text
    .trim()
    .split(/\r\n|[\n\r\u2028\u2029\u0085\v\f]/)
    .map((line) => harmless(line.trimEnd()))
    .flatMap(wrap);
}

function harmless(line: string): string {
  return line
    .replaceAll("*/", "*\u200b/")
    .replaceAll("/*", "/\u200b*")
    .replace(/^\s*@/, "\\@")
    .replaceAll(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

function wrap(line: string): readonly string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > 120) {
    const at = rest.lastIndexOf(" ", 120);
    if (at <= 0) break;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...lines, rest];
}
