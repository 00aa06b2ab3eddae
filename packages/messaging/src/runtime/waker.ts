import { awake, type Clock } from "../ports/clock.ts";

/** A sleeper that can be woken early; a wake-up between two sleeps is not lost. */
export interface Waker {
  wake(): void;
  /** Resolves after `ms`, at the next `wake()`, or when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWaker(clock: Clock): Waker {
  let woken = false;
  let current: AbortController | undefined;
  return {
    wake: () => {
      woken = true;
      current?.abort(awake);
    },
    sleep: async (ms, signal) => {
      if (!woken && !signal.aborted) {
        current = new AbortController();
        const stop = (): void => current?.abort(awake);
        signal.addEventListener("abort", stop, { once: true });
        await clock.sleep(ms, current.signal);
        signal.removeEventListener("abort", stop);
        current = undefined;
      }
      woken = false;
    },
  };
}
