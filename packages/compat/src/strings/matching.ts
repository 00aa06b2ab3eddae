import type { AST } from "@eslint-community/regexpp";
import { LargeText } from "../large/value.ts";
import type { Text, TextFamily } from "../large/value.ts";
import { toExpression } from "./expression.ts";
import { languageOf, parsePattern } from "./pattern.ts";
import type { Language } from "./pattern.ts";
import { includes, shortestWord } from "./search.ts";

/** Steps of backtracking a native match may be expected to take; beyond, an automaton is walked instead. */
const MAX_WORK = 200_000;

interface Matcher {
  readonly expression: RegExp;
  /** Quantified parts without an upper bound (or a high one), and whether one lies inside another. */
  readonly loops: number;
  readonly nested: boolean;
}

const cache = new Map<string, Matcher | undefined>();
const CACHE_SIZE = 2000;

/**
 * Is the pattern found in the value? ECMAScript semantics with the `u` flag where the pattern allows it. `undefined`
 * for what is no pattern, and where both backtracking and the automaton could take long.
 */
export function matches(source: string, value: Text): boolean | undefined {
  const matcher = matcherOf(source);
  if (matcher === undefined) return undefined;
  if (typeof value !== "string") return matchesLarge(source, undefined, value);
  const { length } = value;
  const work = matcher.nested ? 2 ** (length + 2) : (length + 1) ** (1 + Math.min(matcher.loops, 8));
  return work > MAX_WORK && length > 4 ? walk(source, value) : matcher.expression.test(value);
}

const MAX_STATES = 3000;
const MAX_LENGTH = 20_000;

function walk(source: string, value: string): boolean | undefined {
  return value.length > MAX_LENGTH ? undefined : counted((onState) => includes(search(source), value, onState));
}

/** Is the pattern found in a text that is not written out; in every member of a family, or in none? */
export function matchesLarge(
  source: string,
  flags: string | undefined,
  value: LargeText | TextFamily,
): boolean | undefined {
  return counted((onState) => {
    const language = search(source, flags);
    if (value instanceof LargeText) return includes(language, value, onState);
    const members = search(expressionOf(value));
    const found = (negated: boolean): boolean => {
      const wanted: Language = negated ? { kind: "not", of: language } : language;
      return shortestWord([members, wanted], { least: 0, most: Infinity }, onState) !== undefined;
    };
    if (!found(false)) return false;
    return found(true) ? undefined : true;
  });
}

/** The pattern of all texts that differ from a family's members in the counter at most. */
export function expressionOf({ before, alphabet, width, after }: TextFamily): string {
  const literal = (text: string): string =>
    [...text].map((character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`).join("");
  return `^${literal(before)}[${literal(alphabet)}]{${width}}${literal(after)}$`;
}

const search = (source: string, flags?: string): Language =>
  languageOf(source, flags === undefined ? {} : { flags }, MAX_STATES);

/** `undefined` where automata cannot tell, or where it takes too many of their states. */
function counted<T>(work: (onState: (size: number, isState: boolean) => void) => T): T | undefined {
  let states = 0;
  try {
    return work((_size, isState) => {
      if (isState && ++states > MAX_STATES) throw new RangeError("too many states");
    });
  } catch {
    return undefined;
  }
}

/** Can the pattern be used at all? */
export function isPattern(source: string): boolean {
  return matcherOf(source) !== undefined;
}

function matcherOf(source: string): Matcher | undefined {
  if (cache.has(source)) return cache.get(source);
  const matcher = build(source);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(source, matcher);
  return matcher;
}

function build(source: string): Matcher | undefined {
  const parsed = parsePattern(source);
  if (parsed === undefined) return undefined;
  const { loops, nested } = repetition(parsed.pattern.alternatives, false);
  const expression = toExpression(source);
  return expression === undefined ? undefined : { expression, loops, nested };
}

function repetition(alternatives: readonly AST.Alternative[], inside: boolean): { loops: number; nested: boolean } {
  let loops = 0;
  let nested = false;
  const add = (part: { loops: number; nested: boolean }): void => {
    loops += part.loops;
    nested ||= part.nested;
  };
  // Repeated alternatives can share a beginning, as in (a|aa)+, which backtracks like repetition within repetition.
  if (inside && alternatives.length > 1) nested = true;
  for (const { elements } of alternatives) {
    for (const element of elements) {
      if (element.type === "Quantifier") {
        const repeats = element.max > 1 && element.max !== element.min;
        const many = repeats || element.max > 1;
        const body = element.element;
        if (repeats) add({ loops: 1, nested: inside });
        if ("alternatives" in body) add(repetition(body.alternatives, inside || many));
      } else if ("alternatives" in element) add(repetition(element.alternatives, inside));
    }
  }
  return { loops, nested };
}
