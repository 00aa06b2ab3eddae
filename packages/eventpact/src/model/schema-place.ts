import { hasSiblings } from "@eventpact/compat/reading";
import { isObject, own } from "../read/json.ts";
import { limits } from "../read/limits.ts";
import { refTarget, resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";

/** Where a schema stands that is reached at a place: along references with nothing beside them that asks something. */
export function resolveSchema(sources: Sources, start: Place): Place | undefined {
  let here = start;
  for (let step = 0; step < limits.refChain; step += 1) {
    const value = valueOf(sources, here);
    const ref = own(value, "$ref");
    if (!isObject(value) || typeof ref !== "string") return resolvePlace(sources, here);
    if (hasSiblings(value)) return here;
    const target = refTarget(here.file, ref);
    if (target.kind !== "local") return undefined;
    here = target.place;
  }
  return undefined;
}

/** Where a `$ref` within a schema leads that is written in this file. */
export function referencedSchema(sources: Sources, fromFile: string, ref: string): Place | undefined {
  const target = refTarget(fromFile, ref);
  return target.kind === "local" ? resolveSchema(sources, target.place) : undefined;
}
