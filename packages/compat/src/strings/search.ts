import { CharBase, CharSet } from "refa";
import { LazyDfa, WORD } from "./dfa.ts";
import type { Symbol } from "./dfa.ts";
import { MAX_CHARACTER } from "./nfa.ts";
import type { Nfa } from "./nfa.ts";
import type { Language } from "./pattern.ts";

export interface Lengths {
  readonly least: number;
  readonly most: number;
}

/** Told of every state made and its size; may throw to end a search that gets too large. */
export type OnState = (size: number) => void;

type Truth = boolean | undefined;
interface Component {
  readonly dfa: LazyDfa;
}
type Goal =
  | { readonly component: number }
  | { readonly not: Goal }
  | { readonly join: "all" | "any"; readonly of: readonly Goal[] };

interface Position {
  readonly states: readonly number[];
  readonly length: number;
  readonly previous: Position | undefined;
  readonly character: number;
}

/**
 * The shortest string (in code points) in the intersection of languages within the lengths, or `undefined` when there
 * is none, which is a proof. Breadth first over the product of automata that are made deterministic while walking.
 */
export function shortestWord(languages: readonly Language[], lengths: Lengths, onState: OnState): string | undefined {
  const nfas: Nfa[] = [];
  const goals = languages.map((language) => goalOf(language, nfas));
  const goal: Goal = { join: "all", of: goals };
  const symbols = alphabet(nfas);
  const components = nfas.map((nfa): Component => ({ dfa: new LazyDfa(nfa, symbols, onState) }));
  const cap = lengths.most === Infinity ? lengths.least : lengths.most + 1;
  const start: Position = { states: components.map(() => 0), length: 0, previous: undefined, character: -1 };
  const seen = new Set([keyOf(start, cap)]);
  const queue = [start];
  for (let head = 0; head < queue.length; head++) {
    const position = queue[head];
    if (position === undefined) break;
    if (position.length >= lengths.least && accepted(goal, components, position.states)) return word(position);
    if (position.length >= lengths.most) continue;
    for (const [index, symbol] of symbols.entries()) {
      const states = components.map(({ dfa }, at) => dfa.next(position.states[at] ?? 0, index));
      const next = { states, length: position.length + 1, previous: position, character: symbol.representative };
      if (fate(goal, components, states) === false) continue;
      const key = keyOf(next, cap);
      if (seen.has(key)) continue;
      seen.add(key);
      onState(components.length);
      queue.push(next);
    }
  }
  return undefined;
}

/** Is the string in the language? Takes time linear in the string, whatever the pattern. */
export function includes(language: Language, value: string, onState: OnState): boolean {
  const nfas: Nfa[] = [];
  const goal = goalOf(language, nfas);
  const characters = Array.from(value, (character) => character.codePointAt(0) ?? 0);
  const distinct = [...new Set(characters)];
  const symbols = distinct.map((representative) => ({ representative, word: WORD.has(representative) }));
  const indexes = new Map(distinct.map((character, index) => [character, index]));
  const components = nfas.map((nfa): Component => ({ dfa: new LazyDfa(nfa, symbols, onState) }));
  let states = components.map(() => 0);
  for (const character of characters) {
    states = components.map(({ dfa }, at) => dfa.next(states[at] ?? 0, indexes.get(character) ?? 0));
  }
  return accepted(goal, components, states);
}

function keyOf(position: Position, cap: number): string {
  return `${Math.min(position.length, cap)}:${position.states.join(",")}`;
}

function goalOf(language: Language, nfas: Nfa[]): Goal {
  if (language.kind === "search") return { component: nfas.push(language.nfa) - 1 };
  if (language.kind === "not") return { not: goalOf(language.of, nfas) };
  return { join: language.kind, of: language.of.map((part) => goalOf(part, nfas)) };
}

function judge(goal: Goal, truthOf: (component: number) => Truth): Truth {
  if ("component" in goal) return truthOf(goal.component);
  if ("not" in goal) {
    const truth = judge(goal.not, truthOf);
    return truth === undefined ? undefined : !truth;
  }
  const ends = goal.join === "any";
  let result: Truth = !ends;
  for (const part of goal.of) {
    const truth = judge(part, truthOf);
    if (truth === ends) return ends;
    if (truth === undefined) result = undefined;
  }
  return result;
}

function accepted(goal: Goal, components: readonly Component[], states: readonly number[]): boolean {
  return judge(goal, (at) => components[at]?.dfa.accepts(states[at] ?? 0)) === true;
}

function fate(goal: Goal, components: readonly Component[], states: readonly number[]): Truth {
  return judge(goal, (at) => components[at]?.dfa.fate(states[at] ?? 0));
}

function word(position: Position): string {
  const characters: string[] = [];
  for (let at: Position | undefined = position; at !== undefined && at.character >= 0; at = at.previous) {
    characters.push(String.fromCodePoint(at.character));
  }
  return characters.reverse().join("");
}

const LETTERS = CharSet.fromRange(MAX_CHARACTER, { min: 0x61, max: 0x7a });
const PREFERRED = [
  LETTERS,
  CharSet.fromRange(MAX_CHARACTER, { min: 0x30, max: 0x39 }),
  CharSet.fromRange(MAX_CHARACTER, { min: 0x41, max: 0x5a }),
  CharSet.fromRange(MAX_CHARACTER, { min: 0x21, max: 0x7e }),
  CharSet.fromRange(MAX_CHARACTER, { min: 0x20, max: 0x20 }),
  CharSet.fromRange(MAX_CHARACTER, { min: 0xa1, max: 0xd7ff }),
];
const SURROGATES = CharSet.fromRange(MAX_CHARACTER, { min: 0xd800, max: 0xdfff });

/** Classes of characters that the automata tell apart, readable ones first; lone surrogates are left out. */
function alphabet(nfas: readonly Nfa[]): Symbol[] {
  const sets = new Set<CharSet>([LETTERS]);
  for (const nfa of nfas) {
    for (const set of nfa.sets) sets.add(set);
    if (nfa.words) sets.add(WORD);
  }
  const ranked: { symbol: Symbol; rank: number }[] = [];
  for (const set of new CharBase(sets).sets) {
    const usable = set.without(SURROGATES);
    if (usable.isEmpty) continue;
    const rank = PREFERRED.findIndex((preferred) => !preferred.isDisjointWith(usable));
    const nice = rank < 0 ? usable : usable.intersect(PREFERRED[rank] ?? usable);
    const representative = nice.ranges[0]?.min ?? 0;
    ranked.push({
      symbol: { representative, word: WORD.has(representative) },
      rank: rank < 0 ? PREFERRED.length : rank,
    });
  }
  return ranked
    .sort((a, b) => a.rank - b.rank || a.symbol.representative - b.symbol.representative)
    .map(({ symbol }) => symbol);
}
