import type { Json } from "../read/json.ts";
import { isObject } from "../read/json.ts";
import { matcherOf } from "./matchers.ts";
import type { MatchingRules, PlaceStep, RuleList } from "./matching-rules.ts";
import { readMatchingRules, rulesAt } from "./matching-rules.ts";
import type { Interaction } from "./pact.ts";

/** `exact` values must be equal; `type` any value of that type; `pattern` what a regular expression or format takes. */
export interface Matching {
  readonly kind: "exact" | "type" | "pattern" | "number" | "date";
  readonly detail?: string;
}

const MAX_PATHS = 2000;

/**
 * Instance path (`data.items[].quantity`) → how it is matched, for every value that an interaction's contents hold; by the rules
 * that the projection reads.
 */
export function relianceOf({
  contents,
  rules: body,
}: Pick<Interaction, "contents" | "rules">): ReadonlyMap<string, Matching> {
  const { rules } = readMatchingRules(body);
  const found = new Map<string, Matching>();
  const visit = (value: Json, shown: string, path: readonly PlaceStep[]): void => {
    if (found.size > MAX_PATHS) return;
    if (shown !== "" && !found.has(shown)) found.set(shown, matchingAt(rules, path));
    if (Array.isArray(value))
      for (const [index, item] of (value as readonly Json[]).entries()) visit(item, `${shown}[]`, [...path, { index }]);
    else if (isObject(value))
      for (const [name, item] of Object.entries(value))
        visit(item, shown === "" ? name : `${shown}.${name}`, [...path, { name }]);
  };
  visit(contents, "", []);
  return found;
}

function matchingAt(rules: MatchingRules, place: readonly PlaceStep[]): Matching {
  const found = rulesAt(rules, place);
  return found === undefined ? { kind: "exact" } : matchingOf(found.list);
}

function matchingOf({ rules: [first] }: RuleList): Matching {
  const matcher = first === undefined ? undefined : matcherOf(first);
  switch (matcher?.kind) {
    case undefined:
      return { kind: "exact" };
    case "regex":
      return { kind: "pattern", detail: matcher.regex };
    case "moment":
      return { kind: "date", detail: matcher.format };
    case "plain":
      return { kind: plainKinds[matcher.name] ?? "type" };
    default:
      return { kind: "type" };
  }
}

const plainKinds: Readonly<Record<string, Matching["kind"]>> = {
  equality: "exact",
  integer: "number",
  decimal: "number",
  number: "number",
};
