import type { BundledSchema, JsonSchema } from "../model/types.ts";
import { originOf } from "../model/bundle.ts";
import type { Json } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { childPointer, valueAt } from "../read/pointer.ts";
import type { Place } from "../read/sources.ts";

/** Where an event's schema speaks of a field. */
export interface SchemaPlace {
  readonly place: Place;
  /** How many steps of the path the schema declares; all of them when the field is declared. */
  readonly declared: number;
}

/** Finds the part of a schema that describes what is at a path of an instance, through references and combined schemas. */
export function placeInSchema(bundled: BundledSchema, path: readonly string[]): SchemaPlace {
  let here: readonly string[] = targets(bundled.schema, "");
  let [best = "", declared] = [here[0], 0];
  for (const step of path) {
    const next = here.flatMap((pointer) => childrenOf(bundled.schema, pointer, step));
    if (next.length === 0) break;
    [best = best] = next;
    declared += 1;
    here = next.flatMap((pointer) => targets(bundled.schema, pointer));
  }
  return { place: originOf(bundled, best), declared };
}

const combiners = ["allOf", "anyOf", "oneOf"] as const;
const MOST_TARGETS = 200;

/** The schema at a pointer and all that it refers to or combines. */
function targets(root: JsonSchema, pointer: string): readonly string[] {
  const found: string[] = [];
  const queue = [pointer];
  for (let next = queue.shift(); next !== undefined && found.length < MOST_TARGETS; next = queue.shift()) {
    if (found.includes(next)) continue;
    found.push(next);
    const schema = valueAt(root as Json, next);
    const ref = ownString(schema, "$ref");
    if (ref?.startsWith("#")) queue.push(decodeURI(ref.slice(1)));
    for (const keyword of combiners) {
      const list = own(schema, keyword);
      if (Array.isArray(list)) queue.push(...list.map((_, index) => childPointer(`${next}/${keyword}`, index)));
    }
    for (const keyword of ["then", "else"]) if (isObject(own(schema, keyword))) queue.push(`${next}/${keyword}`);
  }
  return found;
}

function childrenOf(root: JsonSchema, pointer: string, step: string): readonly string[] {
  const schema = valueAt(root as Json, pointer);
  const found: string[] = [];
  if (own(own(schema, "properties"), step) !== undefined) found.push(childPointer(`${pointer}/properties`, step));
  if (/^\d+$/.test(step)) {
    for (const keyword of ["prefixItems", "items"]) {
      const value = own(schema, keyword);
      if (Array.isArray(value) && Number(step) < value.length) found.push(childPointer(`${pointer}/${keyword}`, step));
      else if (isObject(value)) found.push(`${pointer}/${keyword}`);
    }
  }
  const patterns = own(schema, "patternProperties");
  for (const pattern of Object.keys(isObject(patterns) ? patterns : {}))
    if (fits(pattern, step)) found.push(childPointer(`${pointer}/patternProperties`, pattern));
  return found;
}

function fits(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, "u").test(name);
  } catch {
    return false;
  }
}
