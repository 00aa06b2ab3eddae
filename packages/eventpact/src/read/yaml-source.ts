import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, Node, Pair, ParsedNode } from "yaml";
import type { Span } from "../diagnostics/diagnostic.ts";
import type { Json } from "./json.ts";
import { setOwn } from "./json.ts";
import { limits } from "./limits.ts";
import { pointerTokens } from "./pointer.ts";

/** A fault of the text itself, before any meaning. */
export interface TextFault {
  readonly code: "yaml-syntax" | "yaml-duplicate-key" | "yaml-alias" | "file-too-large";
  readonly message: string;
  readonly hint?: string;
  readonly span: Span;
}

/** Text as a plain value. `locate` needs the positions again and is only called for findings. */
export interface ParsedText {
  readonly value: Json;
  readonly faults: readonly TextFault[];
  readonly locate: Locate;
}

/**
 * The span of the node at a pointer, or of its nearest ancestor that exists. `key` asks for the key of the node alone.
 * A map or list in block style starts at its key.
 */
export type Locate = (pointer: string, part?: "key" | "value") => Span;

type YamlDocument = Document.Parsed<ParsedNode, true>;

/**
 * Parses YAML 1.2 (JSON included, `<<` merge keys understood) into plain JSON. Never throws: faults are data,
 * and the value is what could be understood.
 */
export function parseYaml(text: string): ParsedText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: "silent" });
  const spanOf = (start: number, end: number): Span => toSpan(lines, text, start, end);
  const faults = document.errors.slice(0, 20).map((error) => textFault(error, spanOf, text));
  let value: Json = null;
  const unusable: [Node, string][] = [];
  try {
    value = toJson(document, document.contents, {
      depth: 0,
      count: { nodes: 0 },
      targets: new Map(),
      unusable,
      open: new Set(),
    });
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    unusable.push([error.node, error.message]);
  }
  for (const [node, message] of unusable.slice(0, 20))
    faults.push({ code: "yaml-alias", message, span: spanOf(node.range?.[0] ?? 0, node.range?.[1] ?? 0) });
  return { value, faults, locate: (pointer, part) => locateIn(document, spanOf, pointer, part) };
}

class TooMuch extends Error {
  readonly node: Node;
  constructor(message: string, node: Node) {
    super(message);
    this.node = node;
  }
}

interface Walk {
  readonly depth: number;
  readonly count: { nodes: number };
  /** Looking an anchor up walks the whole document, so it is done once per alias. */
  readonly targets: Map<Node, Node>;
  /** Aliases that lead nowhere or in a circle, and why; they are read as null. */
  readonly unusable: [Node, string][];
  /** Anchored nodes being expanded right now: meeting one again is a cycle. */
  readonly open: ReadonlySet<Node>;
}

function toJson(document: YamlDocument, node: Node | null | undefined, walk: Walk): Json {
  if (!node) return null;
  walk.count.nodes += 1;
  if (walk.count.nodes > limits.nodes)
    throw new TooMuch(`Aliases expand to more than ${limits.nodes.toLocaleString("en")} nodes.`, node);
  if (walk.depth > limits.depth) throw new TooMuch(`Nested deeper than ${limits.depth} levels.`, node);
  if (isAlias(node)) {
    const target = walk.targets.get(node) ?? node.resolve(document);
    if (target) walk.targets.set(node, target);
    if (!target || walk.open.has(target)) {
      walk.unusable.push([
        node,
        target
          ? `The anchor "&${node.source}" contains itself.`
          : `No anchor "&${node.source}" comes before this alias.`,
      ]);
      return null;
    }
    return toJson(document, target, { ...walk, depth: walk.depth + 1 });
  }
  if (isScalar(node)) return scalarJson(node.value);
  const inner: Walk = {
    ...walk,
    depth: walk.depth + 1,
    open: "anchor" in node && node.anchor ? new Set([...walk.open, node]) : walk.open,
  };
  if (isSeq(node)) return node.items.map((item) => toJson(document, item as Node, inner));
  if (!isMap(node)) return null;
  const result: Record<string, Json> = {};
  for (const pair of node.items as Pair<Node, Node | null>[]) {
    if (isMergeKey(pair)) continue;
    setOwn(result, keyText(document, pair.key), toJson(document, pair.value, inner));
  }
  for (const merged of mergedMaps(node)) {
    const value = toJson(document, merged, inner);
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    for (const [key, entry] of Object.entries(value)) if (!Object.hasOwn(result, key)) setOwn(result, key, entry);
  }
  return result;
}

