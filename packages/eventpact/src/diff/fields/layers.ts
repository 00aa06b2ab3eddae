import type { Json } from "../../read/json.ts";
import { isObject } from "../../read/json.ts";
import { childPointer } from "../../read/pointer.ts";
import { resolveChild, resolvePlace, valueOf } from "../../read/resolve.ts";
import type { Place, Sources } from "../../read/sources.ts";
import { expanded } from "../../model/expanded.ts";
import { mergePatch } from "../../model/dialect.ts";

/**
 * An object as the documents mean it: the places that say it, the later one winning (RFC 7386). An operation or a message is its
 * traits and itself; most objects have one place.
 */
export interface Node {
  readonly sources: Sources;
  readonly layers: readonly Place[];
}

/** The object at a place, after its traits. */
export function nodeAt(sources: Sources, place: Place): Node {
  const traits = resolveChild(sources, place, "traits");
  const list = traits && valueOf(sources, traits);
  if (!traits || !Array.isArray(list)) return { sources, layers: [place] };
  const places = list.flatMap((_, index) => resolveChild(sources, traits, index) ?? []);
  return { sources, layers: [...places, place] };
}

export function fieldsOf({ sources, layers }: Node): readonly string[] {
  const names = new Set<string>();
  for (const layer of layers) {
    const value = valueOf(sources, layer);
    if (isObject(value)) for (const name of Object.keys(value)) names.add(name);
    if (Array.isArray(value)) for (const index of value.keys()) names.add(String(index));
  }
  return [...names];
}

/** A field of an object; undefined where it is not said. A reference that leads nowhere stands for itself. */
export function childOf({ sources, layers }: Node, field: string): Node | undefined {
  let found: Place[] = [];
  for (const layer of layers) {
    const written = { file: layer.file, pointer: childPointer(layer.pointer, field) };
    const value = valueOf(sources, written);
    if (value === undefined) continue;
    const place = resolvePlace(sources, written) ?? written;
    // Null takes the field away; what is no map takes the place of what was there.
    if (value === null) found = layers.length === 1 ? [place] : [];
    else if (isObject(valueOf(sources, place)) && found.every((one) => isObject(valueOf(sources, one))))
      found.push(place);
    else found = [place];
  }
  return found.length === 0 ? undefined : { sources, layers: found };
}

/** All that a node says, with every reference followed. */
export function valueIn({ sources, layers }: Node): Json {
  const [first, ...rest] = layers.map((layer) => expanded(sources, layer));
  return rest.reduce<Json>((merged, value) => mergePatch(merged, value), first ?? null);
}

/** The place to point at. */
export function placeIn({ layers }: Node): Place | undefined {
  return layers.at(-1);
}
