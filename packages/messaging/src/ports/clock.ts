/** Time as the runtime sees it. Tests replace it by one that moves when told (`virtualClock`). */
export interface Clock {
  /** The date, as everybody who works with the same data has it: for what is written down. May be corrected. */
  now(): Date;
  /** Milliseconds since some moment of this process: for how long something takes. Nobody sets it, it never goes back. */
  elapsed(): number;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts (it never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `work` once after `ms` milliseconds, unless the answer was called before. */
  after(ms: number, work: () => void): () => void;
}

/** Longer than 24.8 days would fire at once; firing early is harmless, since whoever waits looks again. */
const LONGEST_MS = 2_147_483_647;

/** Why a sleeper that is no longer needed is woken. Without a reason, `abort` makes an error with a stack each time. */
export const awake = "awake";

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, LONGEST_MS));
      signal?.addEventListener("abort", done, { once: true });
    }),
  after: (ms, work) => {
    const timer = setTimeout(work, Math.min(ms, LONGEST_MS));
    return () => clearTimeout(timer);
  },
};

export interface VirtualClock extends Clock {
  /** Moves time on by `ms`, waking sleepers in the order of their due times. */
  advance(ms: number): Promise<void>;
  /** How many sleepers wait, for tests that want to know whether anything is scheduled. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that stands still until told to move. `start` in epoch milliseconds. */
export function virtualClock(start = Date.UTC(2026, 0, 15, 10, 30)): VirtualClock {
  let time = start;
  const sleepers = new Set<Sleeper>();
  const wakeDue = (until: number): boolean => {
    const next = [...sleepers].filter((sleeper) => sleeper.due <= until).sort((a, b) => a.due - b.due)[0];
    if (next === undefined) return false;
    time = Math.max(time, next.due);
    sleepers.delete(next);
    next.wake();
    return true;
  };
  return {
    now: () => new Date(time),
    elapsed: () => time,
    get sleepers() {
      return sleepers.size;
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted || ms <= 0) {
          resolve();
          return;
        }
        const sleeper: Sleeper = { due: time + ms, wake: () => resolve() };
        sleepers.add(sleeper);
        signal?.addEventListener(
          "abort",
          () => {
            sleepers.delete(sleeper);
            resolve();
          },
          { once: true },
        );
      }),
    after: (ms, work) => {
      const sleeper: Sleeper = { due: time + ms, wake: work };
      sleepers.add(sleeper);
      return () => void sleepers.delete(sleeper);
    },
    advance: async (ms) => {
      const until = time + ms;
      while (wakeDue(until)) await settle();
      time = until;
      await settle();
    },
  };
}

/** Lets promises and already finished I/O run before time moves on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
