import { setTimeout as delay } from "node:timers/promises";
import type { Place } from "./place.ts";

/** What still moves, summed over the processes. */
export interface Unrest {
  readonly lag: number;
  readonly parked: number;
  readonly outbox: number;
  /** Processes that did not answer. */
  readonly silent: readonly string[];
  /** Lag that is not 0, the worst first. */
  readonly behind: readonly Lagging[];
}

export interface Lagging {
  readonly service: string;
  readonly topic: string;
  readonly partition: number;
  readonly lag: number;
}

const sumOf = (text: string, name: string): number =>
  [...text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, "gm"))].reduce((sum, match) => sum + Number(match[1]), 0);

/** The worst first. Several processes of one service say the same. */
function behindOf(text: string): readonly Lagging[] {
  const found = new Map<string, Lagging>();
  const labels = 'service="([^"]*)",topic="([^"]*)",partition="([^"]*)"';
  for (const match of text.matchAll(new RegExp(`^eventpact_consumer_lag\\{${labels}\\} (\\S+)$`, "gm"))) {
    const [, service = "", topic = "", partition = "", lag] = match;
    found.set(`${service} ${topic} ${partition}`, { service, topic, partition: Number(partition), lag: Number(lag) });
  }
  return [...found.values()].filter(({ lag }) => lag > 0).toSorted((a, b) => b.lag - a.lag);
}

export async function readUnrest({ members }: Place): Promise<Unrest> {
  const texts = await Promise.all(
    members.map(async ({ name, url }) => {
      try {
        const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) });
        return { name, text: answer.ok ? await answer.text() : undefined };
      } catch {
        return { name, text: undefined };
      }
    }),
  );
  const all = texts.map(({ text }) => text ?? "").join("\n");
  return {
    lag: sumOf(all, "eventpact_consumer_lag"),
    parked: sumOf(all, "eventpact_parked_keys"),
    outbox: sumOf(all, "eventpact_outbox_rows"),
    behind: behindOf(all),
    silent: texts.filter(({ text }) => text === undefined).map(({ name }) => name),
  };
}

const worstOf = ({ behind }: Unrest): string =>
  behind
    .slice(0, 6)
    .map(({ service, topic, partition, lag }) => `${service} ${topic}/${partition}: ${lag}`)
    .join(", ");

/**
 * Waits until nothing moves: three readings in a row without lag, parked keys or unsent events, and `isSettled` besides.
 * Answers undefined then, else what still moved after `seconds`.
 */
export async function untilCalm(
  place: Place,
  isSettled: () => Promise<boolean>,
  seconds: number,
  tell: (line: string) => void,
): Promise<Unrest | undefined> {
  const deadline = Date.now() + seconds * 1_000;
  let calm = 0;
  for (let round = 0; ; round += 1) {
    const unrest = await readUnrest(place);
    if (round % 15 === 14)
      tell(`        lag ${unrest.lag}, parked ${unrest.parked}, unsent ${unrest.outbox}; ${worstOf(unrest)}`);
    const still = unrest.lag + unrest.parked + unrest.outbox + unrest.silent.length === 0 && (await isSettled());
    calm = still ? calm + 1 : 0;
    if (calm === 3) return undefined;
    if (Date.now() > deadline) return unrest;
    await delay(1_000);
  }
}
