import { posix } from "node:path";
import type { Json } from "./json.ts";
import { isObject, own } from "./json.ts";
import { limits } from "./limits.ts";
import { childPointer, pointerTokens, valueAt } from "./pointer.ts";
import type { Place, SourceFile, Sources } from "./sources.ts";
import { isReadable } from "./text-fault.ts";

/**
 * A `$ref` taken apart. Remote, absolute and escaping targets are refused: reading never leaves the project, the
 * repository beside it in which a document lies, or the machine.
 */
export type RefTarget =
  | { readonly kind: "local"; readonly place: Place }
  | { readonly kind: "remote" }
  | { readonly kind: "outside" }
  | { readonly kind: "malformed"; readonly reason: string };

/** What a `$ref` in `fromFile` points to, without looking whether it is there. */
export function refTarget(fromFile: string, ref: string): RefTarget {
  let known = refTargets.get(fromFile);
  if (!known) {
    if (refTargets.size > limits.files) refTargets.clear();
    refTargets.set(fromFile, (known = new Map()));
  }
  let target = known.get(ref);
  if (!target) known.set(ref, (target = takeApart(fromFile, ref)));
  return target;
}

/** By file and text: the same references are asked for by every rule. */
const refTargets = new Map<string, Map<string, RefTarget>>();

function takeApart(fromFile: string, ref: string): RefTarget {
  const hash = ref.indexOf("#");
  const path = hash < 0 ? ref : ref.slice(0, hash);
  const fragment = hash < 0 ? "" : ref.slice(hash + 1);
  if (/^[a-z][a-z0-9+.-]+:/i.test(path) || path.startsWith("//")) return { kind: "remote" };
  const pointer = decodeFragment(fragment);
  if (pointer === undefined) return { kind: "malformed", reason: 'a fragment is a JSON pointer and starts with "#/"' };
  if (path === "") return { kind: "local", place: { file: fromFile, pointer } };
  const decoded = decodePercent(path);
  if (decoded === undefined) return { kind: "malformed", reason: "its percent-encoding is broken" };
  if (decoded.startsWith("/") || decoded.includes("\\") || decoded.includes("\0")) return { kind: "outside" };
  const file = posix.normalize(posix.join(posix.dirname(fromFile), decoded));
  const isInside = !file.startsWith("../") && file !== "..";
  if (!isInside && !file.startsWith(besideOf(fromFile) ?? "\0")) return { kind: "outside" };
  return { kind: "local", place: { file, pointer } };
}

/**
 * The folder beside the project in which a file lies: `../contracts/` of `../contracts/asyncapi/orders.yaml`. Documents of a
 * repository beside this one refer to one another, and to nothing that lies farther out.
 */
const besideOf = (file: string): string | undefined => /^(?:\.\.\/)+(?!\.\.\/)[^/]+\//.exec(file)?.[0];

/** The value at a place, `$ref`s not followed. */
export function valueOf(sources: Sources, place: Place): Json | undefined {
  const file = sources.files.get(place.file);
  if (!file || !isReadable(file.faults)) return undefined;
  let values = known.get(file);
  if (!values) known.set(file, (values = new Map()));
  if (!values.has(place.pointer)) values.set(place.pointer, valueAt(file.value, place.pointer));
  return values.get(place.pointer);
}

/** Whether a file is there and could not be read: then nothing is known of what it holds. */
export function isUnread(sources: Sources, file: string): boolean {
  return sources.unreadable.has(file) || !isReadable(sources.files.get(file)?.faults ?? []);
}

/** The same places are asked for again and again; files never change. */
const known = new WeakMap<SourceFile, Map<string, Json | undefined>>();

/** How following `$ref`s from a place ends. */
export type Resolution =
  | { readonly kind: "found"; readonly place: Place }
  /** The `$ref` of the node `at` cannot be followed; where the chain is longer, the others only lead to it. */
  | { readonly kind: "broken"; readonly at: Place }
  /** The file it leads into is there, and could not be read. */
  | { readonly kind: "unread"; readonly file: string }
  | { readonly kind: "circle"; readonly members: readonly Place[] };

/**
 * Follows `$ref`s from a place to the first node that is none: `$ref` at the place itself, and on the way down a
 * pointer. Undefined when that fails; `follow` says how, and the finding for it comes from the rule `ref-resolves`.
 */
export function resolvePlace(sources: Sources, place: Place): Place | undefined {
  const end = follow(sources, place);
  return end.kind === "found" ? end.place : undefined;
}

