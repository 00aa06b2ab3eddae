import { posix } from "node:path";
import { isInPlace, subschemas } from "../model/schema-walk.ts";
import type { Dialect, JsonSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { bareSchema } from "./bare-schema.ts";
import type { SchemaGraph } from "./schema-graph.ts";
import { idsIn, withIds } from "./schema-graph.ts";

/** What one module of a generated package validates: a schema that stands alone but for what it imports. */
export interface SchemaModule {
  /** Inside the package, without extension: `schemas/order/address`. */
  readonly path: string;
  readonly dialect: Dialect;
  /** Every `$ref` is `#`, one of its own definitions, or imported. */
  readonly schema: JsonSchema;
  /** `$ref` → path of the module that validates what it means. */
  readonly imports: ReadonlyMap<string, string>;
  /** Does any of its own keywords ask what others have evaluated? */
  readonly tracks: boolean;
}

/** Up to so many characters, a schema without references is written where it is used: a call would cost more. */
const SMALL = 256;

/** Is this named schema written into those who use it, and has no module? */
export function isSmall(graph: SchemaGraph, id: string): boolean {
  const named = graph.named.get(id);
  if (named === undefined || idsIn(named.schema).length > 0) return false;
  const text = JSON.stringify(bareSchema(named.schema).schema);
  return text.length <= SMALL && !DYNAMIC.test(text);
}

/**
 * The module of one schema. Its text depends on the schema itself, on the small schemas that it mentions and, where it
 * asks for unevaluated properties or items, on those it is composed of; on nothing else, so that no other edit changes it.
 */
export function schemaModule(
  graph: SchemaGraph,
  { id, schema, dialect }: { readonly id: string; readonly schema: JsonSchema; readonly dialect: Dialect },
  path: string,
  pathOf: (id: string) => string,
): SchemaModule {
  const members = membersOf(graph, id, schema);
  const keyword = dialect === "draft-07" ? "definitions" : "$defs";
  const refs = new Map<string, string>([[id, "#"]]);
  const taken = new Set<string>();
  const imports = new Map<string, string>();
  const definitions: Record<string, Json> = {};
  const queue: string[] = [];
  const refOf = (target: string): string => {
    const known = refs.get(target);
    if (known !== undefined) return known;
    const named = graph.named.get(target);
    if (named === undefined) return target;
    const name = freeName(taken, named.name);
    const ref = `#/${keyword}/${encodeURIComponent(name)}`;
    refs.set(target, ref);
    if (members.has(target) || isSmall(graph, target)) queue.push(target);
    else imports.set(ref, pathOf(target));
    return ref;
  };
  const body = withIds(bareSchema(schema).schema as Json, refOf);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const name = decodeURIComponent(refOf(next).slice(keyword.length + 3));
    definitions[name] = withIds(bareSchema(graph.named.get(next)?.schema ?? true).schema as Json, refOf);
  }
  const complete = isObject(body) && Object.keys(definitions).length > 0 ? { ...body, [keyword]: definitions } : body;
  return {
    path,
    dialect,
    schema: complete,
    imports,
    tracks: /"unevaluated(?:Properties|Items)":/.test(JSON.stringify(complete)),
  };
}

/** The path of a module as another module imports it. */
export function importPath(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return `${path.startsWith(".") ? path : `./${path}`}.js`;
}

function freeName(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count++) name = `${wanted}${count}`;
  taken.add(name);
  return name;
}

/**
 * The named schemas that must be compiled together with this one: those whose evaluated properties and items it asks for;
 * and all that it reaches, where a reference is found while validating.
 */
function membersOf(graph: SchemaGraph, id: string, schema: JsonSchema): ReadonlySet<string> {
  if (DYNAMIC.test(JSON.stringify(schema))) return reachable(graph, schema);
  const members = new Set<string>();
  const seen = new Set<Json>();
  const evaluated = (value: Json): void => {
    if (!isObject(value) || seen.has(value)) return;
    seen.add(value);
    const ref = own(value, "$ref");
    if (typeof ref === "string" && ref !== id) add(ref);
    for (const { value: inner, keyword } of subschemas(value)) if (isInPlace(keyword)) evaluated(inner);
  };
  const add = (ref: string): void => {
    const named = graph.named.get(ref);
    if (named === undefined || members.has(ref)) return;
    members.add(ref);
    evaluated(named.schema);
    search(named.schema);
  };
  const search = (value: Json): void => {
    if (!isObject(value)) return;
    if (Object.hasOwn(value, "unevaluatedProperties") || Object.hasOwn(value, "unevaluatedItems")) evaluated(value);
    for (const { value: inner } of subschemas(value)) search(inner);
  };
  search(schema);
  return members;
}

/** Every named schema that a schema reaches by references, however many. */
export function reachable(graph: SchemaGraph, schema: JsonSchema): ReadonlySet<string> {
  const reached = new Set<string>();
  const queue = [...idsIn(schema)];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const named = graph.named.get(id);
    if (!named || reached.has(id)) continue;
    reached.add(id);
    queue.push(...idsIn(named.schema));
  }
  return reached;
}

const DYNAMIC = /"\$(?:dynamicRef|dynamicAnchor|recursiveRef|recursiveAnchor)":/;
