import { seededRandom as numbers } from "../../packages/messaging/src/ports/ids.ts";

/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** `least` ≤ n ≤ `most`, whole. */
  between(least: number, most: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A stream of its own, so that one part's draws do not shift another's. */
  fork(name: string): Random;
}

export function seededRandom(seed: number): Random {
  const next = numbers(seed);
  return {
    next,
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: ([first, ...others]) => {
      const index = Math.floor(next() * (others.length + 1));
      return index === 0 ? first : (others[index - 1] ?? first);
    },
    chance: (probability) => next() < probability,
    fork: (name) => {
      const mixed = [...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), seed);
      return seededRandom(mixed);
    },
  };
}