/** `resolvePlace` with the reason why it fails. */
export function follow(sources: Sources, place: Place): Resolution {
  let known = resolutions.get(sources);
  if (!known) resolutions.set(sources, (known = new Map()));
  let ofFile = known.get(place.file);
  if (!ofFile) known.set(place.file, (ofFile = new Map()));
  let found = ofFile.get(place.pointer);
  if (!found) ofFile.set(place.pointer, (found = walk(sources, place, 0)));
  return found;
}

const resolutions = new WeakMap<Sources, Map<string, Map<string, Resolution>>>();

function walk(sources: Sources, start: Place, depth: number): Resolution {
  const passed: Place[] = [];
  let here = start;
  while (passed.length + depth < limits.refChain) {
    let value = valueOf(sources, here);
    if (value === undefined) {
      const landed = throughRefs(sources, here, depth + passed.length);
      if (landed.kind !== "found") return landed;
      here = landed.place;
      value = valueOf(sources, here);
      if (value === undefined) return missing(sources, here, passed.at(-1) ?? start);
    }
    const ref = own(value, "$ref");
    if (typeof ref !== "string") return { kind: "found", place: here };
    const again = passed.findIndex((one) => isSame(one, here));
    if (again >= 0) return { kind: "circle", members: passed.slice(again) };
    passed.push(here);
    const target = refTarget(here.file, ref);
    if (target.kind !== "local") return { kind: "broken", at: here };
    here = target.place;
  }
  return { kind: "circle", members: passed.length > 0 ? passed : [start] };
}

function missing(sources: Sources, place: Place, at: Place): Resolution {
  return isUnread(sources, place.file) ? { kind: "unread", file: place.file } : { kind: "broken", at };
}

/** A pointer may pass through a `$ref` (`#/channels/orders/messages/x` where `orders` is one): rewrite it to where it lands. */
function throughRefs(sources: Sources, place: Place, depth: number): Resolution {
  let here: Place = { file: place.file, pointer: "" };
  for (const token of pointerTokens(place.pointer)) {
    if (typeof own(valueOf(sources, here), "$ref") === "string") {
      const landed = walk(sources, here, depth + 1);
      if (landed.kind !== "found") return landed;
      here = landed.place;
    }
    here = { file: here.file, pointer: childPointer(here.pointer, token) };
  }
  return { kind: "found", place: here };
}

function isSame(a: Place, b: Place): boolean {
  return a.file === b.file && a.pointer === b.pointer;
}

/** The child of a resolved place, itself resolved; undefined when absent or dangling. */
export function resolveChild(sources: Sources, place: Place, token: string | number): Place | undefined {
  const child = { file: place.file, pointer: childPointer(place.pointer, token) };
  return valueOf(sources, child) === undefined ? undefined : resolvePlace(sources, child);
}

/** A string `$ref`, or a dynamic one that leaves its file, with the pointer of the node that holds it. */
export interface Reference {
  readonly pointer: string;
  readonly keyword: "$ref" | "$dynamicRef" | "$recursiveRef";
  readonly ref: string;
}

const references = new WeakMap<object, readonly Reference[]>();

/** Every reference in a value, which is walked once. */
export function referencesIn(value: Json): readonly Reference[] {
  if (typeof value !== "object" || value === null) return [];
  let found = references.get(value);
  if (!found) {
    const list: Reference[] = [];
    collectReferences(value, "", list);
    references.set(value, (found = list));
  }
  return found;
}

function collectReferences(value: Json, pointer: string, found: Reference[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly Json[]).entries())
      if (typeof item === "object" && item !== null) collectReferences(item, `${pointer}/${index}`, found);
  } else if (isObject(value)) {
    for (const keyword of ["$ref", "$dynamicRef", "$recursiveRef"] as const) {
      const ref = own(value, keyword);
      if (typeof ref === "string" && (keyword === "$ref" || !ref.startsWith("#")))
        found.push({ pointer, keyword, ref });
    }
    for (const [key, item] of Object.entries(value))
      if (typeof item === "object" && item !== null) collectReferences(item, childPointer(pointer, key), found);
  }
}

/** Every string `$ref` in a value. */
export function refsIn(value: Json): readonly Reference[] {
  return referencesIn(value).filter(({ keyword }) => keyword === "$ref");
}

function decodeFragment(fragment: string): string | undefined {
  const decoded = decodePercent(fragment);
  if (decoded === undefined || decoded === "") return decoded;
  return decoded.startsWith("/") ? decoded : undefined;
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
