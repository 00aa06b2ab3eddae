import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own } from "../read/json.ts";

/** The rules for one path of a message, as the file has them. */
export interface RuleList {
  readonly combine: "AND" | "OR";
  readonly rules: readonly JsonObject[];
}

/** Rule lists of a body, with their paths taken apart. */
export type MatchingRules = readonly { readonly path: readonly Step[]; readonly list: RuleList }[];

/** A step of a rule's path: a name or an index (both by their text), any index, or anything. */
export type Step = { readonly name: string } | { readonly index: string } | "[*]" | "*";

/** A step of a place in a value: a name, an index, or every name or index that no rule mentions. */
export type PlaceStep = { readonly name: string } | { readonly index: number } | "other name" | "other index";

/** The rules that hold at a place. */
export interface RulesAt {
  readonly list: RuleList;
  /** The rule is one for something further out. */
  readonly inherited: boolean;
  /** Two rules weigh the same and say different things: the verifier takes either. */
  readonly ambiguous: boolean;
}

/** Reads `matchingRules.body`. Paths that Pact does not read, and rules without matchers, are answered apart. */
export function readMatchingRules(body: JsonObject): {
  readonly rules: MatchingRules;
  readonly unread: readonly string[];
} {
  const unread: string[] = [];
  const rules = Object.entries(body).flatMap(([text, value]) => {
    const path = stepsOf(text);
    const matchers = own(value, "matchers");
    const list = Array.isArray(matchers) ? (matchers as readonly Json[]).filter(isObject) : undefined;
    if (path === undefined || list === undefined || list.length !== (matchers as readonly Json[]).length) {
      unread.push(text);
      return [];
    }
    const combine = own(value, "combine");
    const isEither = typeof combine === "string" && combine.toUpperCase() === "OR";
    return list.length === 0 ? [] : [{ path, list: { combine: isEither ? "OR" : "AND", rules: list } as const }];
  });
  return { rules, unread };
}

/**
 * The rules that hold at a place, chosen as Pact's verifier chooses (`MatchingRuleCategory::max_by_path` of pact_models): an
 * exact step weighs 2, a wildcard 1, the product is multiplied by the length of the rule's path with its root, and the
 * heaviest rule wins.
 */
export function rulesAt(rules: MatchingRules, place: readonly PlaceStep[]): RulesAt | undefined {
  const weighed = rules.flatMap(({ path, list }) => {
    const weight = weightOf(path, place) * (path.length + 1);
    return weight > 0 ? [{ list, weight, inherited: path.length < place.length }] : [];
  });
  const heaviest = Math.max(...weighed.map(({ weight }) => weight));
  const best = weighed.filter(({ weight }) => weight === heaviest);
  const [first] = best;
  if (first === undefined) return undefined;
  const said = new Set(best.map(({ list, inherited }) => canonicalJson({ ...list, inherited } as unknown as Json)));
  return { list: first.list, inherited: first.inherited, ambiguous: said.size > 1 };
}

/** The rules whose path is as long as the place and matches it. */
export const rulesExactlyAt = (rules: MatchingRules, place: readonly PlaceStep[]): readonly RuleList[] =>
  rules.flatMap(({ path, list }) => (path.length === place.length && weightOf(path, place) > 0 ? [list] : []));

/** The steps that rules name at a depth, where what comes before matches the place. */
export const stepsBelow = (rules: MatchingRules, place: readonly PlaceStep[]): readonly Step[] =>
  rules.flatMap(({ path }) => {
    const step = path[place.length];
    return step !== undefined && weightOf(path.slice(0, place.length), place) > 0 ? [step] : [];
  });

function weightOf(rule: readonly Step[], place: readonly PlaceStep[]): number {
  if (rule.length > place.length) return 0;
  return rule.reduce((weight, step, at) => weight * weightOfStep(step, place[at] as PlaceStep), 2);
}

const isIndexText = (text: string): boolean => /^\d+$/.test(text);

function weightOfStep(step: Step, at: PlaceStep): number {
  if (step === "*") return 1;
  if (typeof at === "string") return step === "[*]" && at === "other index" ? 1 : 0;
  const text = "name" in at ? at.name : String(at.index);
  if (step === "[*]") return isIndexText(text) ? 1 : 0;
  if ("name" in step) return step.name === text ? 2 : 0;
  return isIndexText(text) && BigInt(step.index) === BigInt(text) ? 2 : 0;
}

/**
 * `$.data.items[*]['unit price']` → data, items, any index, unit price; undefined for what Pact does not read as a path
 * (`parse_path_exp` of pact_models: no escapes in quotes, no double quotes).
 */
function stepsOf(text: string): readonly Step[] | undefined {
  const rest = text.startsWith("$") ? text.slice(1) : /^[\p{Alphabetic}\p{N}]/u.test(text) ? `.${text}` : undefined;
  if (rest === undefined) return undefined;
  const pattern = /\.(\*|[\p{Alphabetic}\p{N}_\-:#@]+)|\[(\*|\d{1,15})\]|\['([^']+)'\]/uy;
  const steps: Step[] = [];
  for (let at = 0; at < rest.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const found = pattern.exec(rest);
    if (!found) return undefined;
    const [, bare, index, quoted] = found;
    if (bare === "*") steps.push("*");
    else if (index !== undefined) steps.push(index === "*" ? "[*]" : { index });
    else steps.push({ name: bare ?? quoted ?? "" });
  }
  return steps;
}
