import { below, resolve } from "../schema/document.ts";
import type { Located } from "../schema/document.ts";
import { isObject, own, pointerStep } from "../schema/json.ts";

/** What a schema says of the same value through `allOf` and references, beside its own keywords. */
export interface Composed {
  readonly properties: ReadonlyMap<string, Located>;
  readonly required: ReadonlySet<string>;
  /** The first `type` found. */
  readonly type: unknown;
}

const MAX_PLACES = 200;

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
  return { properties, required, type };
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
