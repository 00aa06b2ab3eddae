import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import { referencedSchema } from "./schema-place.ts";
import { subschemas } from "./schema-walk.ts";

/*
 * Parents that list their children, and children that extend their parent: `Pet: { oneOf: [Dog] }` and
 * `Dog: { allOf: [Pet, …] }`, as OpenAPI's "Composition and Inheritance (Polymorphism)" and the tools of Java write them.
 * Taken as JSON Schema, that is a circle in which no value can be judged. It is read as OpenAPI means it: the child adds to
 * what the parent says for itself, without the parent's list; and where a `discriminator` tells the children apart, the
 * list asks for one that fits and not for exactly one, because a child that only adds optional properties excludes none
 * of the others. Only such circles are read this way; elsewhere `allOf`, `oneOf` and `discriminator` mean what JSON
 * Schema says (nothing, for the last).
 */

const LISTS = ["oneOf", "anyOf"] as const;
type List = (typeof LISTS)[number];

/** The keywords by which the schema at a place, or the parent that it is a part of, lists its children. */
export function childLists(sources: Sources, place: Place, schema: Json): readonly List[] {
  return LISTS.filter((keyword) => {
    if (!Array.isArray(own(schema, keyword))) return false;
    return composedOf(sources, below(place, keyword)).has(idOf(ownerOf(place)));
  });
}

/** Is what refers to `parent` from `holder`, by `allOf` or beside keywords of its own, one of the children that it lists? */
export function isChild(sources: Sources, holder: Place, parent: Place): boolean {
  return listsOf(sources, parent).some((list) => {
    const composed = composedOf(sources, list);
    return composed.has(idOf(holder)) && composed.has(idOf(parent));
  });
}

/** A parent that lists its children: where a discriminator tells them apart, one that fits is asked for. */
export function withChildren(
  sources: Sources,
  place: Place,
  lists: readonly List[],
  schema: Record<string, Json>,
): Record<string, Json> {
  const isToldApart = [place, ownerOf(place)].some(
    (where) => own(valueOf(sources, where), "discriminator") !== undefined,
  );
  if (!lists.includes("oneOf") || !isToldApart) return schema;
  const { oneOf = [], ...rest } = schema;
  if (rest["anyOf"] === undefined) return { ...rest, anyOf: oneOf };
  const parts = Array.isArray(rest["allOf"]) ? (rest["allOf"] as readonly Json[]) : [];
  return { ...rest, allOf: [...parts, { anyOf: oneOf }] };
}

/** The lists of alternatives of a schema: its own, and those of parts written into its `allOf`. */
function listsOf(sources: Sources, place: Place): readonly Place[] {
  const value = valueOf(sources, place);
  if (!isObject(value)) return [];
  const lists = LISTS.filter((keyword) => Array.isArray(own(value, keyword))).map((keyword) => below(place, keyword));
  const parts = own(value, "allOf");
  if (!Array.isArray(parts)) return lists;
  const all = below(place, "allOf");
  return [...lists, ...parts.flatMap((_, index) => listsOf(sources, below(all, index)))];
}

/** The schema whose `allOf` a part is written into, through any number of them. */
function ownerOf({ file, pointer }: Place): Place {
  return { file, pointer: pointer.replace(/(?:\/allOf\/\d+)+$/, "") };
}

/** Keywords by which parents list and children extend. */
const COMPOSING: ReadonlySet<string> = new Set(["allOf", ...LISTS]);

const known = new WeakMap<Sources, Map<string, ReadonlySet<string>>>();

/** Ids of the schemas that the alternatives of a list consist of. */
function composedOf(sources: Sources, list: Place): ReadonlySet<string> {
  let lists = known.get(sources);
  if (!lists) known.set(sources, (lists = new Map()));
  let composed = lists.get(idOf(list));
  if (!composed) lists.set(idOf(list), (composed = reachedFrom(sources, list)));
  return composed;
}

function reachedFrom(sources: Sources, list: Place): ReadonlySet<string> {
  const reached = new Set<string>();
  const alternatives = valueOf(sources, list);
  const queue = Array.isArray(alternatives) ? alternatives.map((_, index) => below(list, index)) : [];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    const value = valueOf(sources, place);
    if (reached.has(idOf(place)) || !isObject(value)) continue;
    reached.add(idOf(place));
    const ref = own(value, "$ref");
    const target = typeof ref === "string" ? referencedSchema(sources, place.file, ref) : undefined;
    if (target) queue.push(target);
    for (const { pointer, keyword } of subschemas(value, place.pointer))
      if (COMPOSING.has(keyword)) queue.push({ file: place.file, pointer });
  }
  return reached;
}

function below({ file, pointer }: Place, token: string | number): Place {
  return { file, pointer: childPointer(pointer, token) };
}

function idOf({ file, pointer }: Place): string {
  return `${file}#${pointer}`;
}
