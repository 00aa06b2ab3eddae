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
