import { CharSet } from "refa";

/** A condition on the position between two characters. `boundary` and `inside` are \b and \B. */
export type Condition = "start" | "end" | "boundary" | "inside";

export const MAX_CHARACTER = 0x10ffff;
const ANY = CharSet.all(MAX_CHARACTER);

interface Free {
  readonly to: number;
  readonly condition: Condition | undefined;
}

/** A nondeterministic automaton whose free moves may carry conditions (Thompson's construction). */
export interface Nfa {
  /** State 0 is where the search starts. */
  readonly final: number;
  readonly free: readonly (readonly Free[])[];
  readonly consuming: readonly ({ readonly to: number; readonly by: CharSet } | undefined)[];
  readonly sets: readonly CharSet[];
  /** Does it use \b or \B? */
  readonly words: boolean;
  /** Does it read characters beyond U+FFFF as two halves? */
  readonly halves: boolean;
}

/** More states than an automaton may have. */
export class TooManyStates extends Error {}

/** Builds the automaton of one search: anything, the pattern, anything. */
export class NfaBuilder {
  current: number;
  readonly #free: Free[][] = [];
  readonly #consuming: ({ to: number; by: CharSet } | undefined)[] = [];
  readonly #sets = new Set<CharSet>([ANY]);
  readonly #limit: number;
  #words = false;

  constructor(limit: number) {
    this.#limit = limit;
    const start = this.state();
    const begin = this.state();
    const skip = this.state();
    this.free(start, begin);
    this.free(start, skip);
    this.#consuming[skip] = { to: start, by: ANY };
    this.current = begin;
  }

  state(): number {
    if (this.#free.length >= this.#limit) throw new TooManyStates();
    this.#consuming.push(undefined);
    return this.#free.push([]) - 1;
  }

  free(from: number, to: number, condition?: Condition): void {
    this.#free[from]?.push({ to, condition });
  }

  condition(condition: Condition): void {
    if (condition === "boundary" || condition === "inside") this.#words = true;
    const to = this.state();
    this.free(this.current, to, condition);
    this.current = to;
  }

  any(): void {
    this.consume(ANY);
  }

  consume(by: CharSet): void {
    const from = this.state();
    const to = this.state();
    this.free(this.current, from);
    this.#consuming[from] = { to, by };
    this.#sets.add(by);
    this.current = to;
  }

  finish(halves = false): Nfa {
    const final = this.state();
    const loop = this.state();
    this.free(this.current, final);
    this.free(final, loop);
    this.#consuming[loop] = { to: final, by: ANY };
    return { final, free: this.#free, consuming: this.#consuming, sets: [...this.#sets], words: this.#words, halves };
  }
}

/** The automaton of exactly these strings. */
export function exactly(words: Iterable<string>, limit: number): Nfa {
  const builder = new NfaBuilder(limit);
  builder.condition("start");
  const begin = builder.current;
  const end = builder.state();
  for (const word of words) {
    builder.current = begin;
    for (const character of word) {
      const code = character.codePointAt(0) ?? 0;
      builder.consume(CharSet.fromCharacter(MAX_CHARACTER, code));
    }
    builder.free(builder.current, end, "end");
  }
  builder.current = end;
  return builder.finish();
}
