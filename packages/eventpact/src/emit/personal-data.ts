import type { Json } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { pointerTokens, valueAt } from "../read/pointer.ts";
import { subschemas } from "../model/schema-walk.ts";
import type { JsonSchema } from "../model/types.ts";

/**
 * The names of properties that hold personal data in any of the schemas: those whose own schema, or one that it refers to or
 * is composed of, says `x-personal-data: true`. Sorted. Names and not places, so that what no schema describes can be masked too.
 */
export function personalNames(schemas: readonly JsonSchema[]): readonly string[] {
  const names = new Set<string>();
  for (const root of schemas) {
    const seen = new Set<Json>();
    const queue: Json[] = [root];
    for (let schema = queue.pop(); schema !== undefined; schema = queue.pop()) {
      if (seen.has(schema)) continue;
      seen.add(schema);
      for (const { value, pointer, keyword } of subschemas(schema)) {
        queue.push(value);
        if (keyword === "properties" && isPersonal(root, value)) names.add(pointerTokens(pointer).at(-1) ?? "");
      }
    }
  }
  return [...names].toSorted();
}

function isPersonal(root: Json, schema: Json, seen: Set<Json> = new Set()): boolean {
  if (!isObject(schema) || seen.has(schema)) return false;
  // What was looked at is not marked, by whatever way it was reached.
  seen.add(schema);
  const marked = own(schema, "x-personal-data");
  if (marked !== undefined) return marked === true;
  const parts = own(schema, "allOf");
  const ref = ownString(schema, "$ref");
  // An emitted schema stands alone: its references stay inside.
  const target = ref?.startsWith("#") ? valueAt(root, decodeURIComponent(ref.slice(1))) : undefined;
  const further = [...(Array.isArray(parts) ? parts : []), ...(target === undefined ? [] : [target])];
  return further.some((part) => isPersonal(root, part, seen));
}
