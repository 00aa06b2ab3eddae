import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";

/** The rules for one path of a message, as the file has them. */
export interface RuleList {
  readonly combine: "AND" | "OR";
  readonly rules: readonly JsonObject[];
}

/** Rule lists of a body, with their paths taken apart. */
export type MatchingRules = readonly { readonly path: readonly Step[]; readonly list: RuleList }[];

/** A step of a path in a value: a name, an index, or any of them. */
type Step = { readonly name: string } | "*";

/** Reads `matchingRules.body`. Paths that are no JSON paths as Pact writes them are left out and answered apart. */
export function readMatchingRules(body: JsonObject): {
  readonly rules: MatchingRules;
  readonly unread: readonly string[];
} {
  const unread: string[] = [];
  const rules = Object.entries(body).flatMap(([text, value]) => {
    const path = stepsOf(text);
    const matchers = own(value, "matchers");
    if (path === undefined || !Array.isArray(matchers)) {
      unread.push(text);
      return [];
    }
    const list = (matchers as readonly Json[]).filter(isObject);
    return [{ path, list: { combine: own(value, "combine") === "OR" ? "OR" : "AND", rules: list } as const }];
  });
  return { rules, unread };
}

/**
 * The rules that hold at a path, by the weights of the Pact specification: an exact step weighs 2, a wildcard 1, and the
 * heaviest rule wins. `inherited`: the rule is one for something further out.
 */
export function rulesAt(
  rules: MatchingRules,
  path: readonly string[],
): { readonly list: RuleList; readonly inherited: boolean } | undefined {
  let best: { list: RuleList; inherited: boolean } | undefined;
  let heaviest = 0;
  for (const rule of rules) {
    const weight = weightOf(rule.path, path) * (rule.path.length + 1);
    if (weight <= heaviest) continue;
    heaviest = weight;
    best = { list: rule.list, inherited: rule.path.length < path.length };
  }
  return best;
}

function weightOf(rule: readonly Step[], path: readonly string[]): number {
  if (rule.length > path.length) return 0;
  return rule.reduce((weight, step, index) => {
    if (step === "*") return weight;
    return step.name === path[index] ? weight * 2 : 0;
  }, 2);
}

/** `$.data.items[*]['unit price']` → data, items, any, unit price. */
function stepsOf(text: string): readonly Step[] | undefined {
  if (text === "" || text === "$") return [];
  const pattern = /\.(\*|[^.[\]]+)|\[(\*|\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\["((?:[^"\\]|\\.)*)"\]/y;
  const steps: Step[] = [];
  const rest = text.startsWith("$") ? text.slice(1) : `.${text}`;
  for (let at = 0; at < rest.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const found = pattern.exec(rest);
    if (!found) return undefined;
    const bare = found[1] ?? found[2];
    if (bare === "*") steps.push("*");
    else steps.push({ name: bare ?? (found[3] ?? found[4] ?? "").replaceAll(/\\(.)/g, "$1") });
  }
  return steps;
}
