import type { Span } from "../diagnostics/diagnostic.ts";
import type { Json } from "./json.ts";
import { setOwn } from "./json.ts";
import { limits } from "./limits.ts";
import { pointerTokens } from "./pointer.ts";
import type { ParsedText, TextFault } from "./text-fault.ts";

/**
 * Reads strict JSON (RFC 8259) with positions. `JSON.parse` names neither the place of every fault nor keys that appear
 * twice. Never throws: reading stops at the first fault.
 */
export function parseJson(text: string): ParsedText {
  const reader = new Reader(text);
  const node = reader.document();
  const spanOf = spansOf(text);
  const faults = reader.faults.map(({ start, end, ...fault }): TextFault => ({ ...fault, span: spanOf(start, end) }));
  return {
    value: node?.value ?? null,
    faults,
    locate: (pointer, part = "value") => spanOf(...rangeOf(node, pointer, part)),
  };
}

/** A value, where it stands, and what it holds. */
interface Node {
  readonly value: Json;
  readonly start: number;
  readonly end: number;
  readonly children: ReadonlyMap<string, Node & { readonly key?: readonly [start: number, end: number] }>;
}

interface Found extends Omit<TextFault, "span"> {
  readonly start: number;
  readonly end: number;
}

class Stop extends Error {}

const noChildren: Node["children"] = new Map();

