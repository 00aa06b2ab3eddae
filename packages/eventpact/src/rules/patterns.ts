import { schemaNodes } from "../model/schema-nodes.ts";
import type { Model } from "../model/types.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Place } from "../read/sources.ts";

/** A regular expression that a schema holds: under `pattern`, or as a key of `patternProperties`. */
export interface PatternAt {
  readonly source: string;
  readonly place: Place;
  readonly part: "key" | "value";
}

export function* patternsOf(model: Model): Generator<PatternAt> {
  for (const { place, schema } of schemaNodes(model)) {
    const [pattern, patterns] = [own(schema, "pattern"), own(schema, "patternProperties")];
    const at = (pointer: string): Place => ({ file: place.file, pointer });
    if (typeof pattern === "string")
      yield { source: pattern, place: at(childPointer(place.pointer, "pattern")), part: "value" };
    if (!isObject(patterns)) continue;
    const pointer = childPointer(place.pointer, "patternProperties");
    for (const source of Object.keys(patterns)) yield { source, place: at(childPointer(pointer, source)), part: "key" };
  }
}
