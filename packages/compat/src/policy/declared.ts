import { below, resolve } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { define, isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";

/** How to say that undeclared properties are not written. */
export interface Closing {
  /** Each alternative is closed by itself, because nothing is declared outside of them. */
  readonly byBranch: boolean;
  /** Keywords to add to the rewritten schema. */
  keywords(copy: JsonObject): { readonly [keyword: string]: unknown };
}

const MAX_DEPTH = 50;
const ALTERNATIVES = ["anyOf", "oneOf"];
const CONDITIONAL = ["then", "else"];

/** How to close the value that `place` describes; `undefined` when it declares no properties. */
export function close(place: Place, writtenKeys: readonly string[]): Closing | undefined {
  const schema = place.schema as JsonObject;
  const outside = declares(place, false, 0);
  const alternatives = ALTERNATIVES.filter((keyword) => own(schema, keyword) !== undefined);
  if (!outside) {
    if (!declares(place, true, 0)) return undefined;
    if (alternatives.length === 1) return { byBranch: true, keywords: () => ({}) };
  }
  const simple = !inPlaceKeywords.some((keyword) => own(schema, keyword) !== undefined);
  return {
    byBranch: false,
    keywords(copy: JsonObject): { readonly [keyword: string]: unknown } {
      const keyword = simple ? "additionalProperties" : "unevaluatedProperties";
      if (copy["additionalProperties"] !== undefined || copy["unevaluatedProperties"] !== undefined) return {};
      const properties = own(copy, "properties");
      const known: { [name: string]: unknown } = isObject(properties) ? { ...properties } : {};
      for (const name of writtenKeys) if (!Object.hasOwn(known, name)) define(known, name, true);
      return Object.keys(known).length === 0 ? { [keyword]: false } : { properties: known, [keyword]: false };
    },
  };
}

const inPlaceKeywords = ["$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "dependencies"];

/** Are properties declared for this value, with or without looking into alternatives? */
function declares(place: Place, alternatives: boolean, depth: number): boolean {
  const { schema } = place;
  if (!isObject(schema) || depth > MAX_DEPTH) return false;
  const reference = own(schema, "$ref");
  const target = typeof reference === "string" ? resolve(place, reference) : undefined;
  if (target !== undefined && declares(target, alternatives, depth + 1)) return true;
  const properties = own(schema, "properties");
  if (isObject(properties)) return true;
  const lists = alternatives ? ["allOf", ...ALTERNATIVES] : ["allOf"];
  const children = lists.flatMap((keyword) => {
    const value = own(schema, keyword);
    return Array.isArray(value) ? value : [];
  });
  if (alternatives) for (const keyword of CONDITIONAL) children.push(own(schema, keyword));
  return children.some((child) => declares(below(place, child), alternatives, depth + 1));
}
