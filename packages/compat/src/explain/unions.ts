import { ANNOTATIONS } from "../schema/dialect.ts";
import { below, resolve } from "../schema/document.ts";
import type { Located } from "../schema/document.ts";
import { isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";

/** One alternative: as it is written, and the place that it leads to. */
export interface Branch {
  readonly written: unknown;
  readonly place: Located;
}

/** A schema as the alternatives that it offers, whatever wraps them; a schema without any is its only alternative. */
export interface Union {
  readonly branches: readonly Branch[];
  /** Is null one more of them? */
  readonly nullable: boolean;
  /** Must a value satisfy exactly one of several? */
  readonly exclusive: boolean;
  /** Was anything taken off to see them: a wrapper, or null from a list of types? */
  readonly wrapped: boolean;
  /** What the wrapper says to people. */
  readonly annotations: JsonObject;
}

const MAX_DEPTH = 20;
const DEFINITIONS: ReadonlySet<string> = new Set(["$defs", "definitions"]);
const ALTERNATIVES = ["anyOf", "oneOf"];
const WRAPPERS = [...ALTERNATIVES, "allOf"];

export function unionOf(place: Located, written: unknown = place.schema, depth = 0): Union {
  const { schema } = place;
  if (!isObject(schema)) return plain(place, written);
  const keywords = Object.keys(schema).filter((keyword) => !ANNOTATIONS.has(keyword) && !DEFINITIONS.has(keyword));
  const [only, ...others] = keywords;
  const list = only === undefined ? undefined : own(schema, only);
  const wraps = only !== undefined && others.length === 0 && WRAPPERS.includes(only) && Array.isArray(list);
  if (!wraps || depth > MAX_DEPTH || (only === "allOf" && list.length !== 1))
    return withoutNull(place, schema, written);
  const parts = list.map((item, index): Union => {
    const branch = { ...below(place, item), pointer: `${place.pointer}/${only}/${index}` };
    return unionOf(followed(branch), item, depth + 1);
  });
  const live = parts.filter(({ branches }) => branches.length > 0);
  const exclusive = live.length > 1 && (only === "oneOf" || live.some((part) => part.exclusive));
  const annotations = Object.fromEntries(Object.entries(schema).filter(([keyword]) => ANNOTATIONS.has(keyword)));
  const branches = live.flatMap((part) => part.branches);
  return {
    branches: branches.length === 1 ? branches.map((branch) => annotated(branch, annotations)) : branches,
    nullable: parts.some((part) => part.nullable),
    exclusive: exclusive || (live.length === 1 && live[0]?.exclusive === true),
    wrapped: true,
    annotations,
  };
}

function plain(place: Located, written: unknown): Union {
  const branches = place.schema === false ? [] : [{ written, place }];
  return { branches, nullable: false, exclusive: false, wrapped: false, annotations: {} };
}

/** The schema without null among its types; one that allows null only has nothing else to offer. */
function withoutNull(place: Located, schema: JsonObject, written: unknown): Union {
  const type = own(schema, "type");
  const listed = Object.hasOwn(schema, "const") ? [schema["const"]] : own(schema, "enum");
  const isNull = type === "null" || (Array.isArray(listed) && listed.length === 1 && listed[0] === null);
  if (isNull) return { ...plain(place, written), branches: [], nullable: true };
  if (!Array.isArray(type) || !type.includes("null")) return plain(place, written);
  const rest = type.filter((name) => name !== "null");
  const { enum: values, ...others } = schema;
  const kept = Array.isArray(values) ? { enum: values.filter((value) => value !== null) } : {};
  const stripped = { ...others, ...kept, type: rest.length === 1 ? rest[0] : rest };
  return { ...plain({ ...place, schema: stripped }, written), nullable: true, wrapped: true };
}

function annotated({ written, place }: Branch, annotations: JsonObject): Branch {
  const { schema } = place;
  const isSaid = isObject(schema) && Object.keys(annotations).length > 0;
  return { written, place: isSaid ? { ...place, schema: { ...schema, ...annotations } } : place };
}

/** What references with nothing beside them lead to; the places people change are the targets. */
export function followed(place: Located): Located {
  let current = place;
  for (let count = 0; count < MAX_DEPTH && hasReference(current) && isAlone(current); count++) {
    const next = resolve(current, String((current.schema as JsonObject)["$ref"]));
    if (next === undefined) return current;
    current = next;
  }
  return current;
}

export function hasReference({ schema }: Located): boolean {
  return isObject(schema) && typeof own(schema, "$ref") === "string";
}

/** Has the reference nothing beside it that asks something? */
export function isAlone({ schema }: Located): boolean {
  return Object.keys(schema).every((key) => key === "$ref" || DEFINITIONS.has(key) || ANNOTATIONS.has(key));
}
