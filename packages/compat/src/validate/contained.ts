import { isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";

/**
 * Since 2020-12 `contains` evaluates the items that fit it (2020-12, 10.3.1.3), which ajv does not keep account of: here
 * `unevaluatedItems` is told to let them pass.
 *
 * @throws Error where they pass only if an alternative holds
 */
export function withContained(node: JsonObject, root: unknown): JsonObject {
  const rest = own(node, "unevaluatedItems");
  if (rest === undefined || rest === true) return node;
  const found: unknown[] = [];
  collect(node, root, found, new Set());
  if (found.length === 0) return node;
  return { ...node, unevaluatedItems: { anyOf: rest === false ? found : [...found, rest] } };
}

const ALTERNATIVES = ["anyOf", "oneOf"] as const;

function collect(schema: unknown, root: unknown, found: unknown[], seen: Set<unknown>): void {
  if (!isObject(schema) || seen.has(schema)) return;
  seen.add(schema);
  const contains = own(schema, "contains");
  if (contains !== undefined) found.push(contains);
  for (const part of [...list(schema, "allOf"), target(schema, root)]) collect(part, root, found, seen);
  const maybe: unknown[] = [];
  for (const part of conditional(schema)) collect(part, root, maybe, seen);
  if (maybe.length > 0) throw new Error('"unevaluatedItems" beside a "contains" that holds in one alternative only');
}

/** What describes the same value under a condition. */
function conditional(schema: JsonObject): readonly unknown[] {
  const dependent = own(schema, "dependentSchemas");
  return [
    ...ALTERNATIVES.flatMap((keyword) => list(schema, keyword)),
    ...["if", "then", "else"].map((keyword) => own(schema, keyword)),
    ...(isObject(dependent) ? Object.values(dependent) : []),
  ];
}

function list(schema: JsonObject, keyword: string): readonly unknown[] {
  const value = own(schema, keyword);
  return Array.isArray(value) ? value : [];
}

function target(schema: JsonObject, root: unknown): unknown {
  const reference = own(schema, "$ref");
  if (typeof reference !== "string" || !reference.startsWith("#")) return undefined;
  let here: unknown = root;
  for (const step of decodeURIComponent(reference.slice(1)).split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(here)) here = here[Number(key)];
    else here = isObject(here) ? own(here, key) : undefined;
  }
  return here;
}
