import type { YAMLMap, YAMLSeq } from "yaml";
import { Document, isMap, isScalar, isSeq, parseDocument, Scalar, visit } from "yaml";
import type { Json } from "../read/json.ts";

/** Keys and indices from the top of a file. */
export type Path = readonly (string | number)[];

const LAYOUT = { lineWidth: 120, flowCollectionPadding: false } as const;

/** Value → YAML text in the house's layout: short lists of words inline, dates in quotes (YAML 1.1 would make dates of them). */
export function yamlText(value: Json): string {
  const document = new Document(value);
  visit(document, {
    Seq(_key, list, path) {
      // The list that an entry is put into is written by its surroundings.
      if (path.length <= 1) return;
      const words = list.items.map((item) => (isScalar(item) ? String(item.value) : undefined));
      list.flow = words.length > 0 && words.every((word) => word !== undefined) && words.join(", ").length < 90;
    },
    Scalar(_key, scalar) {
      if (typeof scalar.value === "string" && /^\d{4}-\d\d-\d\d/.test(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString(LAYOUT);
}

/**
 * The text with one more entry at the end of a map. Everything else stays byte for byte, comments and layout included;
 * only where the map is written inline or empty is the file laid out anew (comments kept). A key that is there already is
 * left alone. Throws when there is no map at the path.
 */
export function appendToMap(text: string, path: Path, key: string, value: Json): string {
  const document = parseDocument(text);
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  if (!isMap(map)) throw new Error(`there is no map at ${path.join(".") || "the top"}`);
  if (map.has(key)) return text;
  return (
    inserted(text, document, map, { [key]: value }) ??
    relaid(document, () => map.set(document.createNode(key), document.createNode(value)))
  );
}

/** As `appendToMap`, for a list; an equal entry is left alone. */
export function appendToList(text: string, path: Path, value: Json): string {
  const document = parseDocument(text);
  const list = document.getIn(path, true);
  if (!isSeq(list)) throw new Error(`there is no list at ${path.join(".")}`);
  const wanted = JSON.stringify(value);
  if (list.items.some((item) => JSON.stringify(item) === wanted)) return text;
  return inserted(text, document, list, [value]) ?? relaid(document, () => list.add(document.createNode(value)));
}

/** The text with another scalar at the path; appended to its map when there is none yet. */
export function setScalar(text: string, path: Path, value: string | number): string {
  const document = parseDocument(text);
  const node = document.getIn(path, true);
  if (!isScalar(node) || !node.range) return appendToMap(text, path.slice(0, -1), String(path.at(-1)), value);
  return text.slice(0, node.range[0]) + yamlText(value).trimEnd() + text.slice(node.range[1]);
}

/** The text without one entry of a list. */
export function removeFromList(text: string, path: Path, index: number): string {
  const document = parseDocument(text);
  const list = document.getIn(path, true);
  if (!isSeq(list)) throw new Error(`there is no list at ${path.join(".")}`);
  const span = list.flow ? undefined : spanOf(list.items[index]);
  if (!span) return relaid(document, () => list.delete(index));
  const start = text.lastIndexOf("\n", span[0]) + 1;
  const end = text.indexOf("\n", span[1] - 1);
  return text.slice(0, start) + (end < 0 ? "" : text.slice(end + 1));
}

/** Text for a block collection, put after its last entry; undefined where the collection is empty or inline. */
function inserted(
  text: string,
  document: Document.Parsed,
  collection: YAMLMap | YAMLSeq,
  entry: Json,
): string | undefined {
  const first = spanOf(collection.items[0]);
  const last = spanOf(collection.items.at(-1));
  if (collection.flow || !first || !last || document.errors.length > 0) return undefined;
  const lineStart = text.lastIndexOf("\n", first[0] - 1) + 1;
  const lead = text.slice(lineStart, first[0]);
  // A list's first entry begins after its dash; a map's may stand in a list, after one.
  const indent = isSeq(collection) ? lead.indexOf("-") : lead.length;
  if (indent < 0) return undefined;
  const lines = likeSiblings(collection, entry)
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? "" : " ".repeat(indent) + line));
  // A block scalar's range ends at the start of the next line; any other's before its line's comment.
  const before = text[last[1] - 1] === "\n" ? last[1] : text.indexOf("\n", last[1]) + 1 || text.length;
  const gap = before > 0 && text[before - 1] !== "\n" ? "\n" : "";
  return `${text.slice(0, before)}${gap}${lines.join("\n")}\n${text.slice(before)}`;
}

/** An entry as its siblings are written: `Name: { $ref: … }` beside others of that form. */
function likeSiblings(collection: YAMLMap | YAMLSeq, entry: Json): string {
  const last = collection.items.at(-1);
  const sibling = isMap(collection) ? (last as { value?: unknown } | undefined)?.value : last;
  if (!isMap(sibling) || !sibling.flow) return yamlText(entry);
  const document = new Document(entry);
  visit(document, {
    Map(_key, map, path) {
      if (path.length > (isMap(collection) ? 2 : 1)) map.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Start and end of what is written for an entry, without comments after it. */
function spanOf(item: unknown): readonly [number, number] | undefined {
  if (item === undefined || item === null) return undefined;
  const pair = item as { key?: unknown; value?: unknown };
  const isPair = typeof item === "object" && "key" in item;
  const start = rangeOf(isPair ? pair.key : item)?.[0];
  const end = deepEnd(isPair ? (pair.value ?? pair.key) : item);
  return start === undefined || end === undefined ? undefined : [start, end];
}

/** Where the last value inside ends: a collection's own range takes in the comments that follow it. */
function deepEnd(node: unknown): number | undefined {
  if ((isMap(node) || isSeq(node)) && !node.flow && node.items.length > 0) return spanOf(node.items.at(-1))?.[1];
  return rangeOf(node)?.[1];
}

function rangeOf(node: unknown): readonly number[] | undefined {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)
    ? node.range
    : undefined;
}

function relaid(document: Document.Parsed, change: () => void): string {
  change();
  return document.toString(LAYOUT);
}