class Reader {
  readonly faults: Found[] = [];
  readonly #text: string;
  #at: number;
  /** What opens in a line of another depth than the one in which it closes: there a bracket is missing or too much. */
  #misaligned: number | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#at = text.startsWith("\uFEFF") ? 1 : 0;
  }

  document(): Node | undefined {
    try {
      const node = this.#value(0);
      this.#blanks();
      if (this.#at < this.#text.length) this.#fail("Nothing may follow the end of a JSON document.");
      return node;
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return undefined;
    }
  }

  #value(depth: number): Node {
    this.#blanks();
    if (depth > limits.depth)
      this.#fail(`Nested deeper than ${limits.depth} levels.`, { code: "yaml-alias", length: 1 });
    const letter = this.#text[this.#at];
    if (letter === "{") return this.#object(depth);
    if (letter === "[") return this.#array(depth);
    const start = this.#at;
    if (letter === '"') return { value: this.#string(), start, end: this.#at, children: noChildren };
    literal.lastIndex = start;
    const word = literal.exec(this.#text)?.[0];
    if (word === undefined) this.#failAtValue();
    this.#at += word.length;
    return { value: JSON.parse(word) as Json, start, end: this.#at, children: noChildren };
  }

  #object(depth: number): Node {
    const start = this.#at;
    this.#at += 1;
    const value: Record<string, Json> = {};
    const children = new Map<string, Node & { key?: readonly [number, number] }>();
    this.#blanks();
    while (this.#text[this.#at] !== "}") {
      if (this.#text[this.#at] !== '"') this.#failAtKey(start);
      const from = this.#at;
      const name = this.#string();
      const key = [from, this.#at] as const;
      if (children.has(name)) {
        const message = `The key ${this.#text.slice(...key)} appears twice in this map; only one of the two values would be kept.`;
        this.faults.push({ code: "yaml-duplicate-key", message, start: key[0], end: key[1] });
      }
      this.#blanks();
      if (this.#text[this.#at] !== ":") this.#fail('A ":" is missing after the key.');
      this.#at += 1;
      const node = this.#value(depth + 1);
      children.set(name, { ...node, key });
      setOwn(value, name, node.value);
      if (!this.#more("}", start)) break;
    }
    this.#close(start);
    return { value, start, end: this.#at, children };
  }

  #array(depth: number): Node {
    const start = this.#at;
    this.#at += 1;
    const value: Json[] = [];
    const children = new Map<string, Node>();
    this.#blanks();
    while (this.#text[this.#at] !== "]") {
      const node = this.#value(depth + 1);
      children.set(String(value.length), node);
      value.push(node.value);
      if (!this.#more("]", start)) break;
    }
    this.#close(start);
    return { value, start, end: this.#at, children };
  }

  #close(opened: number): void {
    // Only a bracket that begins its line is looked at: in a file of one line, looking at lines would be looking at all of it.
    let start = this.#at;
    while (this.#text[start - 1] === " " || this.#text[start - 1] === "\t") start -= 1;
    const isFirst = start === 0 || this.#text[start - 1] === "\n";
    if (isFirst && this.#at - start !== /^\s*/.exec(this.#lineBefore(opened))?.[0].length) this.#misaligned ??= opened;
    this.#at += 1;
  }

  #lineBefore(offset: number): string {
    return this.#text.slice(this.#text.lastIndexOf("\n", offset - 1) + 1, offset);
  }

  /** After an entry: whether another one follows. */
  #more(close: string, opened: number): boolean {
    this.#blanks();
    if (this.#text[this.#at] === close) return false;
    const isOther = this.#misaligned !== undefined && /[\]}]/.test(this.#text[this.#at] ?? "");
    if (this.#at >= this.#text.length || isOther) this.#unclosed(opened, close);
    if (this.#text[this.#at] !== ",") this.#fail(`A "," or "${close}" is missing before this.`);
    this.#at += 1;
    this.#blanks();
    if (this.#text[this.#at] === close) {
      this.#at -= 1;
      while (this.#text[this.#at] !== ",") this.#at -= 1;
      this.#fail('JSON allows no "," after the last entry.', { length: 1 });
    }
    return true;
  }

  #string(): string {
    string.lastIndex = this.#at;
    const written = string.exec(this.#text)?.[0];
    const line = /^.*/.exec(this.#text.slice(this.#at, this.#at + 200))?.[0].length ?? 1;
    if (written === undefined || written.includes("\n"))
      this.#fail('The closing " of this text is missing.', { length: line });
    try {
      const value = JSON.parse(written) as string;
      this.#at += written.length;
      return value;
    } catch {
      const message = "The text holds a control character or an escape that JSON does not know.";
      this.#fail(message, { length: written.length });
    }
  }

  #blanks(): void {
    blanks.lastIndex = this.#at;
    this.#at += blanks.exec(this.#text)?.[0].length ?? 0;
  }

  #failAtKey(opened: number): never {
    if (this.#at >= this.#text.length) this.#unclosed(opened, "}");
    if (this.#comment()) this.#fail("JSON has no comments.");
    this.#fail("A key in double quotes is expected here.");
  }

  #failAtValue(): never {
    if (this.#at >= this.#text.length) this.#fail("The text ends where a value is expected.");
    if (this.#comment()) this.#fail("JSON has no comments.");
    const word = /^[\w'.+-]+/.exec(this.#text.slice(this.#at, this.#at + 40))?.[0];
    if (word === undefined) this.#fail("A value is expected here.");
    const hint = "Text stands in double quotes; the other values are numbers, true, false and null.";
    this.#fail(`${word} is not a JSON value.`, { length: word.length, hint });
  }

  #comment(): boolean {
    return /^(\/[/*]|#)/.test(this.#text.slice(this.#at, this.#at + 2));
  }

  #unclosed(opened: number, close: string): never {
    this.#at = this.#misaligned ?? opened;
    const missing = this.#text[this.#at] === "[" ? "]" : "}";
    this.#fail(`The "${this.#misaligned === undefined ? close : missing}" that closes this is missing.`, { length: 1 });
  }

  #fail(message: string, more: { code?: "yaml-alias"; length?: number; hint?: string } = {}): never {
    const { code = "yaml-syntax" as const, length = 1, hint } = more;
    const fault = { code, message, ...(hint ? { hint } : {}), start: this.#at, end: this.#at + length };
    this.faults.splice(0, this.faults.length, fault);
    throw new Stop();
  }
}

const blanks = /[ \t\n\r]*/y;
const string = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const literal = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

function rangeOf(root: Node | undefined, pointer: string, part: "key" | "value"): [number, number] {
  let node: (Node & { readonly key?: readonly [number, number] }) | undefined = root;
  for (const token of pointerTokens(pointer)) {
    const child: typeof node = node?.children.get(token);
    if (!child) {
      part = "key";
      break;
    }
    node = child;
  }
  if (!node) return [0, 0];
  if (part === "value") return [node.start, node.end];
  if (node.key) return [...node.key];
  const [first] = node.children.values();
  return first?.key ? [...first.key] : [node.start, Math.min(node.end, node.start + 1)];
}

/** Offsets as lines and columns. */
function spansOf(text: string): (start: number, end: number) => Span {
  let starts: number[] | undefined;
  const position = (offset: number): { line: number; column: number } => {
    starts ??= [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  };
  return (start, end) => {
    const [from, to] = [position(start), position(Math.max(start, Math.min(end, text.length)))];
    return { ...from, endLine: to.line, endColumn: to.column };
  };
}
