import { posix } from "node:path";
import type { Draft } from "@eventpact/compat";
import { declaredDraft, dialectOf, hasSiblings, translateNode } from "@eventpact/compat/reading";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, setOwn } from "../read/json.ts";
import { childPointer, pointerTokens } from "../read/pointer.ts";
import type { Reference } from "../read/resolve.ts";
import { valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import type { SchemaLanguage } from "./dialect.ts";
import { fromOpenApi } from "./dialect.ts";
import { childLists, isChild, withChildren } from "./hierarchy.ts";
import { referencedSchema, resolveSchema } from "./schema-place.ts";
import { applicators, isSchemaPath } from "./schema-walk.ts";
import type { BundledSchema, JsonSchema, Origin } from "./types.ts";
import type { UnreadPart } from "./unread.ts";
import { unreadFile, unreadReference } from "./unread.ts";

/**
 * Makes one self-contained schema of the schema at a place: every target outside of it moves under `definitions`
 * (`$defs` from 2019-09 on), cycles stay `$ref`s, hierarchies are read as hierarchy.ts says. A dangling `$ref` becomes the schema that allows everything (the rule
 * `ref-resolves` reports it), and is named in `unread`, as is a part in another dialect. What stands beside a `$ref` counts in every draft. Every node
 * arrives as its draft means it: drafts 04 and 06 and OpenAPI 3.0 translated, without keywords that the draft does not know.
 */
export function bundleSchema(
  sources: Sources,
  place: Place,
  language: SchemaLanguage & { kind: "json-schema" },
): BundledSchema {
  const root = resolveSchema(sources, place) ?? place;
  const keyword = language.dialect === "draft-07" ? "definitions" : "$defs";
  const bundle: Bundle = {
    sources,
    root,
    keyword,
    language,
    names: new Map(),
    taken: new Set(),
    queue: [],
    unread: [],
  };
  noteFile(bundle, root);
  for (const name of Object.keys(objectOf(own(valueOf(sources, root), keyword)))) bundle.taken.add(name);
  const schema = convert(bundle, valueOf(sources, root) ?? true, root, language.draft, {});
  const moved: Record<string, Json> = {};
  const origins = new Map<string, Origin>([["", root]]);
  for (let next = bundle.queue.shift(); next; next = bundle.queue.shift()) {
    const { name, place: from, draft, isParent } = next;
    noteFile(bundle, from);
    setOwn(moved, name, convert(bundle, valueOf(sources, from) ?? true, from, draft, { isMoved: true, isParent }));
    origins.set(childPointer(`/${keyword}`, name), isParent ? { ...from, isParent } : from);
  }
  const complete = origins.size === 1 || !isObject(schema) ? schema : withDefinitions(schema, keyword, moved);
  const readAs = Object.values(language).join(" ");
  const { unread } = bundle;
  return { schema: complete as JsonSchema, dialect: language.dialect, place: root, origins, unread, readAs };
}

/** The schema of which nothing is known: whatever stood there was not read, or nothing did. */
export function anySchema(
  place: Place,
  dialect: BundledSchema["dialect"],
  unread: readonly UnreadPart[],
): BundledSchema {
  return { schema: {}, dialect, place, origins: new Map([["", place]]), unread };
}

function noteFile({ sources, unread }: Pick<Bundle, "sources" | "unread">, { file }: Place): void {
  const part = unreadFile(sources.files.get(file));
  if (part && !unread.some(({ what }) => what === part.what)) unread.push(part);
}

/** Where a node of a bundled schema was written. */
export function originOf(bundled: Pick<BundledSchema, "place" | "origins">, pointer: string): Place {
  let best = pointer;
  while (best !== "" && !bundled.origins.has(best)) best = best.slice(0, best.lastIndexOf("/"));
  const place = bundled.origins.get(best) ?? bundled.place;
  return { file: place.file, pointer: place.pointer + pointer.slice(best.length) };
}

interface Bundle {
  readonly sources: Sources;
  readonly root: Place;
  readonly keyword: string;
  readonly language: SchemaLanguage & { kind: "json-schema" };
  /** `file#pointer` → name under definitions. */
  readonly names: Map<string, string>;
  readonly taken: Set<string>;
  readonly queue: { name: string; place: Place; draft: Draft; isParent: boolean }[];
  readonly unread: UnreadPart[];
}

/** How a schema comes to be where it is put. */
interface Role {
  /** It stands under definitions. */
  readonly isMoved?: boolean;
  /** A child extends it: what it says for itself, without the list of its children. */
  readonly isParent?: boolean;
  /** It stands in an `allOf`. */
  readonly isPart?: boolean;
}

function convert(bundle: Bundle, value: Json, place: Place, around: Draft, role: Role): Json {
  if (!isObject(value)) return typeof value === "boolean" ? value : true;
  const draft = place === bundle.root ? around : draftAt(bundle, value, place, around);
  if (draft === undefined) return true;
  const { isMoved = false, isParent = false } = role;
  const ref = own(value, "$ref");
  const children = childLists(bundle.sources, place, value);
  const result: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === "$id" || key === "$schema" || key === "$anchor" || key === "$ref") continue;
    if (isMoved && (key === "definitions" || key === "$defs") && applicators.get(key) === "map") continue;
    if (isParent && (key === "discriminator" || children.some((list) => list === key))) continue;
    const at = { file: place.file, pointer: childPointer(place.pointer, key) };
    setOwn(result, key, convertKeyword(bundle, key, item, at, draft, isParent));
  }
  if (typeof ref === "string") {
    const target = refersTo(bundle, place, ref, draft, role.isPart === true || hasSiblings(value));
    if (target !== undefined) result["$ref"] = target;
    else noteReference(bundle, place, "$ref", ref);
  }
  for (const keyword of ["$dynamicRef", "$recursiveRef"] as const) {
    const dynamic = own(result, keyword);
    if (typeof dynamic === "string" && !dynamic.startsWith("#")) noteReference(bundle, place, keyword, dynamic);
  }
  const read = isParent ? result : withChildren(bundle.sources, place, children, result);
  if (bundle.language.openApi) return fromOpenApi(read);
  const { $id: _, ...translated } = translateNode(read, draft) as Record<string, Json>;
  return translated;
}

