import type { Place } from "../schema/document.ts";
import { isCount, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Compiler } from "./compile.ts";
import { ARRAY } from "./node.ts";
import type { Node } from "./node.ts";

/** Schemas of the first items and of the rest, whatever the dialect calls them. */
export function itemKeywords(schema: JsonObject, place: Place): { tuple: readonly unknown[]; rest: unknown } {
  const items = own(schema, "items");
  if (place.document.dialect === "2020-12") {
    const prefix = own(schema, "prefixItems");
    return { tuple: Array.isArray(prefix) ? prefix : [], rest: Array.isArray(items) ? undefined : items };
  }
  return Array.isArray(items) ? { tuple: items, rest: own(schema, "additionalItems") } : { tuple: [], rest: items };
}

/** Adds what a schema's keywords for arrays say. */
export function arrayKeywords(compiler: Compiler, schema: JsonObject, place: Place, parts: Node[]): void {
  const { store } = compiler;
  const say = (node: Node): void => void parts.push(compiler.when(ARRAY, node));
  const { tuple, rest } = itemKeywords(schema, place);
  for (const [index, item] of tuple.entries()) say(store.every(index, index + 1, compiler.child(place, item)));
  if (rest !== undefined) say(store.every(tuple.length, Infinity, compiler.child(place, rest)));
  const least = own(schema, "minItems");
  const most = own(schema, "maxItems");
  if (isCount(least)) say(store.items("ge", least));
  if (isCount(most)) say(store.items("le", most));
  if (own(schema, "uniqueItems") === true) say(store.unique(true));
  const contains = own(schema, "contains");
  if (contains === undefined) return;
  const node = compiler.child(place, contains);
  const counted = place.document.dialect !== "draft-07";
  const minimum = counted ? own(schema, "minContains") : undefined;
  const maximum = counted ? own(schema, "maxContains") : undefined;
  const counts = store.and([
    store.atLeast(isCount(minimum) ? minimum : 1, node),
    isCount(maximum) ? store.atMost(maximum, node) : store.types(ARRAY),
  ]);
  say(counts);
}
