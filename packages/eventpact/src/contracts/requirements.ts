import type { Schema } from "@eventpact/compat";

/** One thing that a consumer relies on. */
export interface Requirement {
  /** Names in the message; an item of a list is `0`. */
  readonly path: readonly string[];
  /** `present`: it is there wherever what it belongs to is there. `value`: where it is there, it is like this. */
  readonly kind: "present" | "value";
  /** A schema for the whole message that asks just this. */
  readonly schema: Schema;
  /** The part of it that is about the value itself. */
  readonly asks: Schema;
}

/** Takes a projection apart into single requirements, each a schema of its own: outer ones first. */
export function requirementsOf(projection: Schema): readonly Requirement[] {
  return walk(projection, [], (schema) => schema);
}

function walk(schema: Schema, path: readonly string[], wrap: (inner: Schema) => Schema): readonly Requirement[] {
  if (typeof schema === "boolean") return [];
  const { required, properties, items, ...own } = schema;
  const isList = typeof items === "object" && items !== null && !Array.isArray(items);
  const itself = {
    path,
    kind: "value",
    schema: wrap(isList ? own : { ...own, ...(items === undefined ? {} : { items }) }),
    asks: isList ? own : schema,
  } as const;
  const present = ((required ?? []) as readonly string[]).map(
    (name) =>
      ({
        path: [...path, name],
        kind: "present",
        schema: wrap({ required: [name] }),
        asks: { required: [name] },
      }) as const,
  );
  const inner = Object.entries((properties ?? {}) as Readonly<Record<string, Schema>>).flatMap(([name, one]) =>
    walk(one, [...path, name], (deeper) => wrap({ properties: { [name]: deeper } })),
  );
  const each = isList ? walk(items as Schema, [...path, "0"], (deeper) => wrap({ items: deeper })) : [];
  return [itself, ...present, ...inner, ...each];
}

/** Nothing but one value is taken, in a list or not; who shows it says what a producer has in one state. */
export const isExactValue = ({ kind, asks }: Requirement): boolean => kind === "value" && isExact(asks);

function isExact(schema: Schema): boolean {
  if (typeof schema === "boolean") return false;
  if (Object.hasOwn(schema, "const")) return true;
  const { type, minItems, maxItems, items, prefixItems } = schema;
  const listed = (prefixItems ?? items ?? []) as readonly Schema[];
  return (
    type === "array" &&
    minItems === maxItems &&
    minItems !== undefined &&
    Array.isArray(listed) &&
    listed.every(isExact)
  );
}
