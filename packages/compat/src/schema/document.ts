import type { Dialect, Schema } from "../types.ts";
import { isObject, own, pointerStep } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { deviationsOf } from "./deviations.ts";
import type { Deviation, Reading } from "./deviations.ts";
import { SUBSCHEMA } from "./dialect.ts";
import { faultOf } from "./shapes.ts";
import type { Fault } from "./shapes.ts";
import { wellKnown } from "./well-known.ts";

/** A schema resource: a document, or a subschema with an `$id` of its own. */
interface Resource {
  readonly uri: string;
  readonly root: Schema;
  /** JSON pointer of the resource within its document. */
  readonly pointer: string;
  readonly anchors: Map<string, Target>;
  readonly dynamicAnchors: Set<string>;
}

interface Target {
  readonly schema: Schema;
  readonly pointer: string;
}

/** A subschema together with what its references are relative to. */
export interface Place {
  readonly schema: Schema;
  readonly resource: Resource;
  readonly document: SchemaDocument;
}

/** A place and its JSON pointer within the document that was given. */
export interface Located extends Place {
  readonly pointer: string;
}

/** One of the two schemas of a comparison with everything its references can reach. */
export interface SchemaDocument {
  readonly dialect: Dialect;
  readonly reading: Reading;
  /** May keywords stand beside `$ref`? Not in draft-07. */
  readonly refSiblings: boolean;
  /** Are `unevaluatedProperties` and `unevaluatedItems` keywords? Not in draft-07. */
  readonly unevaluated: boolean;
  /** What ajv reads otherwise than the specification, with the first place of each. */
  readonly deviations: ReadonlyMap<Deviation, string>;
  /** Why the schema means nothing, if so. Only the schema itself is looked at, not what it may refer to. */
  readonly fault: Fault | undefined;
  readonly root: Located;
  /** The resource a subschema belongs to when it starts one itself. */
  readonly starts: ReadonlyMap<object, Resource>;
  readonly resources: ReadonlyMap<string, Resource>;
}

const DEFAULT_BASE = "eventpact://schema/";
/** Subschemas visited while looking for identifiers; far above any schema a person wrote. */
const MAX_SUBSCHEMAS = 200_000;

/** How a schema is read that is not simply one of its dialect. */
export interface ReadingOptions {
  readonly reading?: Reading;
  /** Rewritten by a policy, which uses newer keywords in any dialect. */
  readonly rewritten?: boolean;
}

/**
 * Reads a schema's identifiers so that values can be validated against it (`validate`). In: the schema as parsed JSON,
 * its dialect, and documents its references may name, by absolute URI. Nothing is fetched; the meta-schemas of the
 * known dialects are always there. Never throws for what a schema contains.
 */
export function readDocument(
  schema: Schema,
  dialect: Dialect,
  documents: Readonly<Record<string, Schema>> = {},
  { reading = "specification", rewritten = false }: ReadingOptions = {},
): SchemaDocument {
  const deviations = new Map<Deviation, string>();
  const faults: Fault[] = [];
  const starts = new Map<object, Resource>();
  const resources = new Map<string, Resource>();
  const add = (uri: string, root: Schema, found: Fault[]): Resource => {
    const resource: Resource = { uri, root, pointer: "", anchors: new Map(), dynamicAnchors: new Set() };
    if (!resources.has(uri)) resources.set(uri, resource);
    if (isObject(root)) {
      starts.set(root, resource);
      indexIdentifiers(resource, dialect, { starts, resources, deviations, faults: found });
      return starts.get(root) ?? resource;
    }
    return resource;
  };
  const resource = add(DEFAULT_BASE, schema, faults);
  for (const [uri, document] of Object.entries(documents)) add(withoutFragment(uri), document, []);
  const document: SchemaDocument = {
    dialect,
    reading,
    refSiblings: dialect !== "draft-07" || reading === "ajv" || rewritten,
    unevaluated: dialect !== "draft-07" || rewritten,
    deviations,
    fault: faults[0],
    starts,
    resources,
    get root(): Located {
      return { schema, resource, pointer: "", document };
    },
  };
  return document;
}

