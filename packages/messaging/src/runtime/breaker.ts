import type { BreakerSettings } from "./settings.ts";

/**
 * One per service: pauses an event whose handler fails for key after key, which is what an outage looks like.
 * While it is open nothing is tried, so nothing runs out of attempts and the dead letters stay empty.
 */
export interface Breaker {
  /** `now` is the clock's `elapsed()`. Milliseconds to wait before this event may be tried; 0 when it may be tried now. */
  pausedFor(event: string, now: number): number;
  /** True when the next attempt is the one that tells whether the outage is over: it costs the event no attempt. */
  probing(event: string): boolean;
  success(event: string): void;
  /** Answers true when this failure opened it. */
  failure(event: string, key: string, now: number): boolean;
  readonly open: readonly string[];
}

interface State {
  failures: number;
  keys: Set<string>;
  openUntil: number | undefined;
  pauseMs: number;
}

export function createBreaker(settings: BreakerSettings): Breaker {
  const states = new Map<string, State>();
  const stateOf = (event: string): State => {
    const known = states.get(event);
    if (known !== undefined) return known;
    const state: State = { failures: 0, keys: new Set(), openUntil: undefined, pauseMs: settings.pauseMs };
    states.set(event, state);
    return state;
  };
  return {
    pausedFor: (event, now) => {
      const until = states.get(event)?.openUntil;
      return until === undefined ? 0 : Math.max(0, until - now);
    },
    probing: (event) => states.get(event)?.openUntil !== undefined,
    success: (event) => states.delete(event),
    failure: (event, key, now) => {
      const state = stateOf(event);
      state.failures += 1;
      // Only whether there are enough keys matters, so no more are remembered.
      if (state.keys.size < settings.keys) state.keys.add(key);
      const again = state.openUntil !== undefined;
      if (!again && (state.failures < settings.failures || state.keys.size < settings.keys)) return false;
      if (again) state.pauseMs = Math.min(state.pauseMs * 2, settings.maxPauseMs);
      state.openUntil = now + state.pauseMs;
      return !again;
    },
    get open() {
      return [...states].filter(([, state]) => state.openUntil !== undefined).map(([event]) => event);
    },
  };
}