/** The draft of a part, which may name its own; undefined, and noted, where that is judged in another dialect. */
function draftAt(bundle: Bundle, value: JsonObject, place: Place, around: Draft): Draft | undefined {
  const { draft = around, unknown } = declaredDraft(value);
  if (unknown === undefined && dialectOf(draft) === bundle.language.dialect) return draft;
  const uri = String(own(value, "$schema"));
  const message = `"${uri}" is another dialect than that of the schema around it, ${bundle.language.draft}: this part is not read.`;
  const at = { file: place.file, pointer: childPointer(place.pointer, "$schema") };
  bundle.unread.push({ kind: "dialect", place: at, what: `$schema: ${uri}`, message });
  return undefined;
}

function convertKeyword(
  bundle: Bundle,
  keyword: string,
  value: Json,
  place: Place,
  draft: Draft,
  isParent: boolean,
): Json {
  const shape = applicators.get(keyword);
  const role = keyword === "allOf" ? { isPart: true, isParent } : {};
  const child = (item: Json, token: string | number): Json =>
    convert(bundle, item, { file: place.file, pointer: childPointer(place.pointer, token) }, draft, role);
  if (shape === undefined) return value;
  if (Array.isArray(value)) {
    if (shape === "schema" || shape === "map") return value;
    return (value as readonly Json[]).map(child);
  }
  if (shape !== "map") return convert(bundle, value, place, draft, {});
  if (!isObject(value)) return value;
  const result: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value))
    setOwn(result, name, Array.isArray(item) ? item : child(item, name));
  return result;
}

function noteReference(
  { sources, unread }: Bundle,
  { file, pointer }: Place,
  keyword: Reference["keyword"],
  ref: string,
): void {
  const part = unreadReference(sources, file, { pointer, keyword, ref });
  const isKnown = unread.some((one) => one.what === part?.what && one.place.pointer === part.place.pointer);
  if (part && !isKnown) unread.push(part);
}

function refersTo(bundle: Bundle, holder: Place, ref: string, draft: Draft, isExtending: boolean): string | undefined {
  const place = referencedSchema(bundle.sources, holder.file, ref);
  if (!place) return undefined;
  const { root } = bundle;
  const isParent = isExtending && isChild(bundle.sources, holder, place);
  if (
    !isParent &&
    place.file === root.file &&
    (place.pointer === root.pointer || place.pointer.startsWith(`${root.pointer}/`))
  ) {
    const rest = place.pointer.slice(root.pointer.length);
    if (isSchemaPath(pointerTokens(rest))) return `#${encodeFragment(rest)}`;
  }
  const id = `${place.file}#${place.pointer}${isParent ? " as a parent" : ""}`;
  let name = bundle.names.get(id);
  if (name === undefined) {
    name = freeName(bundle.taken, isParent ? `${nameOfPlace(place)}.own` : nameOfPlace(place));
    bundle.names.set(id, name);
    bundle.queue.push({ name, place, draft, isParent });
  }
  return `#${encodeFragment(childPointer(`/${bundle.keyword}`, name))}`;
}

/** The last telling word of a place: `money` for shared/money.yaml, `Address` for …#/components/schemas/Address. */
export function nameOfPlace(place: Place): string {
  const silent = new Set(["payload", "schema", "items", "properties", "headers", "allOf", "anyOf", "oneOf"]);
  const word = pointerTokens(place.pointer).findLast((token) => !silent.has(token) && !/^\d+$/.test(token));
  const name = word ?? posix.basename(place.file).replace(/\.(ya?ml|json)$/i, "");
  return name.replace(/[^\p{L}\p{M}\p{N}_.-]+/gu, "-") || "schema";
}

function freeName(taken: Set<string>, wanted: string): string {
  let name = wanted === "__proto__" ? "proto" : wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}${count}`;
  taken.add(name);
  return name;
}

function encodeFragment(pointer: string): string {
  return encodeURI(pointer).replaceAll("#", "%23").replaceAll("?", "%3F");
}

function withDefinitions(schema: JsonObject, keyword: string, moved: Record<string, Json>): JsonObject {
  const merged: Record<string, Json> = { ...objectOf(own(schema, keyword)) };
  for (const [name, value] of Object.entries(moved)) setOwn(merged, name, value);
  return { ...schema, [keyword]: merged };
}

function objectOf(value: Json | undefined): JsonObject {
  return value !== undefined && isObject(value) ? value : {};
}
