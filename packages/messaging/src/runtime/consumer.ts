import { isMessagingError } from "../errors.ts";
import type { Subscriber, Subscription, TopicPartition } from "../ports/transport.ts";
import { createBreaker, type Breaker } from "./breaker.ts";
import { openLane, type Lane, type LaneEvents } from "./lane.ts";
import { heads } from "./parked-store.ts";
import { topicsOf, type Parts } from "./parts.ts";
import { createWaker, type Waker } from "./waker.ts";

export interface Consumer {
  /** Subscribes and handles until `signal` aborts, then drains. */
  run(signal: AbortSignal): Promise<void>;
  /** Parked events may be due: look now. */
  wake(): void;
  /** What is wrong, in sentences. */
  problems(): readonly string[];
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
const HEADS = 200;
/** A service that takes records one by one need not fetch them so. */
const FETCHED_AT_LEAST = 100;
const RESTART_PAUSE_MS = 1_000;
/** Redrives of other processes and clocks of other members are noticed within this. */
const LONGEST_SLEEP_MS = 5_000;

/** The consumer of one service: one subscription, one lane per partition it owns, one loop for what is parked. */
export function createConsumer(parts: Parts, sent: () => void, drainMs: () => number): Consumer {
  const { service, transport, clock, settings, log } = parts;
  const topics = topicsOf(service);
  const breaker = createBreaker(settings.breaker);
  const waker = createWaker(clock);
  const lanes = new Map<string, Lane>();
  let trouble: string | undefined;

  const session = async (signal: AbortSignal): Promise<void> => {
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => undefined);
    const current: Current = { lanes, events: { sent, retries: waker.wake, broken: broken.reject } };
    const subscriber = subscriberOver(parts, breaker, current);
    const subscription = await transport.subscribe(
      { group: service.name, topics, maxRecords: Math.max(settings.batchRecords, FETCHED_AT_LEAST) },
      subscriber,
    );
    current.subscription = subscription;
    trouble = undefined;
    try {
      await Promise.race([broken.promise, aborted(signal)]);
    } finally {
      await subscription.close(drainMs());
      for (const lane of lanes.values()) lane.abandon();
      lanes.clear();
    }
  };

  return {
    wake: waker.wake,
    problems: () => [
      ...(trouble === undefined ? [] : [trouble]),
      ...breaker.open.map(
        (event) => `${service.name} has paused ${event}, whose handler fails for one key after another.`,
      ),
    ],
    run: async (signal) => {
      if (topics.length === 0) return;
      const retrying = retryLoop(parts, lanes, waker, signal);
      while (!signal.aborted) {
        try {
          await session(signal);
        } catch (error) {
          trouble = `${service.name} cannot consume: ${error instanceof Error ? error.message : String(error)}`;
          log.error({ err: error }, "the consumer begins anew");
          await clock.sleep(RESTART_PAUSE_MS, signal);
        }
      }
      await retrying;
    },
  };
}

/** The state of one subscription: which partitions this member has. */
interface Current {
  readonly lanes: Map<string, Lane>;
  readonly events: LaneEvents;
  subscription?: Subscription;
}

function subscriberOver(parts: Parts, breaker: Breaker, current: Current): Subscriber {
  const { lanes, events } = current;
  return {
    onAssign: async (place, epoch) => {
      lanes.get(nameOf(place))?.abandon();
      lanes.set(nameOf(place), await openLane(parts, breaker, () => current.subscription, events, place, epoch));
      events.retries();
    },
    onRecords: async (place, epoch, records) => {
      const lane = lanes.get(nameOf(place));
      // Records that were buffered before a rebalance belong to nobody any more.
      if (lane?.epoch === epoch) await lane.records(records);
    },
    onRevoke: async (place, epoch, lost) => {
      const lane = lanes.get(nameOf(place));
      if (lane?.epoch !== epoch) return;
      if (lost) lane.abandon();
      await lane.drain();
      if (lanes.get(nameOf(place)) === lane) lanes.delete(nameOf(place));
    },
    onLost: (place, from, to) => {
      parts.metrics.lost.inc({ service: parts.service.name, topic: place.topic }, to - from);
      parts.log.error(
        { code: "record-lost", ...place, from, to },
        "records were removed before this group had read them",
      );
    },
  };
}

async function retryLoop(
  parts: Parts,
  lanes: ReadonlyMap<string, Lane>,
  waker: Waker,
  signal: AbortSignal,
): Promise<void> {
  const busy = new Set<number>();
  while (!signal.aborted) {
    let next = LONGEST_SLEEP_MS;
    try {
      next = await giveTurns(parts, lanes, busy, waker);
    } catch (error) {
      if (!isMessagingError(error, "closed")) parts.log.warn({ err: error }, "parked events could not be read");
    }
    await waker.sleep(Math.min(next, LONGEST_SLEEP_MS), signal);
  }
}

/**
 * Gives every due head of a key that belongs to this member its turn, without waiting: a slow partition must
 * not hold up the others. Answers when to look again.
 */
async function giveTurns(
  { database, service, clock }: Parts,
  lanes: ReadonlyMap<string, Lane>,
  busy: Set<number>,
  waker: Waker,
): Promise<number> {
  const places = [...lanes.values()].map((lane) => lane.place);
  const found = await database.transaction({ schema: service.name }, (session) => heads(session, places, HEADS));
  const now = clock.now();
  for (const head of found.filter(({ dueAt, id }) => dueAt <= now && !busy.has(id))) {
    const turn = lanes.get(nameOf(head))?.retry(head);
    if (turn === undefined) continue;
    busy.add(head.id);
    void turn.finally(() => {
      busy.delete(head.id);
      waker.wake();
    });
  }
  const next = found.find(({ dueAt }) => dueAt > now);
  return next === undefined ? LONGEST_SLEEP_MS : next.dueAt.getTime() - now.getTime();
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
