import type { Urgency } from "../ports/database.ts";

export interface Turns {
  /** Resolves with the function that ends one's turn. */
  take(urgency: Urgency): Promise<() => void>;
  /** Somebody urgent waits: whoever can end a turn early does well to. */
  readonly pressed: boolean;
  readonly usage: { readonly taken: number; readonly waiting: number };
}

const LEVELS: Readonly<Record<Urgency, number>> = { urgent: 0, usual: 1, patient: 2 };
/** How many turns of more urgent work go before a waiting one of this level at most: nobody starves. */
const PASSED_AT_MOST = [0, 3, 12] as const;

/** `places` turns at a time, one by default: the most urgent first, those of one urgency in the order asked for. */
export function createTurns(places = 1): Turns {
  const waiting: ((release: () => void) => void)[][] = [[], [], []];
  const passed = [0, 0, 0];
  let taken = 0;
  const choose = (): number => {
    const levels = [2, 1, 0].filter((level) => (waiting[level]?.length ?? 0) > 0);
    const starved = levels.find((level) => level > 0 && (passed[level] ?? 0) >= (PASSED_AT_MOST[level] ?? 0));
    return starved ?? levels.at(-1) ?? -1;
  };
  const next = (): void => {
    const level = choose();
    if (level < 0 || taken >= places) return;
    taken += 1;
    for (const lower of [1, 2]) {
      if (lower === level || (waiting[lower]?.length ?? 0) === 0) passed[lower] = 0;
      else passed[lower] = (passed[lower] ?? 0) + 1;
    }
    waiting[level]?.shift()?.(once(end));
  };
  const end = (): void => {
    taken -= 1;
    next();
  };
  return {
    take: (urgency) =>
      new Promise((resolve) => {
        waiting[LEVELS[urgency]]?.push(resolve);
        next();
      }),
    get pressed() {
      return (waiting[0]?.length ?? 0) > 0;
    },
    get usage() {
      return { taken, waiting: waiting.reduce((sum, level) => sum + level.length, 0) };
    },
  };
}

/** A turn that is ended twice would let two run at once. */
function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
