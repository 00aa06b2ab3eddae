import fc from "fast-check";
import type { Json, Schema } from "../src/index.ts";

/** Names that parts of one schema share, so that what one allows another one closes, requires or fills. */
const names = fc.constantFrom("a", "b", "c", "x1");
const scalars = fc.constantFrom<Json>(null, true, "", "a", "b", 0, 1, 2.5);
const leaves: fc.Arbitrary<Schema> = fc.oneof(
  fc.constantFrom<Schema>(
    true,
    { type: "string" },
    { type: "integer" },
    { type: ["number", "null"] },
    { type: "object" },
  ),
  scalars.map((value) => ({ const: value })),
  fc.uniqueArray(fc.constantFrom("a", "b", "d"), { minLength: 1, maxLength: 2 }).map((values) => ({ enum: values })),
  fc.record({ type: fc.constantFrom("string", "integer"), default: scalars }),
);

type Entry = fc.Arbitrary<readonly [keyword: string, value: unknown]>;

function objects(child: fc.Arbitrary<Schema>, whole: fc.Arbitrary<Schema>, modern: boolean): fc.Arbitrary<Schema> {
  const some = (of: fc.Arbitrary<Schema>): fc.Arbitrary<Schema[]> => fc.array(of, { minLength: 1, maxLength: 3 });
  const entry = (keyword: string, value: fc.Arbitrary<unknown>): Entry => value.map((content) => [keyword, content]);
  const required = fc.uniqueArray(names, { minLength: 1, maxLength: 2 });
  const properties = fc.dictionary(names, child, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const closed = entry("additionalProperties", fc.constant(false));
  const usual: Entry[] = [entry("required", required), closed, closed, entry("properties", properties)];
  const more: Entry[] = [
    entry("additionalProperties", child),
    entry(
      "patternProperties",
      fc.dictionary(fc.constantFrom("^x", "b|c", "."), child, { maxKeys: 2, noNullPrototype: true }),
    ),
    entry("minProperties", fc.nat(2)),
    entry("maxProperties", fc.integer({ min: 1, max: 3 })),
    entry("propertyNames", fc.constantFrom<Schema>({ enum: ["a", "b"] }, { maxLength: 1 })),
    entry("allOf", some(whole)),
    entry("anyOf", some(whole)),
    entry("oneOf", some(whole)),
    entry("oneOf", some(whole)),
    entry("not", whole),
    entry("if", whole),
    entry("then", whole),
    entry("else", whole),
    entry("const", fc.dictionary(names, scalars, { maxKeys: 2, noNullPrototype: true })),
    entry("$ref", fc.constantFrom("#", "#/definitions/one", "#/definitions/two")),
    entry("dependencies", fc.dictionary(names, fc.oneof(required, whole), { maxKeys: 2, noNullPrototype: true })),
    ...(modern
      ? [
          entry("unevaluatedProperties", fc.constant(false)),
          entry("unevaluatedProperties", fc.oneof(fc.constant(false), child)),
          entry("dependentRequired", fc.dictionary(names, required, { maxKeys: 2, noNullPrototype: true })),
          entry("dependentSchemas", fc.dictionary(names, whole, { maxKeys: 2, noNullPrototype: true })),
        ]
      : []),
  ];
  return fc
    .tuple(properties, fc.array(fc.oneof(...usual), { maxLength: 2 }), fc.array(fc.oneof(...more), { maxLength: 3 }))
    .map(([known, first, then]) => Object.fromEntries([["properties", known], ...first, ...then]) as Schema);
}

function arrays(child: fc.Arbitrary<Schema>, modern: boolean): fc.Arbitrary<Schema> {
  const some = fc.array(child, { minLength: 1, maxLength: 2 });
  const more = modern ? { prefixItems: some, unevaluatedItems: child } : { additionalItems: child };
  return fc
    .tuple(
      modern ? child : fc.oneof(child, some),
      fc.record(
        { contains: child, uniqueItems: fc.constant(true), ...(more as object) },
        { requiredKeys: [], noNullPrototype: true },
      ),
    )
    .map(([items, rest]) => ({ type: "array", items, ...rest }));
}

/** Schemas in which closed objects, defaults and alternatives meet everything that could see what a reader changes. */
export function policySchemas(dialect: "draft-07" | "2020-12"): fc.Arbitrary<Schema> {
  const modern = dialect === "2020-12";
  const { whole } = fc.letrec<{ whole: Schema; child: Schema }>((tie) => ({
    child: fc.oneof(
      { depthSize: "small", maxDepth: 2 },
      { weight: 4, arbitrary: leaves },
      { weight: 2, arbitrary: tie("whole") },
      { weight: 1, arbitrary: arrays(tie("child"), modern) },
    ),
    whole: fc.oneof(
      { depthSize: "small", maxDepth: 3 },
      { weight: 1, arbitrary: leaves },
      { weight: 4, arbitrary: objects(tie("child"), tie("whole"), modern) },
    ),
  }));
  return fc
    .tuple(whole, whole, whole)
    .map(([root, one, two]) => (typeof root === "boolean" ? root : { ...root, definitions: { one, two } }));
}

/** A schema and a later version of it: an everyday edit somewhere in it, or another schema altogether. */
export function policyPairs(dialect: "draft-07" | "2020-12"): fc.Arbitrary<readonly [older: Schema, newer: Schema]> {
  const schema = policySchemas(dialect);
  const edit = fc.record({ place: fc.nat(), name: names, part: leaves, kind: fc.nat(8) });
  const edited = fc.tuple(schema, fc.array(edit, { minLength: 1, maxLength: 2 })).map(([older, edits]) => {
    const newer = structuredClone(older);
    const places = objectsIn(newer);
    for (const { place, ...change } of edits) {
      const found = places[place % Math.max(1, places.length)];
      if (found !== undefined) applyEdit(found, change);
    }
    return [older, newer] as const;
  });
  return fc.oneof({ weight: 5, arbitrary: edited }, { weight: 1, arbitrary: fc.tuple(schema, schema) });
}

type Written = { [keyword: string]: unknown };

function applyEdit(schema: Written, { name, part, kind }: { name: string; part: Schema; kind: number }): void {
  const properties = { ...(schema["properties"] as Written | undefined) };
  const required = new Set((schema["required"] as string[] | undefined) ?? []);
  const toggle = (keyword: string, value: unknown): void => {
    if (Object.hasOwn(schema, keyword)) delete schema[keyword];
    else schema[keyword] = value;
  };
  if (kind <= 1 || kind === 8) schema["properties"] = { ...properties, [name]: part };
  if (kind === 2) {
    delete properties[name];
    schema["properties"] = properties;
  }
  if (kind === 3 || kind === 4 || kind === 8) {
    if (!required.delete(name)) required.add(name);
    schema["required"] = [...required];
  }
  if (kind === 5) toggle("additionalProperties", false);
  if (kind === 6) schema["properties"] = { ...properties, [name]: { type: "integer", default: 1 } };
  const last = Object.keys(schema).findLast((keyword) => keyword !== "definitions");
  if (kind === 7 && last !== undefined) delete schema[last];
}

function objectsIn(schema: unknown): Written[] {
  if (Array.isArray(schema)) return schema.flatMap((child) => objectsIn(child));
  if (typeof schema !== "object" || schema === null) return [];
  const nested = ["items", "allOf", "anyOf", "oneOf", "then", "additionalProperties"].flatMap((keyword) =>
    objectsIn((schema as Written)[keyword]),
  );
  const named = Object.values(((schema as Written)["properties"] as Written | undefined) ?? {}).flatMap((child) =>
    objectsIn(child),
  );
  return [schema as Written, ...nested, ...named];
}

/** Values of the same small world, as objects mostly; `draw` gives random numbers. */
export function nearby(draw: () => number, count: number): readonly Json[] {
  const pick = <T>(list: readonly T[]): T => list[draw() % list.length] as T;
  const literals: Json[] = [null, "a", "b", "d", 0, 1, 2.5, {}, []];
  const value = (depth: number): Json => {
    const kind = draw() % 10;
    if (depth === 0 ? kind < 8 : kind < 3 && depth < 3) {
      const keys = ["a", "b", "c", "x1", "d", "__proto__"].filter((key) => draw() % (key.length > 2 ? 40 : 2) === 0);
      const object: { [key: string]: Json } = {};
      for (const key of keys) {
        Object.defineProperty(object, key, {
          value: value(depth + 1),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return object;
    }
    if (kind < 5 && depth < 3) return Array.from({ length: draw() % 3 }, () => value(depth + 1));
    return pick(literals);
  };
  return Array.from({ length: count }, () => value(0));
}
