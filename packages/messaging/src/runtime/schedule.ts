import type { Settings } from "./settings.ts";

/**
 * When the next attempt is due, in milliseconds after the failure of attempt number `attempt` (from 1), or
 * nothing when there is none left. Jitter lengthens, never shortens: `chance` is in [0, 1).
 */
export function nextAttemptIn(
  attemptsAtMs: readonly number[],
  attempt: number,
  jitter: number,
  chance: number,
): number | undefined {
  const due = attemptsAtMs[attempt];
  if (due === undefined) return undefined;
  const delay = Math.max(0, due - (attemptsAtMs[attempt - 1] ?? 0));
  return Math.ceil(delay * (1 + jitter * chance));
}

const FIRST_LOOK_MS = 1_000;
const LONGEST_LOOK_MS = 30_000;

/** When a waiting event is looked at again, after `waits` looks: 1, 2, 4 … up to 30 seconds. */
export const nextLookIn = (waits: number): number =>
  Math.min(FIRST_LOOK_MS * 2 ** Math.min(waits, 10), LONGEST_LOOK_MS);

/** The longest delay that a retry, a look or an open breaker can ask for. */
export function longestDelay(settings: Settings, schedules: readonly (readonly number[] | undefined)[]): number {
  const steps = [settings.attemptsAtMs, ...schedules].flatMap((schedule = []) =>
    schedule.map((at, index) => at - (schedule[index - 1] ?? 0)),
  );
  const retries = Math.max(0, ...steps) * (1 + settings.jitter);
  return Math.max(LONGEST_LOOK_MS, settings.breaker.maxPauseMs, retries) + SLACK_MS;
}

/** Clocks of two processes agree better than this. */
const SLACK_MS = 1_000;

/**
 * Milliseconds until it is due, 0 when it is. What is due later than any delay allows was written by a clock that has been
 * put right since: it must not keep its key waiting until that time comes again.
 */
export function dueIn(dueAt: Date, now: Date, longestMs: number): number {
  const ms = dueAt.getTime() - now.getTime();
  return ms > longestMs ? 0 : Math.max(0, ms);
}

/** A look that is so much too late was not made while nobody could: the process was down, or the clock has jumped. */
const LATE_MS = 30_000;

/**
 * Since when somebody has waited, without the time in which nobody looked: what it waits for may have come meanwhile and
 * be next in the log. `dueAt` is when it was to be looked at.
 */
export function waitedSince(since: Date, dueAt: Date, now: Date): Date {
  const late = now.getTime() - dueAt.getTime();
  const moved = since.getTime() + (late > LATE_MS ? late : 0);
  return new Date(Math.min(moved, now.getTime()));
}
