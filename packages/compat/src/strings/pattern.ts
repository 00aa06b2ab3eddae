import { RegExpParser } from "@eslint-community/regexpp";
import type { AST } from "@eslint-community/regexpp";
import { CharSet, JS } from "refa";
import { MAX_CHARACTER, NfaBuilder } from "./nfa.ts";
import type { Nfa } from "./nfa.ts";

/** A language as a boolean combination of searches: the part of ECMAScript patterns that automata can express. */
export type Language =
  | { readonly kind: "search"; readonly nfa: Nfa }
  | { readonly kind: "not"; readonly of: Language }
  | { readonly kind: "all" | "any"; readonly of: readonly Language[] };

export interface PatternFlags {
  /** Those of a regular expression; without them the source is a pattern, with `u` where that is allowed. */
  readonly flags?: string;
  readonly widened?: boolean;
}

interface Mode {
  readonly unicode: boolean;
  readonly ignoreCase: boolean;
  readonly widened: boolean;
}

/** A pattern that is not understood; the solver then treats it as opaque. */
export class UnsupportedPattern extends Error {}

/** Halves of characters beyond U+FFFF, among the units of text. */
const HALVES = CharSet.fromRange(0xffff, { min: 0xd800, max: 0xdfff });
const MAX_SOURCE = 20_000;
const parser = new RegExpParser({ ecmaVersion: 2025 });

/**
 * Parses an ECMAScript pattern. As validators do, first with the `u` flag; a pattern that is only valid without it is
 * read without, unit by unit. `undefined` when it is no pattern at all.
 */
export function parsePattern(
  source: string,
  modes: readonly boolean[] = [true, false],
): { readonly pattern: AST.Pattern; readonly unicode: boolean } | undefined {
  if (source.length > MAX_SOURCE) return undefined;
  for (const unicode of modes) {
    try {
      return { pattern: parser.parsePattern(source, 0, source.length, { unicode }), unicode };
    } catch {
      // Try the other grammar.
    }
  }
  return undefined;
}

/**
 * The set of strings in which the pattern is found. Lookaheads after a prefix of fixed length and lookbehinds right
 * before the end become conjunctions of searches; other lookarounds and back references are unsupported.
 *
 * With `widened` what is unsupported is replaced by something that matches more, which still serves proofs that nothing
 * matches: a back reference by another match of its group, a lookaround by nothing.
 *
 * @throws UnsupportedPattern
 */
export function languageOf(source: string, written: PatternFlags, maxStates: number): Language {
  const parsed = parsePattern(source, written.flags === undefined ? undefined : [written.flags.includes("u")]);
  if (parsed === undefined) throw new UnsupportedPattern(source);
  const { pattern, unicode } = parsed;
  const flags = { unicode, ignoreCase: written.flags?.includes("i") === true, widened: written.widened === true };
  const convert = (elements: readonly AST.Element[]): Language => alternative(elements, flags, maxStates);
  const lookaround = !flags.widened && pattern.alternatives.some(({ elements }) => elements.some(isLookaround));
  if (lookaround) return { kind: "any", of: pattern.alternatives.map(({ elements }) => convert(elements)) };
  return search((build) => build.alternatives(pattern.alternatives), flags, maxStates);
}

function search(write: (build: Writer) => void, flags: Mode, maxStates: number): Language {
  const writer = new Writer(flags, maxStates);
  write(writer);
  return { kind: "search", nfa: writer.nfa.finish(!flags.unicode) };
}

function isLookaround(element: AST.Element): element is AST.LookaroundAssertion {
  return element.type === "Assertion" && (element.kind === "lookahead" || element.kind === "lookbehind");
}

/** One top-level alternative: its lookarounds are split off where their position is known. */
function alternative(elements: readonly AST.Element[], flags: Mode, maxStates: number): Language {
  const index = elements.findIndex((element) => isLookaround(element));
  if (index < 0) return search((build) => build.sequence(elements), flags, maxStates);
  const assertion = elements[index] as AST.LookaroundAssertion;
  const before = elements.slice(0, index);
  const after = elements.slice(index + 1);
  const rest = alternative([...before, ...after], flags, maxStates);
  let found: Language;
  if (assertion.kind === "lookahead") {
    const [first] = before;
    if (first?.type !== "Assertion" || first.kind !== "start") throw new UnsupportedPattern("lookahead");
    const width = fixedWidth(before.slice(1));
    found = search((build) => build.anchoredAfter(width, assertion.alternatives), flags, maxStates);
  } else {
    const [next] = after;
    if (after.length !== 1 || next?.type !== "Assertion" || next.kind !== "end")
      throw new UnsupportedPattern("lookbehind");
    found = search((build) => build.before(assertion.alternatives, next), flags, maxStates);
  }
  return { kind: "all", of: [rest, assertion.negate ? { kind: "not", of: found } : found] };
}

