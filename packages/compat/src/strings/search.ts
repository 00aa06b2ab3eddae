import { CharBase, CharSet } from "refa";
import { LargeText } from "../large/value.ts";
import { LazyDfa, WORD } from "./dfa.ts";
import type { Symbol } from "./dfa.ts";
import { MAX_CHARACTER, TooManyStates } from "./nfa.ts";
import type { Nfa } from "./nfa.ts";
import type { Language } from "./pattern.ts";

export interface Lengths {
  readonly least: number;
  readonly most: number;
}

/** Told of every state made and its size, and of other work by its size; may throw to end a search that gets too large. */
export type OnState = (size: number, isState: boolean) => void;

type Truth = boolean | undefined;
type Goal =
  | { readonly component: number }
  | { readonly not: Goal }
  | { readonly join: "all" | "any"; readonly of: readonly Goal[] };

/** How a state was reached: from which one, by which character. */
interface Step {
  readonly from: number;
  readonly character: number;
}

/** Texts of more characters are described by what repeats in them. */
const LONG = 1000;

/**
 * The shortest string (in code points) in the intersection of languages within the lengths, or `undefined` when there
 * is none, which is a proof. The product of automata is made deterministic while walking; lengths are no part of its
 * states: which states are reached in exactly so many steps repeats sooner or later, however long the string.
 */
export function shortestWord(
  languages: readonly Language[],
  { least, most }: Lengths,
  onState: OnState,
): string | LargeText | undefined {
  const product = new Product(languages, onState);
  const reached = new Layers(product, least, onState);
  const origin = new Map<number, Step | undefined>();
  for (const state of reached.at(least).keys()) origin.set(state, undefined);
  let front = [...origin.keys()];
  for (let length = least; length <= most && front.length > 0; length++) {
    const found = front.find((state) => product.accepts(state));
    if (found !== undefined) {
      const tail: number[] = [];
      let state = found;
      for (let step = origin.get(state); step !== undefined; step = origin.get(state)) {
        tail.push(step.character);
        state = step.from;
      }
      return reached.word(least, state, tail);
    }
    const next: number[] = [];
    for (const from of front) {
      for (const { to, character } of product.next(from)) {
        if (origin.has(to)) continue;
        origin.set(to, { from, character });
        next.push(to);
      }
    }
    front = next;
  }
  return undefined;
}

/** The product of the automata of all searches, as far as it is walked. */
class Product {
  readonly #goal: Goal;
  readonly #symbols: readonly Symbol[];
  readonly #components: readonly LazyDfa[];
  readonly #onState: OnState;
  /** Do lone surrogates matter? Then the last part of a state says whether a first half comes before it. */
  readonly #halves: boolean;
  readonly #states: { readonly parts: readonly number[]; next?: readonly { to: number; character: number }[] }[] = [];
  readonly #known = new Map<string, number>();

  constructor(languages: readonly Language[], onState: OnState) {
    const nfas: Nfa[] = [];
    this.#goal = { join: "all", of: languages.map((language) => goalOf(language, nfas)) };
    this.#symbols = alphabet(nfas);
    this.#components = nfas.map((nfa) => new LazyDfa(nfa, this.#symbols, onState));
    this.#onState = onState;
    const isHalf = ({ first, second }: Symbol): boolean => first !== undefined || second !== undefined;
    this.#halves = this.#symbols.some(isHalf);
    this.#intern([...nfas, ...(this.#halves ? [0] : [])].map(() => 0));
  }

