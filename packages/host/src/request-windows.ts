import type { FastifyRateLimitStore } from "@fastify/rate-limit";

interface Window {
  requests: number;
  /** By `elapsed`. */
  readonly ends: number;
}

/** Addresses that are remembered; of more, those whose window began first are forgotten. */
const MOST = 5_000;

/**
 * Counts requests in windows that no clock can move. The limiter's own store goes by the date, and after a step of NTP
 * backwards counts into one window until that moment comes again, which may refuse an address for hours.
 */
export class RequestWindows implements FastifyRateLimitStore {
  readonly #windows = new Map<string, Window>();
  readonly #elapsed: () => number;

  constructor(_options?: unknown, elapsed: () => number = () => performance.now()) {
    this.#elapsed = elapsed;
  }

  incr(
    address: string,
    answer: (error: Error | null, result?: { current: number; ttl: number }) => void,
    windowMs: number,
  ): void {
    const now = this.#elapsed();
    let window = this.#windows.get(address);
    if (window === undefined || window.ends <= now) {
      // Put in anew, so that the first in the map is the one that began first.
      this.#windows.delete(address);
      window = { requests: 0, ends: now + windowMs };
      this.#windows.set(address, window);
      const [first] = this.#windows.keys();
      if (this.#windows.size > MOST && first !== undefined) this.#windows.delete(first);
    }
    window.requests += 1;
    answer(null, { current: window.requests, ttl: Math.ceil(window.ends - now) });
  }

  /** Routes with a limit of their own count for themselves. */
  child(): RequestWindows {
    return new RequestWindows(undefined, this.#elapsed);
  }
}
