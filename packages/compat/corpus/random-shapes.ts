import type { Random } from "../src/random.ts";

export type Fields = { readonly [keyword: string]: unknown };

/** What the instances are drawn from: the document a reference is looked up in, and words worth trying. */
export interface Draw {
  readonly random: Random;
  readonly root: Fields;
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function entries(value: unknown): [string, unknown][] {
  return isFields(value) ? Object.entries(value) : [];
}

/** The numbers that stand under the given keywords of some shapes. */
export function numbersAt(shapes: readonly Fields[], keywords: readonly string[]): number[] {
  return shapes.flatMap((shape) =>
    keywords.flatMap((keyword) => {
      const found = shape[keyword];
      return typeof found === "number" ? [found] : [];
    }),
  );
}

/** A schema taken apart: itself, its `allOf`, its references, and one drawn branch of each choice. */
export function shapesOf(schema: unknown, draw: Draw, budget = 6): Fields[] {
  if (!isFields(schema) || budget <= 0) return [];
  const { random } = draw;
  const next = (child: unknown): Fields[] => shapesOf(child, draw, budget - 1);
  const shapes = [schema, ...list(schema["allOf"]).flatMap(next)];
  for (const keyword of ["anyOf", "oneOf"]) shapes.push(...next(random.pick(list(schema[keyword]))));
  if (schema["if"] !== undefined) {
    const holds = random.chance(0.5);
    shapes.push(...(holds ? [...next(schema["if"]), ...next(schema["then"])] : next(schema["else"])));
  }
  if (random.chance(0.3)) shapes.push(...next(schema["not"]));
  for (const keyword of ["$ref", "$dynamicRef", "$recursiveRef"]) {
    const target = schema[keyword];
    if (typeof target === "string") shapes.push(...next(resolve(draw.root, target)));
  }
  for (const keyword of ["dependentSchemas", "dependencies"])
    for (const [, child] of entries(schema[keyword])) if (random.chance(0.5)) shapes.push(...next(child));
  return shapes;
}

function resolve(root: Fields, reference: string): unknown {
  if (!reference.startsWith("#")) return byName(root, reference.split("#")[0] ?? "");
  const fragment = reference.slice(1);
  if (fragment !== "" && !fragment.startsWith("/")) return byName(root, fragment);
  let node: unknown = root;
  for (const step of fragment.split("/").slice(1)) {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    node = Array.isArray(node) ? node[Number(name)] : isFields(node) ? node[name] : undefined;
  }
  return node;
}

function byName(node: unknown, name: string): unknown {
  if (typeof node !== "object" || node === null) return undefined;
  if (isFields(node)) {
    const names = [node["$anchor"], node["$dynamicAnchor"], node["$id"]];
    if (names.includes(name) || names.includes(`#${name}`)) return node;
  }
  for (const child of Object.values(node)) {
    const found = byName(child, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
