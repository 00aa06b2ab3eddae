import { createHash } from "node:crypto";
import type { Span } from "../diagnostics/diagnostic.ts";
import { isObject, own } from "../read/json.ts";
import { lacksVersion } from "../read/load.ts";
import { childPointer } from "../read/pointer.ts";
import type { Reference } from "../read/resolve.ts";
import { referencesIn, refTarget, resolvePlace } from "../read/resolve.ts";
import type { Place, SourceFile, Sources } from "../read/sources.ts";
import { isInData } from "./data-places.ts";
import { isSupportedVersion } from "./documents.ts";

/**
 * A part of the documents that was not read: a file that is broken, missing or of another version of AsyncAPI, a reference
 * that leads to another machine, out of the project or nowhere, a part of a schema in another dialect. Whatever stands there, no verdict may rest on it.
 */
export interface UnreadPart {
  readonly kind: "file" | "version" | "reference" | "dialect";
  readonly place: Place;
  /** Instead of the place's own span, where the text has no node. */
  readonly span?: Span;
  /** What is not read, as it is written: equal on two sides, it is the same gap. */
  readonly what: string;
  /** Why, as a sentence. */
  readonly message: string;
}

/** Every part of the files that was not read, in the order of the files. */
export function unreadParts(sources: Sources): readonly UnreadPart[] {
  const parts: UnreadPart[] = [];
  for (const [file, message] of sources.unreadable)
    parts.push({ kind: "file", place: { file, pointer: "" }, what: message, message });
  for (const file of sources.files.values()) {
    const broken = unreadFile(file);
    if (broken) parts.push(broken);
    const version = versionPart(sources, file);
    if (version) parts.push(version);
    // References out of a broken text, and into one, lead nowhere because of it.
    if (broken) continue;
    for (const reference of referencesIn(file.value)) {
      const part = isInData(reference.pointer) ? undefined : unreadReference(sources, file.path, reference);
      if (part?.kind === "reference") parts.push(part);
    }
  }
  return parts;
}

/** What of `unread` an object rests on: what stands in it, and behind its references. */
export function unreadBehind(
  sources: Sources,
  places: readonly Place[],
  unread: readonly UnreadPart[],
): readonly UnreadPart[] {
  if (unread.length === 0) return [];
  const found = new Set<UnreadPart>();
  const seen = new Set<string>();
  const queue = [...places];
  for (let place = queue.pop(); place; place = queue.pop()) {
    const { file, pointer } = place;
    if (seen.has(`${file}#${pointer}`)) continue;
    seen.add(`${file}#${pointer}`);
    for (const part of unread)
      if (part.place.file === file && (part.kind === "file" || isWithin(part.place.pointer, pointer))) found.add(part);
    for (const reference of referencesIn(sources.files.get(file)?.value ?? null)) {
      const at = reference.pointer;
      if (!isWithin(at, pointer) || isInData(at)) continue;
      const target = resolvePlace(sources, { file, pointer: at });
      if (target) queue.push(target);
      const gap = target ? undefined : unreadReference(sources, file, reference);
      for (const part of unread) if (part.kind === "file" && part.what === gap?.what) found.add(part);
    }
  }
  return [...found];
}

function isWithin(pointer: string, outer: string): boolean {
  return pointer === outer || pointer.startsWith(`${outer}/`);
}

/** A document that says no version, or one that is not understood. Its identity is its text and that of all it refers to. */
function versionPart(sources: Sources, file: SourceFile): UnreadPart | undefined {
  if (!sources.listed.has(file.path) || !isObject(file.value)) return undefined;
  const version = own(file.value, "asyncapi");
  if (isSupportedVersion(version)) return undefined;
  if (version === undefined && !lacksVersion(file.value)) return undefined;
  const said = typeof version === "string" ? `AsyncAPI ${version}` : "a document without a version of AsyncAPI";
  return {
    kind: "version",
    place: { file: file.path, pointer: version === undefined ? "" : "/asyncapi" },
    what: hashOf(filesBehind(sources, file)),
    message: `${file.path} is ${said}, of which nothing is read: only 3.0 and 3.1 are understood.`,
  };
}

function filesBehind(sources: Sources, first: SourceFile): readonly SourceFile[] {
  const found = new Set([first]);
  for (const file of found)
    for (const { ref } of referencesIn(file.value)) {
      const target = refTarget(file.path, ref);
      const next = target.kind === "local" ? sources.files.get(target.place.file) : undefined;
      if (next) found.add(next);
    }
  return [...found];
}

/** A file whose text has a fault: some of it may have been lost. */
export function unreadFile(file: SourceFile | undefined): UnreadPart | undefined {
  const [fault] = file?.faults ?? [];
  if (!file || !fault) return undefined;
  const place = { file: file.path, pointer: "" };
  const message = `${file.path} is not read: ${fault.message}`;
  return { kind: "file", place, span: fault.span, what: hashOf([file]), message };
}

/** What a reference leads to that was not read: nothing, something elsewhere, or a broken file on the way. */
export function unreadReference(
  sources: Sources,
  file: string,
  { pointer, keyword, ref }: Reference,
): UnreadPart | undefined {
  const place = { file, pointer: childPointer(pointer, keyword) };
  const part = (message: string): UnreadPart => ({
    kind: "reference",
    place,
    what: `${keyword}: ${ref}`,
    message: `"${ref}" ${message}`,
  });
  const target = refTarget(file, ref);
  if (target.kind === "remote") return part("is on another machine and is not read.");
  if (target.kind === "outside") return part("leads out of the project and is not read.");
  if (keyword !== "$ref") return part("is a dynamic reference into another file, which is not read.");
  if (target.kind === "malformed") return part(`is not a reference: ${target.reason}.`);
  if (resolvePlace(sources, { file, pointer })) return undefined;
  const first = sources.files.get(target.place.file);
  const broken = first && filesBehind(sources, first).find(({ faults }) => faults.length > 0);
  if (broken) return unreadFile(broken);
  return part("leads nowhere.");
}

function hashOf(files: readonly SourceFile[]): string {
  const hash = createHash("sha256");
  for (const { text } of files) hash.update(`${text.length}\n${text}`);
  return hash.digest("hex");
}
