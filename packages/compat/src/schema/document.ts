import type { Dialect, Draft, Schema } from "../types.ts";
import { isObject, own } from "./json.ts";
import { addResource, dynamicKeyword, RECURSIVE, resolveUri, subschemas, withoutFragment } from "./resources.ts";
import type { Index, Resource, Target } from "./resources.ts";
import { emptyScope, enter } from "./scope.ts";
import type { Scope } from "./scope.ts";
import type { Fault } from "./shapes.ts";
import { declaredDraft, dialectOf, translate } from "./translate.ts";
import { wellKnown } from "./well-known.ts";

export { dynamicKeyword, subschemas };

/** A subschema together with what its references are relative to. */
export interface Place {
  readonly schema: Schema;
  readonly resource: Resource;
  readonly document: SchemaDocument;
  /** What dynamic references lead to from here. */
  readonly scope: Scope<Resource>;
}

/** A place and its JSON pointer within the document that was given. */
export interface Located extends Place {
  readonly pointer: string;
}

/** One of the two schemas of a comparison with everything its references can reach. */
export interface SchemaDocument {
  readonly dialect: Dialect;
  /** The draft it is written in; `dialect` is what it was translated to. */
  readonly draft: Draft;
  /** Are `unevaluatedProperties` and `unevaluatedItems` keywords? Not in draft-07. */
  readonly unevaluated: boolean;
  /** By their text: schemas of drafts up to 07 in which something stands beside `$ref`, with the first place of each. */
  readonly siblings: ReadonlyMap<string, string>;
  /** Does anything refer dynamically? */
  readonly dynamic: boolean;
  /** Why the schema means nothing, if so. Only the schema itself is looked at, not what it may refer to. */
  readonly fault: Fault | undefined;
  readonly root: Located;
  /** The resource a subschema belongs to when it starts one itself. */
  readonly starts: ReadonlyMap<object, Resource>;
  readonly resources: ReadonlyMap<string, Resource>;
}

const DEFAULT_BASE = "eventpact://schema/";
/** How a schema is read that is not simply one of its dialect. */
export interface ReadingOptions {
  /** Rewritten by a policy, which uses newer keywords in any dialect. */
  readonly rewritten?: boolean;
}

/**
 * Reads a schema's identifiers so that values can be validated against it (`validate`). In: the schema as parsed JSON,
 * the draft it is written in, and documents its references may name, by URI (absolute, or as
 * the references give it). Nothing is fetched; the meta-schemas
 * of the dialects are always there. A document that says it is written in another dialect, or in one that is not known,
 * cannot be referred to. Never throws for what a schema contains.
 */
export function readDocument(
  written: Schema,
  draft: Draft,
  documents: Readonly<Record<string, Schema>> = {},
  { rewritten = false }: ReadingOptions = {},
): SchemaDocument {
  const dialect = dialectOf(draft);
  const schema = rewritten ? written : translated(written, draft);
  const siblings = new Map<string, string>();
  const faults: Fault[] = [];
  const starts = new Map<object, Resource>();
  const resources = new Map<string, Resource>();
  const index: Index = { starts, resources, siblings, dynamic: false, faults };
  const resource = addResource(DEFAULT_BASE, schema, dialect, index);
  for (const [uri, other] of Object.entries(documents)) {
    const said = declaredDraft(other);
    const its = said.draft ?? draft;
    if (said.unknown !== undefined || dialectOf(its) !== dialect) continue;
    addResource(resolveUri(withoutFragment(uri), DEFAULT_BASE) ?? uri, translated(other, its), dialect, {
      ...index,
      faults: [],
    });
  }
  const scope = enter(emptyScope<Resource>(), resource);
  const document: SchemaDocument = {
    dialect,
    draft,
    unevaluated: dialect !== "draft-07" || rewritten,
    siblings,
    dynamic: index.dynamic,
    fault: faults[0],
    starts,
    resources,
    get root(): Located {
      return { schema, resource, pointer: "", document, scope };
    },
  };
  return document;
}

/** What is nested too deeply to be walked is left as it is: it is too much work for every question about it. */
function translated(schema: Schema, draft: Draft): Schema {
  try {
    return translate(schema, draft);
  } catch (error) {
    if (error instanceof RangeError) return schema;
    throw error;
  }
}

/** The place of a subschema of `parent`. */
export function below(parent: Place, schema: unknown): Place {
  const { document } = parent;
  const resource = resourceOf(document, schema as Schema, parent.resource);
  return { schema: schema as Schema, resource, document, scope: enter(parent.scope, resource) };
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
  if (fragment === "") return located(place, resource, { schema: resource.root, pointer: resource.pointer });
  if (fragment.startsWith("/")) return follow(place, resource, fragment);
  return anchored(place, resource, fragment);
}

/**
 * Follows a `$dynamicRef`, or a `$recursiveRef` in 2019-09: where it leads to a dynamic anchor, to the one of the same
 * name in the outermost resource on the way here (2020-12, 8.2.3.2; 2019-09, 8.2.4.2).
 */
export function resolveDynamic(place: Place, reference: string): Located | undefined {
  const first = resolve(place, reference);
  if (first === undefined) return undefined;
  const { dialect } = place.document;
  const anchor = dialect === "2019-09" ? RECURSIVE : decode(reference.slice(reference.indexOf("#") + 1));
  const named =
    dialect === "2019-09" || (reference.includes("#") && anchor !== "" && anchor?.startsWith("/") === false);
  if (anchor === undefined || !named || !first.resource.dynamicAnchors.has(anchor)) return first;
  const outermost = place.scope.bound.get(anchor) ?? first.resource;
  if (anchor !== RECURSIVE) return anchored(place, outermost, anchor);
  return located(place, outermost, { schema: outermost.root, pointer: outermost.pointer });
}

/** Is a `$dynamicRef` to this anchor decided without knowing the dynamic scope? */
export function isStatic(document: SchemaDocument, anchor: string): boolean {
  let owners = 0;
  for (const resource of new Set(document.starts.values())) if (resource.dynamicAnchors.has(anchor)) owners++;
  return owners <= 1;
}

function anchored(from: Place, resource: Resource, anchor: string): Located | undefined {
  const target = resource.anchors.get(anchor);
  return target === undefined ? undefined : located(from, resourceOf(from.document, target.schema, resource), target);
}

function located(from: Place, resource: Resource, target: Target): Located {
  return { ...target, resource, document: from.document, scope: enter(from.scope, resource) };
}

function resourceOf(document: SchemaDocument, schema: Schema, otherwise: Resource): Resource {
  return (isObject(schema) ? document.starts.get(schema) : undefined) ?? otherwise;
}

function find(document: SchemaDocument, address: string): Resource | undefined {
  const known = document.resources.get(address);
  if (known !== undefined) return known;
  const found = wellKnown(address);
  const { draft } = declaredDraft(found);
  if (found === undefined || draft === undefined || dialectOf(draft) !== document.dialect) return undefined;
  const schema = translated(found, draft);
  return addResource(address, schema, document.dialect, {
    starts: document.starts as Map<object, Resource>,
    resources: document.resources as Map<string, Resource>,
    siblings: new Map(),
    dynamic: false,
    faults: [],
  });
}

function follow(from: Place, start: Resource, fragment: string): Located | undefined {
  const { document } = from;
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
  return located(from, resource, { schema: schema as Schema, pointer: start.pointer + fragment });
}

function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}