  #intern(parts: readonly number[]): number {
    const key = parts.join(",");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#states.push({ parts }) - 1;
    this.#known.set(key, id);
    if (id > 0) this.#onState(parts.length, true);
    return id;
  }

  /** The states one character on that may still accept, each by the most readable character. */
  next(id: number): readonly { readonly to: number; readonly character: number }[] {
    const state = this.#states[id];
    if (state === undefined) throw new TooManyStates();
    if (state.next !== undefined) return state.next;
    const found = new Map<number, number>();
    for (const [index, symbol] of this.#symbols.entries()) {
      const character = this.#halves ? this.#lone(symbol, state.parts.at(-1) === 1) : symbol.representative;
      if (character === undefined) continue;
      const parts = this.#components.map((dfa, at) => dfa.next(state.parts[at] ?? 0, index));
      if (this.#halves) parts.push(character >= 0xd800 && character <= 0xdbff ? 1 : 0);
      if (judge(this.#goal, (at) => this.#components[at]?.fate(parts[at] ?? 0)) === false) continue;
      const to = this.#intern(parts);
      if (!found.has(to)) found.set(to, character);
    }
    return (state.next = [...found].map(([to, character]) => ({ to, character })));
  }

  /** A character of the class; two halves that follow each other would be one character. */
  #lone({ representative, first, second }: Symbol, isAfterFirst: boolean): number | undefined {
    if (first === undefined && second === undefined) return representative;
    return isAfterFirst ? first : (second ?? first);
  }

  accepts(id: number): boolean {
    const parts = this.#states[id]?.parts ?? [];
    return judge(this.#goal, (at) => this.#components[at]?.accepts(parts[at] ?? 0)) === true;
  }
}

/** Which states are reached in exactly 0, 1, 2 … steps: listed until they repeat, and known from then on. */
class Layers {
  readonly #layers: Map<number, Step | undefined>[] = [new Map([[0, undefined]])];
  /** The layer that comes again after the last one listed, and how its states are reached then. */
  #again: { readonly index: number; readonly steps: ReadonlyMap<number, Step | undefined> } | undefined;

  constructor(product: Product, least: number, onState: OnState) {
    const seen = new Map([["0", 0]]);
    for (let length = 1; length <= least && this.#again === undefined; length++) {
      const layer = new Map<number, Step>();
      for (const from of this.#layers[length - 1]?.keys() ?? []) {
        for (const { to, character } of product.next(from)) if (!layer.has(to)) layer.set(to, { from, character });
      }
      onState(layer.size, false);
      const key = [...layer.keys()].sort((a, b) => a - b).join(",");
      const index = seen.get(key);
      seen.set(key, length);
      if (index === undefined) this.#layers.push(layer);
      else this.#again = { index, steps: layer };
    }
  }

  #indexOf(length: number): number {
    const { length: listed } = this.#layers;
    if (length < listed || this.#again === undefined) return length;
    return this.#again.index + ((length - this.#again.index) % (listed - this.#again.index));
  }

  at(length: number): ReadonlyMap<number, Step | undefined> {
    return this.#layers[this.#indexOf(length)] ?? new Map();
  }

  #step(length: number, state: number): Step | undefined {
    const index = this.#indexOf(length);
    const wraps = length >= this.#layers.length && index === this.#again?.index;
    return (wraps ? this.#again?.steps : this.#layers[index])?.get(state);
  }

  /** The characters on a way to the state in so many steps, and `tail` (backwards) behind them. */
  word(length: number, state: number, tail: readonly number[]): string | LargeText {
    const characters = [...tail];
    let repeated: { readonly unit: number[]; readonly times: number; readonly behind: number } | undefined;
    const seen = new Map<string, { readonly at: number; readonly count: number }>();
    let at = length;
    let current = state;
    while (at > 0) {
      // Walking back is the same from the same state of the same layer: a circle that is gone round as often as it fits.
      if (repeated === undefined && length > LONG && at > this.#layers.length) {
        const key = `${this.#indexOf(at)}:${current}`;
        const before = seen.get(key);
        seen.set(key, { at, count: characters.length });
        const round = before === undefined ? 0 : before.at - at;
        const times = before === undefined ? 0 : Math.floor((at - this.#layers.length) / round);
        if (before !== undefined && times > 0) {
          const unit = characters.splice(before.count);
          repeated = { unit, times: times + 1, behind: before.count };
          at -= round * times;
        }
      }
      const step = this.#step(at, current);
      if (step === undefined) break;
      characters.push(step.character);
      current = step.from;
      at--;
    }
    if (repeated === undefined) return text(characters);
    const { unit, times, behind } = repeated;
    return new LargeText(text(characters.slice(behind)), text(unit), times, text(characters.slice(0, behind)));
  }
}

function text(backwards: readonly number[]): string {
  return backwards
    .map((character) => String.fromCodePoint(character))
    .reverse()
    .join("");
}

/**
 * Is the string in the language? Takes time linear in the string, whatever the pattern; of what repeats in a large text
 * only as much is walked as leads to new states.
 */
export function includes(language: Language, value: string | LargeText, onState: OnState): boolean {
  const [head, unit, times, tail] =
    typeof value === "string"
      ? [codes(value), [], 0, []]
      : [codes(value.head), codes(value.unit), value.times, codes(value.tail)];
  const nfas: Nfa[] = [];
  const goal = goalOf(language, nfas);
  const distinct = [...new Set([...head, ...unit, ...tail])];
  const symbols = distinct.map((representative) => ({ representative, word: WORD.has(representative) }));
  const indexes = new Map(distinct.map((character, index) => [character, index]));
  const components = nfas.map((nfa) => new LazyDfa(nfa, symbols, onState));
  const walk = (from: readonly number[], characters: readonly number[]): readonly number[] => {
    let states = from;
    for (const character of characters)
      states = components.map((dfa, at) => dfa.next(states[at] ?? 0, indexes.get(character) ?? 0));
    return states;
  };
  let states = walk(
    components.map(() => 0),
    head,
  );
  const seen = new Map<string, number>();
  for (let done = 0; done < times; done++) {
    const key = states.join(",");
    const before = seen.get(key);
    if (before !== undefined) done = times - ((times - done) % (done - before));
    if (done >= times) break;
    if (before !== undefined) seen.clear();
    else seen.set(key, done);
    states = walk(states, unit);
  }
  states = walk(states, tail);
  return judge(goal, (at) => components[at]?.accepts(states[at] ?? 0)) === true;
}

function codes(value: string): number[] {
  return Array.from(value, (character) => character.codePointAt(0) ?? 0);
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

const LETTERS = CharSet.fromRange(MAX_CHARACTER, { min: 0x61, max: 0x7a });
const PREFERRED = [
  LETTERS,
  CharSet.fromRange(MAX_CHARACTER, { min: 0x30, max: 0x39 }),
  CharSet.fromRange(MAX_CHARACTER, { min: 0x41, max: 0x5a }),
  CharSet.fromRange(MAX_CHARACTER, { min: 0x21, max: 0x7e }),
  CharSet.fromRange(MAX_CHARACTER, { min: 0x20, max: 0x20 }),
  CharSet.fromRange(MAX_CHARACTER, { min: 0xa1, max: 0xd7ff }),
];
const FIRST = CharSet.fromRange(MAX_CHARACTER, { min: 0xd800, max: 0xdbff });
const SECOND = CharSet.fromRange(MAX_CHARACTER, { min: 0xdc00, max: 0xdfff });
const SURROGATES = CharSet.fromRange(MAX_CHARACTER, { min: 0xd800, max: 0xdfff });

/**
 * Classes of characters that the automata tell apart, readable ones first. A lone surrogate is a class of its own only
 * where no other character is like it.
 */
function alphabet(nfas: readonly Nfa[]): Symbol[] {
  const sets = new Set<CharSet>([LETTERS]);
  for (const nfa of nfas) {
    for (const set of nfa.sets) sets.add(set);
    if (nfa.words) sets.add(WORD);
  }
  const ranked: { symbol: Symbol; rank: number }[] = [];
  for (const set of new CharBase(sets).sets) {
    const usable = set.without(SURROGATES);
    if (usable.isEmpty) {
      const [first, second] = [FIRST, SECOND].map((half) => set.intersect(half).ranges[0]?.min);
      const symbol = { representative: second ?? first ?? 0, word: false, first, second };
      ranked.push({ symbol, rank: PREFERRED.length + 1 });
      continue;
    }
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