/** The number of characters that every match of the elements has. */
function fixedWidth(elements: readonly AST.Element[]): number {
  let width = 0;
  for (const element of elements) {
    if (element.type === "Character" || element.type === "CharacterSet" || element.type === "CharacterClass") width++;
    else if (element.type === "Quantifier" && element.min === element.max) {
      width += element.min * fixedWidth([element.element]);
    } else throw new UnsupportedPattern("lookahead after a prefix of variable length");
  }
  return width;
}

/** Does every match of the pattern go through the group? */
function isCertain(group: AST.CapturingGroup): boolean {
  for (let node: AST.Node | null = group.parent; node !== null; node = node.parent) {
    if (node.type === "Assertion" || (node.type === "Quantifier" && node.min === 0)) return false;
    if ("alternatives" in node && node.alternatives.length > 1) return false;
  }
  return true;
}

/** Writes a pattern's syntax tree into an automaton. */
class Writer {
  readonly nfa: NfaBuilder;
  readonly #flags: JS.Flags;
  readonly #widened: boolean;

  constructor({ unicode, ignoreCase, widened }: Mode, maxStates: number) {
    this.nfa = new NfaBuilder(maxStates);
    this.#widened = widened;
    this.#flags = { unicode, ignoreCase };
  }

  alternatives(alternatives: readonly AST.Alternative[]): void {
    const from = this.nfa.current;
    const end = this.nfa.state();
    for (const { elements } of alternatives) {
      this.nfa.current = from;
      this.sequence(elements);
      this.nfa.free(this.nfa.current, end);
    }
    this.nfa.current = end;
  }

  sequence(elements: readonly AST.Element[]): void {
    for (const element of elements) this.#element(element);
  }

  /** `^` then any `width` characters, then the alternatives. */
  anchoredAfter(width: number, alternatives: readonly AST.Alternative[]): void {
    this.nfa.condition("start");
    for (let count = 0; count < width; count++) this.nfa.any();
    this.alternatives(alternatives);
  }

  before(alternatives: readonly AST.Alternative[], end: AST.Element): void {
    this.alternatives(alternatives);
    this.#element(end);
  }

  #element(element: AST.Element): void {
    switch (element.type) {
      case "Character":
      case "CharacterSet":
        if (element.type === "CharacterSet" && element.kind === "property" && element.strings) break;
        return this.#consume(element);
      case "CharacterClass":
        if (element.unicodeSets) break;
        return this.#consume(element);
      case "Group":
        if (element.modifiers !== null) break;
        return this.alternatives(element.alternatives);
      case "CapturingGroup":
        return this.alternatives(element.alternatives);
      case "Quantifier":
        return this.#quantifier(element);
      case "Assertion":
        if (element.kind === "start" || element.kind === "end") return this.nfa.condition(element.kind);
        if (element.kind === "word") return this.nfa.condition(element.negate ? "inside" : "boundary");
        if (this.#widened) return;
        break;
      case "Backreference":
        if (this.#widened) return this.#groupOrNothing(element);
        break;
      default:
    }
    throw new UnsupportedPattern(element.raw);
  }

  #consume(element: AST.Character | AST.CharacterSet | AST.CharacterClass): void {
    const set = JS.parseCharSet(element as Parameters<typeof JS.parseCharSet>[0], this.#flags);
    if (this.#flags.unicode === true) return this.nfa.consume(set);
    // Half a character may stand for each half of any.
    const halves = set.intersect(HALVES);
    if (!halves.isEmpty && !halves.equals(HALVES)) throw new UnsupportedPattern(element.raw);
    this.nfa.consume(CharSet.empty(MAX_CHARACTER).union(set.ranges));
  }

  /** More than what a back reference matches: a group may also match something else, or not have matched at all. */
  #groupOrNothing({ resolved, start }: AST.Backreference): void {
    const from = this.nfa.current;
    const end = this.nfa.state();
    const groups = Array.isArray(resolved) ? resolved : [resolved];
    if (!groups.some((group) => group.end <= start && isCertain(group))) this.nfa.free(from, end);
    for (const group of groups) {
      this.nfa.current = from;
      this.alternatives(group.alternatives);
      this.nfa.free(this.nfa.current, end);
    }
    this.nfa.current = end;
  }

  #quantifier({ min, max, element }: AST.Quantifier): void {
    for (let count = 0; count < min; count++) this.#element(element);
    if (max === Infinity) {
      const loop = this.nfa.state();
      this.nfa.free(this.nfa.current, loop);
      this.nfa.current = loop;
      this.#element(element);
      this.nfa.free(this.nfa.current, loop);
      this.nfa.current = loop;
      return;
    }
    const end = this.nfa.state();
    for (let count = min; count < max; count++) {
      this.nfa.free(this.nfa.current, end);
      this.#element(element);
    }
    this.nfa.free(this.nfa.current, end);
    this.nfa.current = end;
  }
}
