import { JS } from "refa";
import type { CharSet } from "refa";
import { TooManyStates } from "./nfa.ts";
import type { Condition, Nfa } from "./nfa.ts";

/** Characters that no automaton of a search tells apart, and one that stands for them. */
export interface Symbol {
  readonly representative: number;
  readonly word: boolean;
  /** Of a class of nothing but lone surrogates: one of the first halves of characters in it, and one of the second. */
  readonly first?: number | undefined;
  readonly second?: number | undefined;
}

interface State {
  readonly members: readonly number[];
  readonly next: (number | undefined)[];
  readonly atStart: boolean;
  readonly afterWord: boolean;
  accepts: boolean | undefined;
}

export const WORD = JS.createCharSet([{ kind: "word", negate: false }], { unicode: true });

/**
 * Makes an automaton deterministic as far as it is walked (subset construction on demand). Conditions are decided
 * when the character after a position is known, so a state remembers only the one before it.
 */
export class LazyDfa {
  readonly #nfa: Nfa;
  readonly #symbols: readonly Symbol[];
  readonly #states: State[] = [];
  readonly #known = new Map<string, number>();
  readonly #onState: (size: number, isState: boolean) => void;
  /** By NFA state: which symbols its consuming move takes. */
  readonly #takes: readonly (Uint8Array | undefined)[];

  constructor(nfa: Nfa, symbols: readonly Symbol[], onState: (size: number, isState: boolean) => void) {
    this.#nfa = nfa;
    this.#symbols = symbols;
    this.#onState = onState;
    const bySet = new Map<CharSet, Uint8Array>();
    this.#takes = nfa.consuming.map((move) => {
      if (move === undefined) return undefined;
      let takes = bySet.get(move.by);
      if (takes === undefined) {
        takes = Uint8Array.from(symbols, (symbol) => (move.by.has(this.#unit(symbol)) ? 1 : 0));
        bySet.set(move.by, takes);
      }
      return takes;
    });
    this.#intern([0], true, false);
  }

  #intern(members: number[], atStart: boolean, afterWord: boolean): number {
    // A search that has matched stays matched: everything else is irrelevant then.
    const kept = members.includes(this.#nfa.final) ? [this.#nfa.final] : members.sort((a, b) => a - b);
    const key = `${atStart && kept !== members ? "" : Number(atStart)}${this.#nfa.words && afterWord ? "w" : ""}:${kept.join(",")}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#onState(kept.length, true);
    const id = this.#states.push({ members: kept, next: [], atStart, afterWord, accepts: undefined }) - 1;
    this.#known.set(key, id);
    return id;
  }

  /** All states reachable without consuming, given the characters around the position. */
  #closure(state: State, atEnd: boolean, beforeWord: boolean): Set<number> {
    const reached = new Set(state.members);
    const holds = (condition: Condition | undefined): boolean => {
      if (condition === undefined) return true;
      if (condition === "start") return state.atStart;
      if (condition === "end") return atEnd;
      return (state.afterWord !== beforeWord) === (condition === "boundary");
    };
    for (const member of reached) {
      for (const { to, condition } of this.#nfa.free[member] ?? []) if (holds(condition)) reached.add(to);
    }
    return reached;
  }

  #state(id: number): State {
    const state = this.#states[id];
    if (state === undefined) throw new TooManyStates();
    return state;
  }

  /** What of a character the automaton looks at: where it reads halves, all of them are alike to it. */
  #unit({ representative }: Symbol): number {
    return this.#nfa.halves && representative > 0xffff ? 0xd800 : representative;
  }

  next(id: number, symbol: number): number {
    const state = this.#state(id);
    const known = state.next[symbol];
    if (known !== undefined) return known;
    const isPair = this.#nfa.halves && (this.#symbols[symbol]?.representative ?? 0) > 0xffff;
    const to = this.#step(isPair ? this.#step(id, symbol) : id, symbol);
    state.next[symbol] = to;
    return to;
  }

  #step(id: number, symbol: number): number {
    const state = this.#state(id);
    const word = this.#symbols[symbol]?.word ?? false;
    const targets = new Set<number>();
    const closure = this.#closure(state, false, word);
    if (closure.has(this.#nfa.final)) targets.add(this.#nfa.final);
    else {
      for (const member of closure) {
        const move = this.#nfa.consuming[member];
        if (move !== undefined && this.#takes[member]?.[symbol] === 1) targets.add(move.to);
      }
    }
    return this.#intern([...targets], false, word);
  }

  accepts(id: number): boolean {
    const state = this.#state(id);
    state.accepts ??= this.#closure(state, true, false).has(this.#nfa.final);
    return state.accepts;
  }

  /** `true`: accepts whatever follows. `false`: can never accept. `undefined`: depends. */
  fate(id: number): boolean | undefined {
    const state = this.#state(id);
    if (state.members.length === 0) return false;
    return state.members[0] === this.#nfa.final ? true : undefined;
  }
}