function withoutFragment(uri: string): string {
  const hash = uri.indexOf("#");
  return hash < 0 ? uri : uri.slice(0, hash);
}

/** Resolves a URI reference (RFC 3986); `undefined` when it is not one. */
function resolveUri(reference: string, base: string): string | undefined {
  try {
    return new URL(reference, base).href;
  } catch {
    return undefined;
  }
}

interface Index {
  readonly starts: Map<object, Resource>;
  readonly resources: Map<string, Resource>;
  readonly deviations: Map<Deviation, string>;
  readonly faults: Fault[];
}

/** Finds `$id` and anchors below a resource, without recursion: schemas may be very deep. */
function indexIdentifiers(first: Resource, dialect: Dialect, { starts, resources, deviations, faults }: Index): void {
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
    for (const deviation of deviationsOf(schema, dialect)) {
      if (!deviations.has(deviation)) deviations.set(deviation, pointer);
    }
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

/** The place of a subschema of `parent`. */
export function below(parent: Place, schema: unknown): Place {
  const start = isObject(schema) ? parent.document.starts.get(schema) : undefined;
  return { schema: schema as Schema, resource: start ?? parent.resource, document: parent.document };
}

/** Follows a `$ref` written at `place`; `undefined` when nothing that is known has this name. */
export function resolve(place: Place, reference: string): Located | undefined {
  const uri = reference.startsWith("#") ? place.resource.uri + reference : resolveUri(reference, place.resource.uri);
  if (uri === undefined) return undefined;
  const hash = uri.indexOf("#");
  const address = hash < 0 ? uri : uri.slice(0, hash);
  const fragment = decode(hash < 0 ? "" : uri.slice(hash + 1));
  const resource = reference.startsWith("#") ? place.resource : find(place.document, address);
  if (resource === undefined || fragment === undefined) return undefined;
  const { document } = place;
  if (fragment === "") return { schema: resource.root, resource, pointer: resource.pointer, document };
  if (fragment.startsWith("/")) return follow(document, resource, fragment);
  const target = resource.anchors.get(fragment);
  return target === undefined
    ? undefined
    : { ...target, resource: resourceOf(document, target.schema, resource), document };
}

/** Is a `$dynamicRef` to this anchor decided without knowing the dynamic scope? */
export function isStatic(document: SchemaDocument, anchor: string): boolean {
  let owners = 0;
  for (const resource of new Set(document.starts.values())) if (resource.dynamicAnchors.has(anchor)) owners++;
  return owners <= 1;
}

function resourceOf(document: SchemaDocument, schema: Schema, otherwise: Resource): Resource {
  return (isObject(schema) ? document.starts.get(schema) : undefined) ?? otherwise;
}

function find(document: SchemaDocument, address: string): Resource | undefined {
  const known = document.resources.get(address);
  if (known !== undefined) return known;
  const schema = wellKnown(address);
  if (schema === undefined) return undefined;
  const resource: Resource = { uri: address, root: schema, pointer: "", anchors: new Map(), dynamicAnchors: new Set() };
  const resources = document.resources as Map<string, Resource>;
  resources.set(address, resource);
  indexIdentifiers(resource, document.dialect, {
    starts: document.starts as Map<object, Resource>,
    resources,
    deviations: new Map(),
    faults: [],
  });
  return resources.get(address);
}

function follow(document: SchemaDocument, start: Resource, fragment: string): Located | undefined {
  let schema: unknown = start.root;
  let resource = start;
  for (const step of fragment.slice(1).split("/")) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(schema)) schema = /^\d+$/.test(key) ? schema[Number(key)] : undefined;
    else schema = isObject(schema) ? own(schema, key) : undefined;
    if (schema === undefined) return undefined;
    if (isObject(schema)) resource = document.starts.get(schema) ?? resource;
  }
  if (typeof schema !== "boolean" && !isObject(schema)) return undefined;
  return { schema: schema as Schema, resource, pointer: start.pointer + fragment, document };
}

function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