function scalarJson(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  return value === undefined ? null : String(value);
}

function keyText(document: YamlDocument, key: Node): string {
  const node = isAlias(key) ? key.resolve(document) : key;
  return isScalar(node) ? String(node.value ?? "") : String(key);
}

function isMergeKey(pair: Pair<Node, Node | null>): boolean {
  return isScalar(pair.key) && pair.key.type === "PLAIN" && pair.key.source === "<<";
}

function mergedMaps(node: Node): readonly Node[] {
  if (!isMap(node)) return [];
  return (node.items as Pair<Node, Node | null>[]).filter(isMergeKey).flatMap((pair) => {
    const value = isSeq(pair.value) ? (pair.value.items as Node[]) : [pair.value];
    return value.filter((item): item is Node => item !== null);
  });
}

type SpanOf = (start: number, end: number) => Span;

function locateIn(document: YamlDocument, spanOf: SpanOf, pointer: string, part: "key" | "value" = "value"): Span {
  let node: Node | null | undefined = document.contents;
  let key: Node | undefined;
  for (const token of pointerTokens(pointer)) {
    const step = stepInto(document, node, token);
    if (!step) {
      part = "key";
      break;
    }
    [key, node] = [step.key, step.value];
  }
  const [start, end] = node?.range ?? key?.range ?? [0, 0];
  const [keyStart, keyEnd] = key?.range ?? [start, firstLineEnd(node)];
  if (part === "key") return spanOf(keyStart, keyEnd);
  const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
  return spanOf(isBlock ? keyStart : start, end);
}

/** For the root or a list item, which have no key: their first key, or their first scalar. */
function firstLineEnd(node: Node | null | undefined): number {
  if (isMap(node) && node.items[0]) return (node.items[0].key as Node).range?.[1] ?? 0;
  if (isSeq(node) && node.items[0]) return firstLineEnd(node.items[0] as Node);
  return node?.range?.[1] ?? 0;
}

interface Step {
  readonly key?: Node;
  readonly value: Node | null;
}

function stepInto(document: YamlDocument, from: Node | null | undefined, token: string): Step | undefined {
  const node = isAlias(from) ? from.resolve(document) : from;
  if (isSeq(node)) {
    const value = node.items[Number(token)] as Node | undefined;
    return value ? { value } : undefined;
  }
  if (!isMap(node)) return undefined;
  for (const pair of node.items as Pair<Node, Node | null>[])
    if (!isMergeKey(pair) && keyText(document, pair.key) === token) return { key: pair.key, value: pair.value };
  for (const merged of mergedMaps(node)) {
    const step = stepInto(document, merged, token);
    if (step) return step;
  }
  return undefined;
}

function toSpan(lines: LineCounter, text: string, start: number, end: number): Span {
  let last = Math.max(start, Math.min(end, text.length));
  while (last > start && /\s/.test(text.charAt(last - 1))) last -= 1;
  const from = lines.linePos(start);
  const to = lines.linePos(last);
  const span = { line: Math.max(1, from.line), column: Math.max(1, from.col) };
  return { ...span, endLine: Math.max(span.line, to.line), endColumn: Math.max(1, to.col) };
}

function textFault(
  error: { code: string; pos: [number, number]; message: string },
  spanOf: SpanOf,
  text: string,
): TextFault {
  const span = spanOf(error.pos[0], error.pos[1]);
  if (error.code === "DUPLICATE_KEY") {
    const key = /^["']?[^:\n]*/.exec(text.slice(error.pos[0]))?.[0]?.trim() ?? "";
    const message = `The key ${key} appears twice in this map; only one of the two values would be kept.`;
    return { code: "yaml-duplicate-key", message, span };
  }
  const [message, hint] = explained[error.code] ?? [error.message];
  return { code: "yaml-syntax", message, span, ...(hint ? { hint } : {}) };
}

const explained: Record<string, [string, string?]> = {
  TAB_AS_INDENT: ["A tab is used as indentation.", "YAML allows only spaces there."],
  MULTIPLE_DOCS: ['The file holds more than one YAML document ("---").', "Put each document into a file of its own."],
  BLOCK_AS_IMPLICIT_KEY: ['A value contains ": " and is read as another map.', "Put the value in quotes."],
};
