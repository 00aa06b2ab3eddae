import type { Reading } from "./conditions.ts";

/** What is remembered of one condition between two looks. Times in epoch milliseconds. */
interface Spell {
  /** Over the threshold without a break since then. */
  readonly overSince: number | undefined;
  /** An incident is open. */
  readonly open: boolean;
  /** Calm without a break since then. */
  readonly calmSince: number | undefined;
}

export type Incidents = ReadonlyMap<string, Spell>;

/** What one look asks for. `touch`: the incident goes on, as seen from here. */
export interface Change {
  readonly kind: "open" | "touch" | "close";
  readonly reading: Reading;
}

const quiet: Spell = { overSince: undefined, open: false, calmSince: undefined };

/** Incidents that were open before this process began. */
export const adopted = (keys: readonly string[]): Incidents =>
  new Map(keys.map((key) => [key, { ...quiet, open: true }]));

/**
 * One look: the incidents after it, and what to do. An incident opens when its condition was over the threshold for as long
 * as it asks, and closes when it was calm for `calmMs`. Pure.
 */
export function look(
  before: Incidents,
  readings: readonly Reading[],
  now: number,
  calmMs: number,
): { readonly incidents: Incidents; readonly changes: readonly Change[] } {
  const incidents = new Map(before);
  const changes: Change[] = [];
  for (const reading of readings) {
    const spell = before.get(reading.key) ?? quiet;
    const overSince = reading.over ? (spell.overSince ?? now) : undefined;
    const calmSince = reading.calm ? (spell.calmSince ?? now) : undefined;
    const opens = !spell.open && overSince !== undefined && now - overSince >= reading.forMs;
    const closes = spell.open && calmSince !== undefined && now - calmSince >= calmMs;
    if (opens) changes.push({ kind: "open", reading });
    else if (closes) changes.push({ kind: "close", reading });
    else if (spell.open && !reading.calm) changes.push({ kind: "touch", reading });
    incidents.set(reading.key, { overSince, calmSince, open: (spell.open || opens) && !closes });
  }
  return { incidents, changes };
}

/** The same with one incident open again: somebody else still sees it. */
export function reopened(incidents: Incidents, key: string): Incidents {
  return new Map(incidents).set(key, { ...quiet, open: true });
}
