import type { SendResult, TopicPartition } from "../../ports/transport.ts";

/** What this process knows of the ends of partitions: appends of its own at once, those of others once it has looked. */
export interface Ends {
  /** The offset after the last record known; 0 before anything is. */
  of(place: TopicPartition): number;
  learn(places: readonly (TopicPartition & { readonly end: number })[]): void;
  announce(results: readonly SendResult[]): void;
  readonly grown: Pulse;
}

/** Wakes everybody who waits, within this process. */
export interface Pulse {
  beat(): void;
  /** Resolves at the next beat after this call, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>;
}

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export function createEnds(): Ends {
  const ends = new Map<string, number>();
  const grown = createPulse();
  const learn = (places: readonly (TopicPartition & { readonly end: number })[]): void => {
    let news = false;
    for (const place of places) {
      const name = nameOf(place);
      if (place.end <= (ends.get(name) ?? 0)) continue;
      ends.set(name, place.end);
      news = true;
    }
    if (news) grown.beat();
  };
  return {
    of: (place) => ends.get(nameOf(place)) ?? 0,
    learn,
    announce: (results) => {
      learn(results.flatMap((one) => (one.ok ? [{ ...one, end: one.offset + 1 }] : [])));
    },
    grown,
  };
}

export function createPulse(): Pulse {
  const waiting = new Set<() => void>();
  return {
    beat: () => {
      for (const wake of waiting) wake();
      waiting.clear();
    },
    next: (signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        if (signal.aborted) {
          resolve();
          return;
        }
        waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
      }),
  };
}
