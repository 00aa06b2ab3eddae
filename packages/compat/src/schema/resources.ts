import type { Dialect, Schema } from "../types.ts";
import { SUBSCHEMA } from "./dialect.ts";
import { canonical, isObject, own, pointerStep } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { faultOf } from "./shapes.ts";
import type { Fault } from "./shapes.ts";
import { hasSiblings } from "./siblings.ts";

/** A schema resource: a document, or a subschema with an `$id` of its own. */
export interface Resource {
  readonly uri: string;
  readonly root: Schema;
  /** JSON pointer of the resource within its document. */
  readonly pointer: string;
  readonly anchors: Map<string, Target>;
  readonly dynamicAnchors: Set<string>;
}

export interface Target {
  readonly schema: Schema;
  readonly pointer: string;
}

/** The one dynamic anchor of 2019-09, as a name that no anchor has. */
export const RECURSIVE = "";
/** Subschemas visited while looking for identifiers; far above any schema a person wrote. */
const MAX_SUBSCHEMAS = 200_000;

export function withoutFragment(uri: string): string {
  const hash = uri.indexOf("#");
  return hash < 0 ? uri : uri.slice(0, hash);
}

/** Resolves a URI reference (RFC 3986); `undefined` when it is not one. */
export function resolveUri(reference: string, base: string): string | undefined {
  try {
    return new URL(reference, base).href;
  } catch {
    return undefined;
  }
}

export interface Index {
  readonly starts: Map<object, Resource>;
  readonly resources: Map<string, Resource>;
  readonly siblings: Map<string, string>;
  dynamic: boolean;
  readonly faults: Fault[];
}

/** Makes a document known by its address and by the `$id` it gives itself. */
export function addResource(uri: string, root: Schema, dialect: Dialect, index: Index): Resource {
  const { starts, resources } = index;
  const resource: Resource = { uri, root, pointer: "", anchors: new Map(), dynamicAnchors: new Set() };
  const isNew = !resources.has(uri);
  if (isNew) resources.set(uri, resource);
  if (!isObject(root)) return resource;
  starts.set(root, resource);
  indexIdentifiers(resource, dialect, index);
  const started = starts.get(root) ?? resource;
  if (isNew) resources.set(uri, started);
  return started;
}

/** Finds `$id` and anchors below a resource, without recursion: schemas may be very deep. */
function indexIdentifiers(first: Resource, dialect: Dialect, index: Index): void {
  const { starts, resources, siblings, faults } = index;
  const queue: { schema: unknown; resource: Resource; pointer: string }[] = [
    { schema: first.root, resource: first, pointer: "" },
  ];
  const seen = new Set<unknown>();
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { schema, pointer } = next;
    let { resource } = next;
    if (!isObject(schema) || seen.has(schema) || seen.size > MAX_SUBSCHEMAS) continue;
    seen.add(schema);
    const fault = faults.length > 0 ? undefined : faultOf(schema, pointer, dialect);
    if (fault !== undefined) faults.push(fault);
    if (dialect === "draft-07" && hasSiblings(schema)) siblings.set(textOf(schema, pointer), pointer);
    if (own(schema, dynamicKeyword(dialect)) !== undefined) index.dynamic = true;
    const ignored = dialect === "draft-07" && typeof own(schema, "$ref") === "string";
    const id = ignored ? undefined : own(schema, "$id");
    if (typeof id === "string") {
      if (id.startsWith("#")) resource.anchors.set(id.slice(1), { schema, pointer });
      else {
        const uri = resolveUri(withoutFragment(id), resource.uri);
        if (uri !== undefined) {
          resource = { uri, root: schema, pointer, anchors: new Map(), dynamicAnchors: new Set() };
          if (!resources.has(uri)) resources.set(uri, resource);
          starts.set(schema, resource);
        }
      }
    }
    if (schema === resource.root && own(schema, "$recursiveAnchor") === true) resource.dynamicAnchors.add(RECURSIVE);
    for (const keyword of ["$anchor", "$dynamicAnchor"]) {
      const anchor = own(schema, keyword);
      if (typeof anchor !== "string" || dialect === "draft-07") continue;
      resource.anchors.set(anchor, { schema, pointer });
      if (keyword === "$dynamicAnchor") resource.dynamicAnchors.add(anchor);
    }
    for (const child of subschemas(schema)) {
      queue.push({ schema: child.schema, resource, pointer: pointer + child.pointer });
    }
  }
}

/** The schema's text, or its place where it is nested too deeply to be written. */
function textOf(schema: JsonObject, pointer: string): string {
  try {
    return canonical(schema);
  } catch (error) {
    if (error instanceof RangeError) return pointer;
    throw error;
  }
}

/** The direct subschemas of a schema with their pointers relative to it. */
export function subschemas(schema: JsonObject): { schema: unknown; pointer: string }[] {
  const found: { schema: unknown; pointer: string }[] = [];
  for (const keyword of SUBSCHEMA.one) {
    const value = own(schema, keyword);
    if (value !== undefined && !Array.isArray(value)) found.push({ schema: value, pointer: `/${keyword}` });
  }
  for (const keyword of SUBSCHEMA.list) {
    const value = own(schema, keyword);
    if (!Array.isArray(value)) continue;
    for (const [index, item] of value.entries()) found.push({ schema: item, pointer: `/${keyword}/${index}` });
  }
  for (const keyword of SUBSCHEMA.byName) {
    const value = own(schema, keyword);
    if (!isObject(value)) continue;
    for (const key of Object.keys(value)) {
      if (!Array.isArray(value[key])) found.push({ schema: value[key], pointer: `/${keyword}${pointerStep(key)}` });
    }
  }
  return found;
}

/** The keyword by which a dialect refers dynamically. */
export function dynamicKeyword(dialect: Dialect): "$dynamicRef" | "$recursiveRef" {
  return dialect === "2020-12" ? "$dynamicRef" : "$recursiveRef";
}
