import type { Pair } from "./pairs.ts";

/** Every keyword that an engine has to understand; each must be used by the corpus. */
export const keywords: readonly string[] = [
  "type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength",
  "pattern format properties required patternProperties additionalProperties propertyNames",
  "minProperties maxProperties dependencies dependentRequired dependentSchemas unevaluatedProperties",
  "items prefixItems additionalItems contains minContains maxContains uniqueItems minItems maxItems",
  "unevaluatedItems allOf anyOf oneOf not if then else true false $ref $defs definitions $id $anchor",
  "$dynamicRef $recursiveRef default",
].flatMap((line) => line.split(" "));

const namedSchemas = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
const schemaLists = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const schemas = new Set(
  [
    "additionalProperties propertyNames unevaluatedProperties items additionalItems contains",
    "unevaluatedItems not if then else",
  ].flatMap((line) => line.split(" ")),
);

function collect(schema: unknown, found: Set<string>): void {
  if (typeof schema === "boolean") found.add(String(schema));
  if (typeof schema !== "object" || schema === null) return;
  for (const [keyword, value] of Object.entries(schema)) {
    found.add(keyword);
    if (namedSchemas.has(keyword) || keyword === "dependencies")
      for (const child of Object.values(value ?? {})) if (!Array.isArray(child)) collect(child, found);
    if (schemaLists.has(keyword) || (keyword === "items" && Array.isArray(value)))
      for (const child of value) collect(child, found);
    else if (schemas.has(keyword)) collect(value, found);
  }
}

/** The keywords that stand as keywords (and not as data or names) in either schema of a pair. */
export function keywordsOf(pair: Pair): Set<string> {
  const found = new Set<string>();
  collect(pair.old, found);
  collect(pair.new, found);
  return found;
}

/** How often a keyword is used by pairs with an included direction, and by pairs with a refuted one. */
export interface Coverage {
  readonly keyword: string;
  readonly pairs: number;
  readonly included: number;
  readonly refuted: number;
}

/** Counts the pairs that use each keyword; the questions in which it stands, by label. */
export function coverage(pairs: readonly Pair[]): Coverage[] {
  const used = pairs.map((pair) => ({ pair, found: keywordsOf(pair) }));
  return keywords.map((keyword) => {
    const having = used.filter(({ found }) => found.has(keyword)).map(({ pair }) => pair);
    const labels = having.flatMap((pair) => [pair.backward, pair.forward]);
    const included = labels.filter(Boolean).length;
    return { keyword, pairs: having.length, included, refuted: labels.length - included };
  });
}
