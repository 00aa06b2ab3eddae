import type { Json } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import { localTarget } from "../model/envelope.ts";
import { subschemas } from "../model/schema-walk.ts";
import type { JsonSchema } from "../model/types.ts";

/**
 * The names of properties that hold personal data in any of the schemas: those whose own schema, or one that it refers to or
 * is composed of, says `x-personal-data: true`. Schemas stand alone, unless `targetOf` says what their references mean. Sorted. Names and not places, so that what no schema describes can be masked too.
 */
export function personalNames(
  schemas: readonly JsonSchema[],
  targetOf?: (ref: string) => Json | undefined,
): readonly string[] {
  const names = new Set<string>();
  for (const root of schemas) {
    const follow = targetOf ?? ((ref: string): Json | undefined => localTarget(root, ref));
    const seen = new Set<Json>();
    const queue: Json[] = [root];
    for (let schema = queue.pop(); schema !== undefined; schema = queue.pop()) {
      if (seen.has(schema)) continue;
      seen.add(schema);
      for (const { value, pointer, keyword } of subschemas(schema)) {
        queue.push(value);
        if (keyword === "properties" && isPersonal(value, follow)) names.add(pointerTokens(pointer).at(-1) ?? "");
      }
    }
  }
  return [...names].toSorted();
}

function isPersonal(schema: Json, follow: (ref: string) => Json | undefined, seen: Set<Json> = new Set()): boolean {
  if (!isObject(schema) || seen.has(schema)) return false;
  // What was looked at is not marked, by whatever way it was reached.
  seen.add(schema);
  const marked = own(schema, "x-personal-data");
  if (marked !== undefined) return marked === true;
  const parts = own(schema, "allOf");
  const ref = ownString(schema, "$ref");
  const target = ref === undefined ? undefined : follow(ref);
  const further = [...(Array.isArray(parts) ? parts : []), ...(target === undefined ? [] : [target])];
  return further.some((part) => isPersonal(part, follow, seen));
}
