import { nameOfPlace, originOf } from "../model/bundle.ts";
import { localTarget } from "../model/envelope.ts";
import { applicators } from "../model/schema-walk.ts";
import type { Dialect, JsonSchema } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, setOwn } from "../read/json.ts";
import type { Place } from "../read/sources.ts";
import type { EmitEvent } from "./input.ts";

/** A schema that others refer to. It exists once, however many events reach it and by whatever way. */
export interface NamedSchema {
  /** Where it was written and how that is read; what every `$ref` of the graph consists of. */
  readonly id: string;
  readonly place: Place;
  /** What its author calls it: `Address`, or `money` for shared/money.yaml. */
  readonly name: string;
  /** Every `$ref` in it is the id of a named schema; definitions stand in the graph, no longer in here. */
  readonly schema: JsonSchema;
  readonly dialect: Dialect;
  /** What a parent says for itself, without the list of its children. */
  readonly isParent: boolean;
}

/** The schemas of all events, each once: as large as the documents, however many ways lead through them. */
export interface SchemaGraph {
  readonly named: ReadonlyMap<string, NamedSchema>;
  /** Key of the event → its payload's schema and its id; it is in `named` too when something refers to it. */
  readonly payloads: ReadonlyMap<string, Pick<NamedSchema, "id" | "place" | "isParent" | "schema" | "dialect">>;
}

const known = new WeakMap<readonly EmitEvent[], SchemaGraph>();

/** Takes the bundled schemas of events apart again, into what is shared and what is not; the same list once. */
export function schemaGraph(events: readonly EmitEvent[]): SchemaGraph {
  let graph = known.get(events);
  if (!graph) known.set(events, (graph = graphOf(events)));
  return graph;
}

function graphOf(events: readonly EmitEvent[]): SchemaGraph {
  const named = new Map<string, NamedSchema>();
  const payloads = new Map<string, Pick<NamedSchema, "id" | "place" | "isParent" | "schema" | "dialect">>();
  for (const event of events) {
    const { dialect } = event;
    const queue: string[] = [];
    const idOf = (ref: string): string => {
      if (localTarget(event.schema, ref) === undefined) return ref;
      const pointer = decodeURIComponent(ref.slice(1));
      const { id, place, isParent } = identity(event, pointer);
      if (named.has(id)) return id;
      const name = nameOfPlace(place) + (isParent ? "Own" : "");
      // Its own text follows when the queue gets there, so that circles end.
      named.set(id, { id, place, name, schema: true, dialect, isParent });
      queue.push(ref);
      return id;
    };
    const schema = withIds(event.schema, idOf);
    payloads.set(event.key, { ...identity(event, ""), schema, dialect });
    for (let ref = queue.shift(); ref !== undefined; ref = queue.shift()) {
      const { id } = identity(event, decodeURIComponent(ref.slice(1)));
      const known = named.get(id);
      const target = localTarget(event.schema, ref);
      if (known && target !== undefined) named.set(id, { ...known, schema: withIds(target, idOf) });
    }
    const payload = payloads.get(event.key);
    if (event.isReference === true && payload && !named.has(payload.id))
      named.set(payload.id, { ...payload, name: nameOfPlace(payload.place) });
  }
  return { named, payloads };
}

function identity(event: EmitEvent, pointer: string): Pick<NamedSchema, "id" | "place" | "isParent"> {
  const place = event.bundled ? originOf(event.bundled, pointer) : { file: `${event.file}#${event.key}`, pointer };
  const isParent = event.bundled?.origins.get(pointer)?.isParent === true;
  const readAs = `${event.bundled?.readAs ?? event.dialect}${isParent ? " as a parent" : ""}`;
  return { id: `${place.file}#${place.pointer} ${readAs}`, place, isParent };
}

/** A schema with every `$ref` renamed and no definitions inside. */
export function withIds(schema: Json, idOf: (ref: string) => string): JsonSchema {
  if (!isObject(schema)) return schema !== false;
  const result: Record<string, Json> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "definitions" || keyword === "$defs") continue;
    if (keyword === "$ref" && typeof value === "string") result["$ref"] = idOf(value);
    else setOwn(result, keyword, keywordWithIds(keyword, value, idOf));
  }
  return result;
}

function keywordWithIds(keyword: string, value: Json, idOf: (ref: string) => string): Json {
  const shape = applicators.get(keyword);
  if (shape === undefined) return value;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    return shape === "schema" || shape === "map" ? value : items.map((item) => withIds(item, idOf));
  }
  if (shape !== "map") return withIds(value, idOf);
  if (!isObject(value)) return value;
  const result: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value))
    setOwn(result, name, Array.isArray(item) ? item : withIds(item, idOf));
  return result;
}

/** The ids that a schema refers to, in writing order, each once. */
export function idsIn(schema: JsonSchema): readonly string[] {
  const ids = new Set<string>();
  const visit = (value: Json): void => {
    if (!isObject(value)) return;
    const ref = own(value, "$ref");
    if (typeof ref === "string") ids.add(ref);
    for (const [keyword, item] of Object.entries(value)) visitKeyword(keyword, item, visit);
  };
  visit(schema);
  return [...ids];
}

function visitKeyword(keyword: string, value: Json, visit: (value: Json) => void): void {
  const shape = applicators.get(keyword);
  if (shape === undefined) return;
  if (Array.isArray(value)) for (const item of value as readonly Json[]) visit(item);
  else if (shape === "map" && isObject(value)) for (const item of Object.values(value as JsonObject)) visit(item);
  else visit(value);
}
