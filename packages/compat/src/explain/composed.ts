import { below, resolve } from "../schema/document.ts";
import type { Located } from "../schema/document.ts";
import { isObject, own, pointerStep } from "../schema/json.ts";
import { unionOf } from "./unions.ts";

/** What a schema says of the same value through `allOf` and references, beside its own keywords. */
export interface Composed {
  readonly properties: ReadonlyMap<string, Located>;
  readonly required: ReadonlySet<string>;
  /** The first `type` found. */
  readonly type: unknown;
}

const MAX_PLACES = 200;

/** Nothing is said beside. */
export const NOTHING: Composed = { properties: new Map(), required: new Set(), type: undefined };

export function composed(place: Located): Composed {
  const properties = new Map<string, Located>();
  const required = new Set<string>();
  const seen = new Set<unknown>([place.schema]);
  let type: unknown;
  const queue = parts(place);
  for (let part = queue.shift(); part !== undefined && seen.size < MAX_PLACES; part = queue.shift()) {
    const { schema } = part;
    if (!isObject(schema) || seen.has(schema)) continue;
    seen.add(schema);
    queue.push(...parts(part));
    type ??= own(schema, "type");
    const names = own(schema, "required");
    if (Array.isArray(names)) for (const name of names) required.add(String(name));
    const declared = own(schema, "properties");
    if (!isObject(declared)) continue;
    for (const name of Object.keys(declared)) {
      if (properties.has(name)) continue;
      const pointer = `${part.pointer}/properties${pointerStep(name)}`;
      properties.set(name, { ...below(part, declared[name]), pointer });
    }
  }
  return { properties, required, type: type ?? alternativeTypes(place) };
}

/** The types of the alternatives, where each says one. */
function alternativeTypes({ schema, ...place }: Located): unknown {
  const keyword = isObject(schema) ? ["anyOf", "oneOf"].find((name) => Array.isArray(own(schema, name))) : undefined;
  if (!isObject(schema) || keyword === undefined) return undefined;
  const { branches, nullable } = unionOf({ ...place, schema: { [keyword]: own(schema, keyword) } });
  const types = branches.map(({ place: branch }) => (isObject(branch.schema) ? own(branch.schema, "type") : undefined));
  if (types.length === 0 || types.includes(undefined)) return undefined;
  const names = new Set([...types.flat(), ...(nullable ? ["null"] : [])]);
  return names.size === 1 ? [...names][0] : [...names];
}

function parts(place: Located): Located[] {
  const { schema } = place;
  if (!isObject(schema)) return [];
  const reference = own(schema, "$ref");
  const target = typeof reference === "string" ? resolve(place, reference) : undefined;
  const found = target === undefined ? [] : [target];
  const all = own(schema, "allOf");
  if (!Array.isArray(all)) return found;
  for (const [index, item] of all.entries()) {
    found.push({ ...below(place, item), pointer: `${place.pointer}/allOf/${index}` });
  }
  return found;
}
