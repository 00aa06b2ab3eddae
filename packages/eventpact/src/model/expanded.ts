import type { Json } from "../read/json.ts";
import { isObject, own, setOwn } from "../read/json.ts";
import { limits } from "../read/limits.ts";
import { childPointer } from "../read/pointer.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";

/**
 * The value at a place with every `$ref` replaced by what it leads to. One that leads nowhere stays as it is written, one that
 * leads back into itself says how far back, whatever the places are called; after more nodes than one file may have it stays as the
 * place that it means.
 */
export function expanded(sources: Sources, place: Place): Json {
  let nodes = 0;
  const visit = (here: Place, open: readonly string[]): Json => {
    const value = valueOf(sources, here) ?? null;
    nodes += 1;
    if (Array.isArray(value))
      return (value as readonly Json[]).map((_, index) =>
        visit({ file: here.file, pointer: childPointer(here.pointer, index) }, open),
      );
    if (!isObject(value)) return value;
    if (typeof own(value, "$ref") === "string") {
      const target = resolvePlace(sources, here);
      if (!target) return value;
      const id = `${target.file}#${target.pointer}`;
      const above = open.length - open.lastIndexOf(id);
      if (above <= open.length) return { $ref: `${above} references up` };
      return nodes > limits.nodes ? { $ref: id } : visit(target, [...open, id]);
    }
    const result: Record<string, Json> = {};
    for (const key of Object.keys(value))
      setOwn(result, key, visit({ file: here.file, pointer: childPointer(here.pointer, key) }, open));
    return result;
  };
  return visit(place, [`${place.file}#${place.pointer}`]);
}
