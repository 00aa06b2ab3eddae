import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { localTarget } from "./envelope.ts";
import { isInPlace, subschemas } from "./schema-walk.ts";
import type { JsonSchema } from "./types.ts";

/** A `$ref` by which a schema comes back to itself without having gone into a property or an item. */
export interface Circle {
  /** The reference whose target the closing `$ref` stands in. */
  readonly within: string;
  /** Where in that target the schema with the `$ref` stands. */
  readonly pointer: string;
  /** The closing `$ref`. */
  readonly ref: string;
}

/** A schema to look through, under the reference by which others mean it. */
export interface CircleStart {
  readonly within: string;
  readonly schema: JsonSchema;
}

/**
 * Circles that no value can be judged by: every one of their steps speaks of the same value, so that who judges never
 * comes to an end. `targetOf` gives what a `$ref` means, the same object each time. Schemas are as `bundleSchema` makes them.
 */
export function circlesIn(
  starts: readonly CircleStart[],
  targetOf: (ref: string) => Json | undefined,
): readonly Circle[] {
  const circles: Circle[] = [];
  const state = new Map<Json, "open" | "done">();
  // What speaks of another value, a property or an item, begins anew.
  const queue: Step[] = starts.map(({ within, schema }) => ({ within, value: schema, pointer: "" }));
  const visit = ({ value, within, pointer }: Step): void => {
    if (!isObject(value) || state.has(value)) return;
    state.set(value, "open");
    const ref = own(value, "$ref");
    const target = typeof ref === "string" ? targetOf(ref) : undefined;
    if (typeof ref === "string" && target !== undefined) {
      if (state.get(target) === "open") circles.push({ within, pointer, ref });
      else visit({ value: target, within: ref, pointer: "" });
    }
    for (const inner of subschemas(value, pointer)) {
      const step = { value: inner.value, within, pointer: inner.pointer };
      if (isInPlace(inner.keyword)) visit(step);
      else if (inner.keyword !== "definitions" && inner.keyword !== "$defs") queue.push(step);
    }
    state.set(value, "done");
  };
  for (let next = queue.pop(); next; next = queue.pop()) visit(next);
  return circles;
}

/** The circles of a schema that stands alone, as pointers to the schemas that hold the closing `$ref`s. */
export function circlesOf(schema: JsonSchema): readonly string[] {
  const circles = circlesIn([{ within: "#", schema }], (ref) => localTarget(schema, ref));
  return circles.map(({ within, pointer }) => decodeURIComponent(within.slice(1)) + pointer);
}

interface Step {
  readonly value: Json;
  readonly within: string;
  readonly pointer: string;
}
