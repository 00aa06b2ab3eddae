import { compare } from "@eventpact/compat";

/**
 * A pattern of a Pact matcher as a pattern of JSON Schema (ECMA-262 with `u`, anchored) that accepts the same texts; undefined
 * where that is not certain.
 *
 * Pact's verifier runs Oniguruma with Ruby's syntax and asks whether the *first* match at the start of the text is the
 * whole text. So alternatives are tried in order and lazy quantifiers stop early: `a|ab` does not take "ab". Where a whole
 * match is certain to be the first one the languages are equal, and where it is not the pattern is not understood.
 */
export function pactPattern(regex: string): string | undefined {
  if (regex.length > 2000) return undefined;
  const known = remembered.get(regex);
  if (known !== undefined) return known.pattern;
  const found = { pattern: translate(regex) };
  if (remembered.size >= 500) remembered.clear();
  remembered.set(regex, found);
  return found.pattern;
}

const remembered = new Map<string, { readonly pattern: string | undefined }>();

function translate(regex: string): string | undefined {
  const alternatives = alternativesOf(regex);
  if (alternatives === undefined) return undefined;
  const bare = alternatives.map(({ atoms }) => atoms.join("")).join("|");
  try {
    RegExp(`^(?:${bare})$`, "u");
  } catch {
    return undefined;
  }
  return isWhole(bare, alternatives) ? `^(?:${bare})$` : undefined;
}

/** One alternative at the top: its parts in ECMA-262, and whether it ends with `$`. */
interface Alternative {
  readonly atoms: readonly string[];
  readonly ends: boolean;
}

/** Is the first match of a text of the language always the whole text? */
function isWhole(bare: string, alternatives: readonly Alternative[]): boolean {
  // Ruby's `$` also stands before a line break; without one in the text it stands at the end alone.
  if (alternatives.every(({ ends }) => ends) && isNothing(`^(?:${bare})$`, "\\n")) return true;
  if (isNothing(`^(?:${bare})$`, `^(?:${bare})[^]+$`)) return true;
  // A beginning with one possible end, and then as many as possible of one kind of character.
  const [only] = alternatives;
  const tail = only?.atoms.at(-1);
  if (alternatives.length > 1 || only === undefined || tail === undefined) return false;
  if (!/^(?:\[.*\]|\\p\{\w+\}|\\P\{\w+\}|[^()|\\]|\\[^pP])(?:[*+?]|\{\d+(?:,\d*)?\})$/u.test(tail)) return false;
  const head = only.atoms.slice(0, -1).join("");
  return isNothing(`^(?:${head})$`, `^(?:${head})[^]+$`);
}

/** Proved by the engine: no text matches both. */
const isNothing = (one: string, other: string): boolean =>
  compare({ type: "string", allOf: [{ pattern: one }, { pattern: other }] }, false, {
    dialect: "2020-12",
    policy: "strict",
  }).backward.verdict === "compatible";

const CLASSES: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  w: "\\p{L}\\p{M}\\p{N}\\p{Pc}",
  s: "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000",
};
const SYNTAX = new Set("^$\\.*+?()[]{}|/");

interface Reading {
  readonly alternatives: { readonly atoms: string[]; ends: boolean }[];
  /** How many groups are open. */
  depth: number;
}

/**
 * The alternatives at the top, each atom with its quantifier; undefined for syntax that the two languages read differently.
 * `\d`, `\w` and `\s` know all of Unicode in Oniguruma, and `.` leaves out the line feed alone.
 */
function alternativesOf(regex: string): readonly Alternative[] | undefined {
  const reading: Reading = { alternatives: [{ atoms: [], ends: false }], depth: 0 };
  for (let at = 0; at < regex.length;) {
    const length = takeOne(reading, regex.slice(at));
    if (length === undefined) return undefined;
    at += length;
  }
  return reading.depth === 0 ? reading.alternatives : undefined;
}

/** Reads what the text begins with, and answers its length. */
function takeOne(reading: Reading, rest: string): number | undefined {
  const current = reading.alternatives.at(-1) as Reading["alternatives"][number];
  const { depth } = reading;
  const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (current.ends && !(character === "|" && depth === 0)) return undefined;
  switch (character) {
    case "\\":
      return add(reading, escapeOf(rest));
    case "[":
      return add(reading, classOf(rest));
    case "(":
    case ")":
      return takeBracket(reading, rest);
    case "|":
      if (depth > 0) return add(reading, { text: "|", length: 1 });
      reading.alternatives.push({ atoms: [], ends: false });
      return 1;
    case "^":
      return depth > 0 || current.atoms.length > 0 ? undefined : 1;
    case "$":
      current.ends = true;
      return depth > 0 ? undefined : 1;
    case "*":
    case "+":
    case "?":
    case "{":
      return takeQuantifier(current.atoms, rest);
    case "]":
    case "}":
      return undefined;
    default:
      return add(reading, { text: plain(character), length: character.length });
  }
}

