import { MessagingError } from "../../errors.ts";
import type { Database, Session } from "../../ports/database.ts";
import type {
  StoredRecord,
  SubscribeOptions,
  Subscriber,
  Subscription,
  TopicPartition,
} from "../../ports/transport.ts";
import { boundsOf, readRecords, SCHEMA } from "./log.ts";
import { announce, commitOffset, giveBack, leave, renew, share, take, type Owned, type Taken } from "./membership.ts";
import type { Pulse } from "./pulse.ts";

export interface Member {
  readonly database: Database;
  readonly id: string;
  readonly sessionMs: number;
  readonly pollMs: number;
  /** Beats when this process appended something. */
  readonly appended: Pulse;
  readonly closed: AbortSignal;
}

/** A partition while this member has it. */
interface Reading extends Owned {
  position: number;
  busy: boolean;
  over: boolean;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** Joins a group. Two loops: one keeps the membership, the other looks for records. */
export function join(member: Member, options: SubscribeOptions, subscriber: Subscriber): Subscription {
  const { database, sessionMs, pollMs, appended } = member;
  const { group } = options;
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  member.closed.addEventListener("abort", stop, { once: true });
  const mine = new Map<string, Reading>();
  const inBroker = <T>(work: (session: Session) => Promise<T>): Promise<T> =>
    database.transaction({ schema: SCHEMA }, work);
  const keepMembership = loop(stopped.signal, sessionMs / 3, undefined, () =>
    heartbeat(member, options, subscriber, mine, inBroker),
  );
  const look = loop(stopped.signal, pollMs, appended, () => lookForRecords(options, subscriber, mine, inBroker));
  return {
    commit: async (place, offset, epoch) => {
      if (mine.get(nameOf(place))?.epoch !== epoch) return "fenced";
      return (await inBroker((session) => commitOffset(session, group, place, offset, epoch))) ? "committed" : "fenced";
    },
    close: async (deadlineMs) => {
      stop();
      const released = Promise.all([...mine.values()].map((reading) => release(subscriber, mine, reading, false)));
      const timer = new AbortController();
      await Promise.race([released, after(deadlineMs, timer.signal)]);
      timer.abort();
      await Promise.all([keepMembership, look]);
      await inBroker((session) => leave(session, group, member.id)).catch(ignoreClosed);
    },
  };
}

const ignoreClosed = (error: unknown): void => {
  if (!(error instanceof MessagingError)) throw error;
};

type InBroker = <T>(work: (session: Session) => Promise<T>) => Promise<T>;

/** Renews what is owned, gives back what is another's share, takes what is free of one's own. */
async function heartbeat(
  member: Member,
  options: SubscribeOptions,
  subscriber: Subscriber,
  mine: Map<string, Reading>,
  inBroker: InBroker,
): Promise<void> {
  const { group, topics } = options;
  const owned = [...mine.values()];
  const { kept, wanted } = await inBroker(async (session) => {
    await announce(session, group, member.id, topics, member.sessionMs);
    return {
      kept: await renew(session, group, member.id, owned, member.sessionMs),
      wanted: await share(session, group, member.id),
    };
  });
  const keptNames = new Set(kept.map(nameOf));
  const wantedNames = new Set(wanted.map(nameOf));
  for (const reading of owned.filter((one) => !keptNames.has(nameOf(one))))
    await release(subscriber, mine, reading, true);
  // Giving a partition away waits for what runs on it; the heart goes on beating meanwhile.
  for (const reading of owned.filter(
    (one) => keptNames.has(nameOf(one)) && !wantedNames.has(nameOf(one)) && !one.over,
  )) {
    void release(subscriber, mine, reading, false)
      .then(() => inBroker((session) => giveBack(session, group, reading)))
      .catch(() => undefined);
  }
  const missing = wanted.filter((place) => !mine.has(nameOf(place)));
  for (const taken of await inBroker((session) => take(session, group, member.id, missing, member.sessionMs))) {
    // Taking over can wait for what the owner before left running; the heart goes on beating meanwhile.
    void begin(member.appended, subscriber, mine, taken, inBroker).catch(() => mine.delete(nameOf(taken)));
  }
}

async function begin(
  appended: Pulse,
  subscriber: Subscriber,
  mine: Map<string, Reading>,
  taken: Taken,
  inBroker: InBroker,
): Promise<void> {
  const { topic, partition, epoch, committed } = taken;
  const reading: Reading = { topic, partition, epoch, position: committed ?? 0, busy: true, over: false };
  mine.set(nameOf(reading), reading);
  const bounds = await inBroker((session) => boundsOf(session, [topic]));
  reading.position = committed ?? bounds.find((one) => one.partition === partition)?.begin ?? 0;
  await subscriber.onAssign({ topic, partition }, epoch);
  reading.busy = false;
  appended.beat();
}

async function release(
  subscriber: Subscriber,
  mine: Map<string, Reading>,
  reading: Reading,
  lost: boolean,
): Promise<void> {
  reading.over = true;
  await subscriber.onRevoke({ topic: reading.topic, partition: reading.partition }, reading.epoch, lost);
  if (mine.get(nameOf(reading)) === reading) mine.delete(nameOf(reading));
}

/** Asks once for the ends of all topics, and reads only where there is something new. */
async function lookForRecords(
  options: SubscribeOptions,
  subscriber: Subscriber,
  mine: Map<string, Reading>,
  inBroker: InBroker,
): Promise<void> {
  const idle = [...mine.values()].filter((reading) => !reading.busy && !reading.over);
  if (idle.length === 0) return;
  const bounds = new Map(
    (await inBroker((session) => boundsOf(session, options.topics))).map((one) => [nameOf(one), one]),
  );
  for (const reading of idle) {
    const bound = bounds.get(nameOf(reading));
    if (bound === undefined || reading.busy || reading.over) continue;
    if (reading.position < bound.begin) {
      subscriber.onLost({ topic: reading.topic, partition: reading.partition }, reading.position, bound.begin);
      reading.position = bound.begin;
    }
    if (reading.position < bound.end) void deliver(options, subscriber, reading, inBroker);
  }
}

/** Delivers until nothing is left, one call at a time. A failure leaves the position: the next look tries again. */
async function deliver(
  options: SubscribeOptions,
  subscriber: Subscriber,
  reading: Reading,
  inBroker: InBroker,
): Promise<void> {
  reading.busy = true;
  const { topic, partition, epoch } = reading;
  const place = { topic, partition };
  const next = (): Promise<readonly StoredRecord[]> =>
    inBroker((session) => readRecords(session, place, reading.position, options.maxRecords));
  try {
    for (let records = await next(); records.length > 0 && !reading.over; records = await next()) {
      await subscriber.onRecords(place, epoch, records);
      reading.position = (records.at(-1)?.offset ?? reading.position) + 1;
      if (records.length < options.maxRecords) break;
    }
  } catch {
    // The database is gone for a moment, or closed: looked at again with the next beat.
  } finally {
    reading.busy = false;
  }
}

/** Runs `work` every `ms` and at each beat, until stopped. A failure is tried again at the next turn. */
async function loop(
  signal: AbortSignal,
  ms: number,
  pulse: Pulse | undefined,
  work: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const beat = pulse?.next(signal);
    try {
      await work();
    } catch {
      // An outage: leases run out by themselves, and the members that can reach the database take over.
    }
    const timer = new AbortController();
    const cancel = (): void => timer.abort();
    signal.addEventListener("abort", cancel, { once: true });
    await Promise.race([after(ms, timer.signal), ...(beat === undefined ? [] : [beat])]);
    signal.removeEventListener("abort", cancel);
    timer.abort();
  }
}

function after(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
