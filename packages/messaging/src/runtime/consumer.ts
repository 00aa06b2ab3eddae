import { isMessagingError, MessagingError } from "../errors.ts";
import { awake } from "../ports/clock.ts";
import type { Subscriber, Subscription, TopicPartition } from "../ports/transport.ts";
import { createBreaker, type Breaker } from "./breaker.ts";
import { openLane, type Lane, type LaneStatus } from "./lane.ts";
import type { LaneEvents } from "./lane-work.ts";
import { heads, type Head } from "./parked-store.ts";
import { farthestDue, topicsOf, type Parts } from "./parts.ts";
import { createProgress } from "./progress.ts";
import { dueIn } from "./schedule.ts";
import { createWaker, type Waker } from "./waker.ts";

export interface Consumer {
  /** Subscribes and handles until `signal` aborts, then drains. */
  run(signal: AbortSignal): Promise<void>;
  /** Parked events may be due: look now. */
  wake(): void;
  /** What is wrong, in sentences. */
  problems(): readonly string[];
  describe(): ConsumerStatus;
}

/** What a consumer holds at this moment, for those who look into trouble. */
export interface ConsumerStatus {
  readonly lanes: readonly LaneStatus[];
  /** As the transport sees it. */
  readonly subscription: Readonly<Record<string, unknown>>;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;
const HEADS = 200;
/** A service that takes records one by one need not fetch them so. */
const FETCHED_AT_LEAST = 100;
const RESTART_PAUSE_MS = 1_000;
const RESTART_DRAIN_MS = 5_000;
/** Redrives of other processes are noticed within this. */
const LONGEST_SLEEP_MS = 5_000;

/** The consumer of one service: one subscription, one lane per partition it owns, one loop for what is parked. */
export function createConsumer(parts: Parts, sent: () => void, drainMs: () => number): Consumer {
  const { service, transport, clock, settings, log } = parts;
  const topics = topicsOf(service);
  const breaker = createBreaker(settings.breaker);
  const waker = createWaker(clock);
  const progress = createProgress(parts, breaker);
  let lanes: ReadonlyMap<string, Lane> = new Map();
  let subscribed: Subscription | undefined;
  let trouble: string | undefined;

  const session = async (signal: AbortSignal): Promise<void> => {
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => undefined);
    // Of this subscription only: what an earlier one still says of its partitions, under epochs of its own, is its own affair.
    const current: Current = { lanes: new Map(), events: { sent, retries: waker.wake, broken: broken.reject } };
    lanes = current.lanes;
    const subscription = await transport.subscribe(
      { group: service.name, topics, maxRecords: Math.max(settings.batchRecords, FETCHED_AT_LEAST) },
      subscriberOver(parts, breaker, current),
    );
    current.subscription = subscription;
    subscribed = subscription;
    trouble = undefined;
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    try {
      await Promise.race([broken.promise, aborted(signal), progress.watch(current.lanes, until)]);
    } finally {
      over.abort(awake);
      await subscription.close(signal.aborted ? drainMs() : RESTART_DRAIN_MS);
      for (const lane of current.lanes.values()) lane.abandon();
      current.lanes.clear();
    }
  };

  return {
    wake: waker.wake,
    describe: () => ({
      lanes: [...lanes.values()].map((lane) => lane.describe()),
      subscription: subscribed?.describe?.() ?? {},
    }),
    problems: () => [
      ...(trouble === undefined ? [] : [trouble]),
      ...progress.problems(),
      ...breaker.open.map((event) => pausedSentence(service.name, event)),
    ],
    run: async (signal) => {
      if (topics.length === 0) return;
      const retrying = retryLoop(parts, () => lanes, waker, signal);
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

const pausedSentence = (service: string, event: string): string =>
  `${service} has paused ${event}, whose handler fails for one key after another.`;

/** The state of one subscription: which partitions this member has. */
interface Current {
  readonly lanes: Map<string, Lane>;
  readonly events: LaneEvents;
  subscription?: Subscription;
}

function subscriberOver(parts: Parts, breaker: Breaker, current: Current): Subscriber {
  const { lanes, events } = current;
  /** Those being taken over, which may take as long as an outage of the database. */
  const opening = new Map<string, { readonly epoch: number; readonly ended: AbortController }>();
  return {
    onAssign: async (place, epoch) => {
      const name = nameOf(place);
      lanes.get(name)?.abandon();
      opening.get(name)?.ended.abort(awake);
      const mine = { epoch, ended: new AbortController() };
      opening.set(name, mine);
      const lane = await openLane(parts, breaker, () => current.subscription, events, place, epoch, mine.ended);
      if (opening.get(name) === mine) opening.delete(name);
      // Revoked meanwhile: a lane that nobody would end must not begin.
      if (mine.ended.signal.aborted) return;
      lanes.set(name, lane);
      events.retries();
    },
    onRecords: async (place, epoch, records) => {
      const lane = lanes.get(nameOf(place));
      const done = lane?.epoch === epoch && (await lane.records(records));
      // Records that were buffered before a rebalance belong to nobody any more; they must never count as handled.
      if (!done) throw new MessagingError("fenced", `${nameOf(place)} is not this member's under epoch ${epoch}.`);
    },
    onRevoke: async (place, epoch, lost) => {
      const begun = opening.get(nameOf(place));
      if (begun?.epoch === epoch) begun.ended.abort(awake);
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
  lanes: () => ReadonlyMap<string, Lane>,
  waker: Waker,
  signal: AbortSignal,
): Promise<void> {
  const busy = new Set<number>();
  while (!signal.aborted) {
    let next = LONGEST_SLEEP_MS;
    try {
      next = await giveTurns(parts, lanes(), busy, waker);
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
  parts: Parts,
  lanes: ReadonlyMap<string, Lane>,
  busy: Set<number>,
  waker: Waker,
): Promise<number> {
  const { database, service, clock } = parts;
  const places = [...lanes.values()].map((lane) => lane.place);
  const found = await database.transaction({ schema: service.name }, (session) => heads(session, places, HEADS));
  const now = clock.now();
  const longest = farthestDue(parts);
  const waitOf = ({ dueAt }: Head): number => dueIn(dueAt, now, longest);
  for (const head of found.filter((one) => waitOf(one) === 0 && !busy.has(one.id))) {
    const turn = lanes.get(nameOf(head))?.retry(head);
    if (turn === undefined) continue;
    busy.add(head.id);
    void turn.finally(() => {
      busy.delete(head.id);
      waker.wake();
    });
  }
  const next = found.find((one) => waitOf(one) > 0);
  return next === undefined ? LONGEST_SLEEP_MS : waitOf(next);
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
