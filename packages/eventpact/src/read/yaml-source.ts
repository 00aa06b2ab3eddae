import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, Node, Pair, ParsedNode, Scalar } from "yaml";
import type { Span } from "../diagnostics/diagnostic.ts";
import type { Json } from "./json.ts";
import { setOwn } from "./json.ts";
import { limits } from "./limits.ts";
import { pointerTokens } from "./pointer.ts";
import type { ParsedText, TextFault } from "./text-fault.ts";
import { duplicateKeys, firstSyntaxFault } from "./yaml-faults.ts";

export type YamlDocument = Document.Parsed<ParsedNode, true>;

/**
 * Parses YAML 1.2 (`<<` merge keys understood) into plain JSON. Never throws: faults are data, and the value is what could
 * be understood. Of several faults of the syntax only the first is told: the others mostly follow from it.
 */
export function parseYaml(text: string): ParsedText {
  const lines = new LineCounter();
  // A "silent" log level would hide a second document as well.
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: "error" });
  const spanOf = (start: number, end: number): Span => toSpan(lines, text, start, end);
  const syntax = firstSyntaxFault(document, text, spanOf);
  const locate: ParsedText["locate"] = (pointer, part) => locateIn(document, spanOf, pointer, part);
  const faults: TextFault[] = syntax ? [syntax] : [...duplicateKeys(document, text, spanOf)];
  let value: Json = null;
  const unusable: [Node, string][] = [];
  const foreign: [Node, string][] = [];
  try {
    value = toJson(document, document.contents, {
      depth: 0,
      count: { nodes: 0 },
      targets: new Map(),
      unusable,
      foreign,
      open: new Set(),
    });
  } catch (error) {
    if (!(error instanceof TooMuch)) throw error;
    unusable.push([error.node, error.message]);
  }
  if (syntax) return { value, faults, locate };
  const add = (code: TextFault["code"], [node, message]: [Node, string]): void =>
    void faults.push({ code, message, span: spanOf(node.range?.[0] ?? 0, node.range?.[1] ?? 0) });
  for (const found of unusable.slice(0, 20)) add("yaml-alias", found);
  for (const found of foreign.slice(0, 20)) add("yaml-json", found);
  return { value, faults, locate };
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
  /** What YAML can say and JSON cannot, and why. */
  readonly foreign: [Node, string][];
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
  const tag = "tag" in node ? node.tag : undefined;
  if (typeof tag === "string" && !jsonTags.test(tag))
    walk.foreign.push([node, `JSON knows no "${tag}": other tools read this value differently or not at all.`]);
  if (isScalar(node)) return scalarJson(node, walk);
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
    if (pair.key && !isScalar(pair.key) && !isAlias(pair.key))
      walk.foreign.push([pair.key, "A key must be text; this one is a map or a list."]);
    setOwn(result, keyText(document, pair.key), toJson(document, pair.value, inner));
  }
  for (const merged of mergedMaps(node)) {
    const value = toJson(document, merged, inner);
    if (typeof value !== "object" || value === null || Array.isArray(value)) continue;
    for (const [key, entry] of Object.entries(value)) if (!Object.hasOwn(result, key)) setOwn(result, key, entry);
  }
  return result;
}

/** Tags of YAML's JSON schema; anything else is somebody's own. */
const jsonTags = /^(!|tag:yaml\.org,2002:(map|seq|str|int|float|bool|null))$/;

function scalarJson(node: Scalar, walk: Walk): Json {
  const { value } = node;
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && !Number.isFinite(value))
    walk.foreign.push([node, `JSON has no number "${node.source ?? String(value)}".`]);
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

export type SpanOf = (start: number, end: number) => Span;

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
