import { below, resolve } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { define, isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { matches } from "../strings/matching.ts";
import { entriesOf, listOf, membersOf, needed } from "./members.ts";

/** How to say that undeclared properties are not written. */
export interface Closing {
  /** Each alternative is closed by itself, because nothing is declared outside of them. */
  readonly byBranch: boolean;
  /** Names that are written whichever alternative holds, because what stands outside of them asks for them. */
  readonly named: readonly string[];
  /** Keywords to add to the rewritten schema. */
  keywords(copy: JsonObject, others: readonly object[]): { readonly [keyword: string]: unknown };
}

const MAX_DEPTH = 50;
const ALTERNATIVES = ["anyOf", "oneOf"];
const CONDITIONAL = ["then", "else"];

/**
 * How to close the value that `place` describes; `undefined` when it declares no properties, or when it would then say
 * something that nobody could write. What a schema asks for is written, declared or not.
 *
 * In: also the keys that are written anyhow, the names that what it is an alternative of asks for, and whether any part
 * of the schema tells what was evaluated: such a part would notice a name that is only let through here.
 * `beside`: what else describes the value, that declares and asks for names as well.
 */
export function close(
  place: Place,
  writtenKeys: readonly string[],
  named: readonly string[],
  beside: readonly Place[],
  evaluates: boolean,
): Closing | undefined {
  const schema = place.schema as JsonObject;
  const outside = declares(place, false, 0);
  const alternatives = ALTERNATIVES.filter((keyword) => own(schema, keyword) !== undefined);
  if (!outside && !declares(place, true, 0)) return undefined;
  const asked = askedOf([place, ...beside], writtenKeys, named);
  const isNoticed = asked.undeclared.length > 0 || (beside.length > 0 && tellsEvaluated(place));
  if (asked.isMore || (evaluates && isNoticed)) return undefined;
  if (!outside && alternatives.length === 1)
    return { byBranch: true, named: [...named, ...asked.always], keywords: () => ({}) };
  const simple = !inPlaceKeywords.some((keyword) => own(schema, keyword) !== undefined);
  return {
    byBranch: false,
    named: [],
    keywords(copy: JsonObject, others: readonly object[]): { readonly [keyword: string]: unknown } {
      const keyword = simple && others.length === 0 ? "additionalProperties" : "unevaluatedProperties";
      if (copy["additionalProperties"] !== undefined || copy["unevaluatedProperties"] !== undefined) return {};
      const properties = own(copy, "properties");
      const known: { [name: string]: unknown } = isObject(properties) ? { ...properties } : {};
      for (const name of [...writtenKeys, ...asked.undeclared])
        if (!Object.hasOwn(known, name)) define(known, name, true);
      return {
        ...(Object.keys(known).length === 0 ? {} : { properties: known }),
        ...(others.length === 0 ? {} : { allOf: [...listOf(copy, "allOf"), ...others] }),
        [keyword]: false,
      };
    },
  };
}

const tellsEvaluated = (place: Place): boolean =>
  membersOf([place]).all.some(({ schema }) => own(schema, "unevaluatedProperties") !== undefined);

/** Where several alternatives hold at once, what any of them declares is written; nothing where there are none. */
export function declaredTogether(
  anyOf: readonly unknown[],
  names: readonly string[],
  others: readonly object[],
): readonly object[] {
  if (anyOf.length === 0) return [];
  const properties = Object.fromEntries(names.map((name) => [name, true]));
  const allOf = others.length === 0 ? {} : { allOf: others };
  return [{ anyOf, ...allOf, properties, unevaluatedProperties: false }];
}

/** Those that say of a value, in place or through others, which names it has. */
export function declaring(places: readonly Place[]): readonly Place[] {
  const keywords = ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"];
  return places.filter((place) =>
    membersOf([place]).all.some(({ schema }) => keywords.some((keyword) => own(schema, keyword) !== undefined)),
  );
}

/** What everything that is said of a value asks for beyond what it declares. */
interface Asked {
  /** Names that are asked for and declared nowhere. */
  readonly undeclared: readonly string[];
  /** Names that are asked for outside of alternatives. */
  readonly always: readonly string[];
  /** Can it not be met with the names that are known: more properties, or values that are listed and have others? */
  readonly isMore: boolean;
}

function askedOf(places: readonly Place[], writtenKeys: readonly string[], named: readonly string[]): Asked {
  const { all } = membersOf(places);
  const names = new Set([
    ...writtenKeys,
    ...all.flatMap(({ schema }) => entriesOf(schema, "properties").map(([name]) => name)),
  ]);
  const patterns = new Set(all.flatMap(({ schema }) => entriesOf(schema, "patternProperties").map(([key]) => key)));
  const isDeclared = (name: string): boolean =>
    names.has(name) || [...patterns].some((pattern) => matches(pattern, name) === true);
  const undeclared = new Set(
    [...named, ...all.flatMap(({ schema }) => needed(schema))].filter((name) => !isDeclared(name)),
  );
  const outside = all.filter(({ choices }) => ![...choices.keys()].some((list) => Array.isArray(list)));
  const least = Math.max(0, ...all.map(({ schema }) => Number(own(schema, "minProperties") ?? 0)));
  const listed = all
    .flatMap(({ schema }) => [own(schema, "const"), ...listOf(schema, "enum")])
    .filter(isObject)
    .flatMap((value) => Object.keys(value));
  return {
    undeclared: [...undeclared],
    always: outside.flatMap(({ schema }) => needed(schema)),
    isMore: least > names.size + undeclared.size || listed.some((name) => !isDeclared(name) && !undeclared.has(name)),
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
