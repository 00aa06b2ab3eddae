import { setTimeout as delay } from "node:timers/promises";

export interface Backoff {
  /** Waits longer after each call, up to the longest; ends early when `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>;
  reset(): void;
}

/** Doubling pauses from `first` to `longest` milliseconds. */
export function backoff([first, longest]: readonly [number, number]): Backoff {
  let next = first;
  return {
    wait: async (signal) => {
      const pause = next;
      next = Math.min(next * 2, longest);
      await delay(pause, undefined, { signal }).catch(() => undefined);
    },
    reset: () => {
      next = first;
    },
  };
}

/** A bell that any number of waiters hear: `ring` wakes all who wait now. */
export function bell(): { ring(): void; wait(): Promise<void> } {
  let { promise, resolve } = Promise.withResolvers<void>();
  return {
    ring: () => {
      resolve();
      ({ promise, resolve } = Promise.withResolvers<void>());
    },
    wait: () => promise,
  };
}

/** Resolves when `work` does, or after `ms`, whichever is first; says whether the work was done. Never rejects. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = new AbortController();
  const timer = delay(Math.max(0, ms), false, { signal: late.signal }).catch(() => false);
  const done = work.then(
    () => true,
    () => true,
  );
  const result = await Promise.race([done, timer]);
  late.abort();
  return result;
}

/**
 * `work`, or a rejection after `ms`. The client's own limits hold for single requests; a call is many of them, with pauses
 * between, and one whose connection went at the wrong moment is never answered.
 */
export async function inTime<T>(ms: number, doing: string, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${doing}: no answer within ${ms} ms`)), ms);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
