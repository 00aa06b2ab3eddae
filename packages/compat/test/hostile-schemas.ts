import { compare } from "../src/index.ts";
import type { Comparison, Schema } from "../src/index.ts";

export function quickly(older: Schema, newer: Schema): Comparison {
  return compare(older, newer);
}

export function nest(levels: number, leaf: Schema, wrap: (inner: Schema) => Schema): Schema {
  let schema = leaf;
  for (let level = 0; level < levels; level++) schema = wrap(schema);
  return schema;
}

export const object = (properties: Record<string, Schema>, more: object = {}): Schema => ({
  type: "object",
  properties,
  ...more,
});
export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
