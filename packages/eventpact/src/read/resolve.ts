import { posix } from "node:path";
import type { Json } from "./json.ts";
import { isObject, own } from "./json.ts";
import { limits } from "./limits.ts";
import { childPointer, pointerTokens, valueAt } from "./pointer.ts";
import type { Place, SourceFile, Sources } from "./sources.ts";

/** A `$ref` taken apart. Remote, absolute and escaping targets are refused: reading never leaves the project or the machine. */
export type RefTarget =
  | { readonly kind: "local"; readonly place: Place }
  | { readonly kind: "remote" }
  | { readonly kind: "outside" }
  | { readonly kind: "malformed"; readonly reason: string };

/** What a `$ref` in `fromFile` points to, without looking whether it is there. */
export function refTarget(fromFile: string, ref: string): RefTarget {
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
  if (file.startsWith("../") || file === "..") return { kind: "outside" };
  return { kind: "local", place: { file, pointer } };
}

/** The value at a place, `$ref`s not followed. */
export function valueOf(sources: Sources, place: Place): Json | undefined {
  const file = sources.files.get(place.file);
  if (!file) return undefined;
  let values = known.get(file);
  if (!values) known.set(file, (values = new Map()));
  if (!values.has(place.pointer)) values.set(place.pointer, valueAt(file.value, place.pointer));
  return values.get(place.pointer);
}

/** The same places are asked for again and again; files never change. */
const known = new WeakMap<SourceFile, Map<string, Json | undefined>>();

/**
 * Follows `$ref`s from a place to the first node that is none: `$ref` at the place itself, and on the way down a
 * pointer. Undefined when a target is missing or the chain is a cycle; the finding for it comes from the rule `ref-resolves`.
 */
export function resolvePlace(sources: Sources, place: Place): Place | undefined {
  let here: Place = place;
  for (let step = 0; step < limits.refChain; step += 1) {
    const value = valueOf(sources, here) ?? valueOf(sources, (here = throughRefs(sources, here) ?? here));
    if (value === undefined) return undefined;
    const ref = own(value, "$ref");
    if (typeof ref !== "string") return here;
    const target = refTarget(here.file, ref);
    if (target.kind !== "local") return undefined;
    here = target.place;
  }
  return undefined;
}

/** The child of a resolved place, itself resolved; undefined when absent or dangling. */
export function resolveChild(sources: Sources, place: Place, token: string | number): Place | undefined {
  const child = { file: place.file, pointer: childPointer(place.pointer, token) };
  return valueOf(sources, child) === undefined ? undefined : resolvePlace(sources, child);
}

/** A pointer may pass through a `$ref` (`#/channels/orders/messages/x` where `orders` is one): rewrite it to where it lands. */
function throughRefs(sources: Sources, place: Place): Place | undefined {
  let here: Place = { file: place.file, pointer: "" };
  let hops = 0;
  for (const token of pointerTokens(place.pointer)) {
    for (;;) {
      const ref = own(valueOf(sources, here), "$ref");
      if (typeof ref !== "string") break;
      const target = refTarget(here.file, ref);
      if (target.kind !== "local" || (hops += 1) > limits.refChain) return undefined;
      here = target.place;
    }
    here = { file: here.file, pointer: childPointer(here.pointer, token) };
  }
  return here;
}

/** Every string `$ref` below a value with the pointer of the node that holds it. */
export function* refsIn(value: Json, pointer = ""): Generator<{ pointer: string; ref: string }> {
  if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly Json[]).entries()) yield* refsIn(item, childPointer(pointer, index));
  } else if (isObject(value)) {
    const ref = own(value, "$ref");
    if (typeof ref === "string") yield { pointer, ref };
    for (const [key, item] of Object.entries(value)) yield* refsIn(item, childPointer(pointer, key));
  }
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
