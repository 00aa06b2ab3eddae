import type { Memo } from "../cache/memo.ts";
import { noMemo } from "../cache/memo.ts";
import type { FileSystem } from "./file-system.ts";
import type { Json } from "./json.ts";
import { own } from "./json.ts";
import { decodeUtf8 } from "./decode.ts";
import { limits } from "./limits.ts";
import { parseText } from "./parse-text.ts";
import { refTarget, refsIn } from "./resolve.ts";
import type { SourceFile, Sources } from "./sources.ts";
import type { ParsedText, TextFault } from "./text-fault.ts";
import { isReadable } from "./text-fault.ts";
import { plainYaml } from "./yaml-plain.ts";

/** What was found: the sources and which of them are AsyncAPI documents (a top-level `asyncapi` key), sorted by path. */
export interface Loaded {
  readonly sources: Sources;
  readonly documents: readonly string[];
}

/** Reads a folder: every document in it, and every file that they reach by relative `$ref`s. */
export async function loadFolder(fileSystem: FileSystem, folder: string, memo: Memo = noMemo): Promise<Loaded> {
  const listed = (await fileSystem.list(folder)).filter((path) => /\.(ya?ml|json)$/i.test(path)).toSorted();
  return load(fileSystem, listed.slice(0, limits.files), new Set(listed), memo);
}

/** Reads these documents and what they reach. A named file is read even when it lacks the `asyncapi` key. */
export async function loadDocuments(
  fileSystem: FileSystem,
  paths: readonly string[],
  memo: Memo = noMemo,
): Promise<Loaded> {
  return load(fileSystem, paths.toSorted(), new Set(paths), memo);
}

async function load(
  fileSystem: FileSystem,
  candidates: readonly string[],
  listed: ReadonlySet<string>,
  memo: Memo,
): Promise<Loaded> {
  const files = new Map<string, SourceFile>();
  const documents: string[] = [];
  const unreadable = new Map<string, string>();
  const readOrNote = async (path: string): Promise<Uint8Array | undefined> => {
    try {
      return await fileSystem.read(path);
    } catch (error) {
      unreadable.set(path, `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
      return undefined;
    }
  };
  const texts = await Promise.all(candidates.map(readOrNote));
  const bytesOf = new Map(candidates.map((path, index) => [path, texts[index]]));
  for (const path of [...listed].slice(limits.files))
    unreadable.set(path, `${path} is not read: the limit is ${limits.files.toLocaleString("en")} files.`);
  const queue: string[] = [];
  for (const [path, bytes] of bytesOf) {
    if (!bytes && !unreadable.has(path)) unreadable.set(path, `${path} is listed, but there is no such file.`);
    if (!bytes || !looksLikeDocument(bytes)) continue;
    const file = parseFile(path, bytes, memo);
    const isDocument = own(file.value, "asyncapi") !== undefined || lacksVersion(file.value);
    // A document too broken to be read as one still has its faults to tell.
    if (isDocument || file.faults.length > 0) files.set(path, file);
    if (!isDocument) continue;
    documents.push(path);
    queue.push(path);
  }
  while (queue.length > 0) {
    const path = queue.pop() as string;
    const file = files.get(path);
    if (!file) continue;
    for (const target of targetsOf(path, file.value)) {
      if (files.has(target)) continue;
      const bytes = bytesOf.get(target) ?? (await readOrNote(target));
      if (files.size >= limits.files) unreadable.set(target, `${target} is not read: there are too many files.`);
      if (!bytes || files.size >= limits.files) continue;
      files.set(target, parseFile(target, bytes, memo));
      queue.push(target);
    }
  }
  return { sources: { files, listed, unreadable }, documents };
}

function targetsOf(path: string, value: Json): ReadonlySet<string> {
  const targets = new Set<string>();
  for (const { ref } of refsIn(value)) {
    const target = refTarget(path, ref);
    if (target.kind === "local" && target.place.file !== path) targets.add(target.place.file);
  }
  return targets;
}

/** A document of messages that does not say which version of AsyncAPI it is. */
export function lacksVersion(value: Json): boolean {
  const has = (key: string): boolean => own(value, key) !== undefined;
  return has("info") && has("channels") && !["asyncapi", "openapi", "swagger"].some(has);
}

/** Cheap test before parsing: most files of a folder are parts, not documents. Blind to the encoding, so that none is missed. */
function looksLikeDocument(bytes: Uint8Array): boolean {
  const { buffer, byteOffset, byteLength } = bytes;
  const text = Buffer.from(buffer, byteOffset, Math.min(byteLength, limits.fileBytes)).toString("latin1");
  return mentions.test(text) || (text.includes("\0") && mentions.test(text.replaceAll("\0", "")));
}

const mentions =
  /\basyncapi["']?\s*:|\?\s+["']?asyncapi\b|\\(?:u0061|x61)|^(?:\xEF\xBB\xBF|\xFF\xFE|\xFE\xFF)?["']?channels["']?\s*:|[{,]\s*["']?channels["']?\s*:/m;

/** Two states of a folder mostly hold the same texts, and one run reads the folder several times. By kind and text. */
const cleanTexts = new Map<string, readonly Json[]>();

function parseFile(path: string, bytes: Uint8Array, memo: Memo): SourceFile {
  if (bytes.length > limits.fileBytes) {
    const message = `The file has ${bytes.length.toLocaleString("en")} bytes; the limit is ${limits.fileBytes.toLocaleString("en")}.`;
    const span = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    return unreadable(path, "", { code: "file-too-large", message, span });
  }
  const { text, fault } = decodeUtf8(bytes);
  if (fault) return unreadable(path, text, { code: "file-encoding", ...fault });
  let parsed: ParsedText | undefined;
  const parse = (): ParsedText => (parsed ??= parseText(path, text));
  // A text without faults is its value; positions are worked out again for the few files that have findings.
  const kind = /\.json$/i.test(path) ? "json" : "yaml";
  const shared = cleanTexts.get(`${kind} ${text}`);
  const read = (): readonly Json[] | null => {
    const plain = kind === "yaml" ? plainYaml(text) : undefined;
    if (plain) return [plain.value];
    return parse().faults.length === 0 ? [parse().value] : null;
  };
  const clean = memo.once(kind, text, () => shared ?? read());
  if (clean === null) return { path, text, ...parse(), ...(isReadable(parse().faults) ? {} : { value: null }) };
  if (cleanTexts.size >= limits.files) cleanTexts.clear();
  const [value] = shared ?? clean;
  cleanTexts.set(`${kind} ${text}`, shared ?? clean);
  return { path, text, value: value as Json, faults: [], locate: (pointer, part) => parse().locate(pointer, part) };
}

function unreadable(path: string, text: string, fault: TextFault): SourceFile {
  return { path, text, value: null, faults: [fault], locate: () => fault.span };
}