const plain = (character: string): string => (character === "." ? "[^\\n]" : character === "/" ? "\\/" : character);

/** Within a group all is one atom. */
function add({ alternatives, depth }: Reading, piece: Piece | undefined): number | undefined {
  if (piece === undefined) return undefined;
  const { atoms } = alternatives.at(-1) as Reading["alternatives"][number];
  atoms.push(depth > 0 ? `${atoms.pop() ?? ""}${piece.text}` : piece.text);
  return piece.length;
}

/** Groups are grouping only: no text goes back to them. */
function takeBracket(reading: Reading, rest: string): number | undefined {
  if (rest.startsWith(")")) {
    if (reading.depth === 0) return undefined;
    const length = add(reading, { text: ")", length: 1 });
    reading.depth -= 1;
    return length;
  }
  const open = /^\((?:\?:|\?<[A-Za-z_]\w*>|(?!\?))/.exec(rest)?.[0];
  if (open === undefined) return undefined;
  const length = add(reading, { text: "(?:", length: open.length });
  reading.depth += 1;
  return length;
}

function takeQuantifier(atoms: string[], rest: string): number | undefined {
  const quantifier = /^(?:[*+?]|\{\d{1,6}(?:,\d{0,6})?\})\??/.exec(rest)?.[0];
  if (quantifier === undefined || atoms.length === 0) return undefined;
  if (/^[*+?{]/.test(rest.slice(quantifier.length))) return undefined;
  atoms.push(`${atoms.pop() ?? ""}${quantifier}`);
  return quantifier.length;
}

interface Piece {
  readonly text: string;
  readonly length: number;
}

/** An escape outside of brackets. */
function escapeOf(rest: string): Piece | undefined {
  const letter = rest[1] ?? "";
  const lower = letter.toLowerCase();
  const inner = CLASSES[lower];
  if (inner !== undefined) return { text: `[${letter === lower ? "" : "^"}${inner}]`, length: 2 };
  return characterEscape(rest);
}

/** An escape that is one character or one kind of it, in brackets or not. */
function characterEscape(rest: string): Piece | undefined {
  const property = /^\\[pP]\{[A-Z][a-z]?\}/.exec(rest)?.[0];
  if (property !== undefined) return { text: property, length: property.length };
  const code = /^\\(?:u(?!d[89a-f])[0-9a-f]{4}|x[0-7][0-9a-f])/i.exec(rest)?.[0];
  if (code !== undefined) return { text: code, length: code.length };
  if (/^\\[tnrfv]/.test(rest)) return { text: rest.slice(0, 2), length: 2 };
  const letter = rest[1] ?? "";
  if (!/[!-/:-@[-`{-~]/.test(letter)) return undefined;
  return { text: SYNTAX.has(letter) || letter === "-" ? escaped(letter) : letter, length: 2 };
}

/** `\-` is legal in brackets only; as a code it is everywhere. */
const escaped = (letter: string): string => (letter === "-" ? "\\x2d" : `\\${letter}`);

function classOf(rest: string): Piece | undefined {
  let at = rest.startsWith("[^") ? 2 : 1;
  let text = rest.slice(0, at);
  const start = at;
  while (at < rest.length) {
    const character = String.fromCodePoint(rest.codePointAt(at) ?? 0);
    if (character === "]") return at === start ? undefined : { text: `${text}]`, length: at + 1 };
    if (character === "[" || rest.startsWith("&&", at)) return undefined;
    if (character === "\\") {
      const letter = rest[at + 1] ?? "";
      const inner = CLASSES[letter] ?? (letter === "D" ? "\\P{Nd}" : undefined);
      const piece = inner === undefined ? characterEscape(rest.slice(at)) : { text: inner, length: 2 };
      if (piece === undefined) return undefined;
      text += piece.text;
      at += piece.length;
    } else {
      text += /[(){}/|^$.*+?]/.test(character) ? `\\${character}` : character;
      at += character.length;
    }
  }
  return undefined;
}
