import type { Json } from "../read/json.ts";
import { isObject } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";

/** How a keyword of JSON Schema holds further schemas. Everything else under a schema is data, where `$ref` has no meaning. */
export type Applicator = "schema" | "list" | "map" | "schema-or-list";

export const applicators: ReadonlyMap<string, Applicator> = new Map([
  ["additionalItems", "schema"],
  ["additionalProperties", "schema"],
  ["contains", "schema"],
  ["contentSchema", "schema"],
  ["else", "schema"],
  ["if", "schema"],
  ["not", "schema"],
  ["propertyNames", "schema"],
  ["then", "schema"],
  ["unevaluatedItems", "schema"],
  ["unevaluatedProperties", "schema"],
  ["allOf", "list"],
  ["anyOf", "list"],
  ["oneOf", "list"],
  ["prefixItems", "list"],
  ["items", "schema-or-list"],
  ["$defs", "map"],
  ["definitions", "map"],
  ["dependencies", "map"],
  ["dependentSchemas", "map"],
  ["patternProperties", "map"],
  ["properties", "map"],
]);

const inPlaceKeywords = new Set([
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
  "dependentSchemas",
  "dependencies",
]);

/** Do the schemas under this keyword speak of the same value as the schema that has it? */
export function isInPlace(keyword: string): boolean {
  return inPlaceKeywords.has(keyword);
}

/** A schema directly inside another: its value and its pointer. `dependencies` lists of names are skipped. */
export interface Subschema {
  readonly value: Json;
  readonly pointer: string;
  readonly keyword: string;
}

export function* subschemas(schema: Json, pointer = ""): Generator<Subschema> {
  if (!isObject(schema)) return;
  for (const [keyword, value] of Object.entries(schema)) {
    const shape = applicators.get(keyword);
    if (shape === undefined) continue;
    const here = childPointer(pointer, keyword);
    if (Array.isArray(value)) {
      if (shape === "schema" || shape === "map") continue;
      for (const [index, item] of (value as readonly Json[]).entries())
        yield { value: item, pointer: childPointer(here, index), keyword };
    } else if (shape === "map") {
      if (!isObject(value)) continue;
      for (const [name, item] of Object.entries(value))
        if (!Array.isArray(item)) yield { value: item, pointer: childPointer(here, name), keyword };
    } else if (shape !== "list") yield { value, pointer: here, keyword };
  }
}

/** Whether walking these tokens down from a schema ends at a schema (and not at a map of them or in data). */
export function isSchemaPath(tokens: readonly string[]): boolean {
  let index = 0;
  while (index < tokens.length) {
    const shape = applicators.get(tokens[index] as string);
    if (shape === undefined) return false;
    const isIndexed = shape === "list" || (shape === "schema-or-list" && /^\d+$/.test(tokens[index + 1] ?? ""));
    index += shape === "map" || isIndexed ? 2 : 1;
  }
  return index === tokens.length;
}
