import { MessagingError } from "../../errors.ts";
import { awake } from "../../ports/clock.ts";
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
import { nameOf, type Ends, type Pulse } from "./pulse.ts";

export interface Member {
  readonly database: Database;
  readonly id: string;
  readonly sessionMs: number;
  readonly pollMs: number;
  readonly ends: Ends;
  /** Beats when a member of this process joins or leaves, or partitions were added: shares may have changed. */
  readonly changed: Pulse;
  readonly closed: AbortSignal;
}

/** A partition while this member has it. */
interface Reading extends Owned {
  position: number;
  busy: boolean;
  over: boolean;
}

/** Joins a group. Two loops: one keeps the membership, the other looks for records. */
export function join(member: Member, options: SubscribeOptions, subscriber: Subscriber): Subscription {
  const { database, sessionMs, pollMs, ends, changed } = member;
  const { group } = options;
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  member.closed.addEventListener("abort", stop, { once: true });
  const mine = new Map<string, Reading>();
  const inBroker = <T>(work: (session: Session) => Promise<T>): Promise<T> =>
    database.transaction({ schema: SCHEMA }, work);
  const keepMembership = loop(stopped.signal, sessionMs / 3, changed, () =>
    heartbeat(member, options, subscriber, mine, inBroker),
  );
  changed.beat();
  const readers = { member, options, subscriber, signal: stopped.signal };
  const look = Promise.all([
    // Appends of other processes, and what may have been missed: asks the database.
    loop(stopped.signal, pollMs, undefined, async () => {
      if (mine.size > 0) ends.learn(await boundsOf(database, options.topics));
      deliverNews(readers, mine);
    }),
    // Appends of this process: asks nobody.
    loop(stopped.signal, undefined, ends.grown, async () => deliverNews(readers, mine)),
  ]);
  return {
    commit: async (place, offset, epoch) => {
      if (mine.get(nameOf(place))?.epoch !== epoch) return "fenced";
      return (await commitOffset(database, group, place, offset, epoch)) ? "committed" : "fenced";
    },
    close: async (deadlineMs) => {
      stop();
      const released = Promise.all([...mine.values()].map((reading) => release(subscriber, mine, reading, false)));
      const timer = new AbortController();
      await Promise.race([released, after(deadlineMs, timer.signal)]);
      timer.abort();
      await Promise.all([keepMembership, look]);
      await inBroker((session) => leave(session, group, member.id)).catch(ignoreClosed);
      changed.beat();
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
      .then(() => giveBack(member.database, group, reading))
      .then(() => member.changed.beat())
      .catch(() => undefined);
  }
  const missing = wanted.filter((place) => !mine.has(nameOf(place)));
  for (const taken of await inBroker((session) => take(session, group, member.id, missing, member.sessionMs))) {
    // Taking over can wait for what the owner before left running; the heart goes on beating meanwhile.
    void begin(member, subscriber, mine, taken).catch(() => mine.delete(nameOf(taken)));
  }
}

async function begin(
  { database, ends }: Member,
  subscriber: Subscriber,
  mine: Map<string, Reading>,
  taken: Taken,
): Promise<void> {
  const { topic, partition, epoch, committed } = taken;
  const reading: Reading = { topic, partition, epoch, position: committed ?? 0, busy: true, over: false };
  mine.set(nameOf(reading), reading);
  const bounds = await boundsOf(database, [topic]);
  // Given away meanwhile: who is told of it only now would hold on to what is another's.
  if (reading.over) return;
  reading.position = committed ?? bounds.find((one) => one.partition === partition)?.begin ?? 0;
  await subscriber.onAssign({ topic, partition }, epoch);
  if (reading.over) return;
  reading.busy = false;
  ends.learn(bounds);
  // Known already, perhaps: then nothing else would tell this reader of it.
  ends.grown.beat();
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

interface Readers {
  readonly member: Member;
  readonly options: SubscribeOptions;
  readonly subscriber: Subscriber;
  readonly signal: AbortSignal;
}

/** Reads only where there is something new. */
function deliverNews(readers: Readers, mine: ReadonlyMap<string, Reading>): void {
  for (const reading of mine.values()) {
    const idle = !reading.busy && !reading.over;
    if (idle && reading.position < readers.member.ends.of(reading)) void deliver(readers, reading);
  }
}

const FAILURE_PAUSE_MS = 200;

/** Delivers until nothing is left, one call at a time. After a failure the same records come again. */
async function deliver(readers: Readers, reading: Reading): Promise<void> {
  const { member, subscriber, signal } = readers;
  reading.busy = true;
  while (!reading.over && !signal.aborted && reading.position < member.ends.of(reading)) {
    try {
      const records = await fetchNext(readers, reading);
      const last = records.at(-1);
      if (last === undefined || reading.over) break;
      await subscriber.onRecords({ topic: reading.topic, partition: reading.partition }, reading.epoch, records);
      reading.position = last.offset + 1;
    } catch {
      // The subscriber could not, or the database is gone for a moment.
      await after(FAILURE_PAUSE_MS, signal);
    }
  }
  reading.busy = false;
}

/** Offsets are dense: what is missing in front of the first record was removed before this group read it. */
async function fetchNext({ member, options, subscriber }: Readers, reading: Reading): Promise<readonly StoredRecord[]> {
  const place = { topic: reading.topic, partition: reading.partition };
  // Patient: the longer it waits for its turn, the more there is to read at once.
  const records = await readRecords(member.database, place, reading.position, options.maxRecords, "patient");
  const first = records[0]?.offset ?? (await endOf(member.database, place)) ?? reading.position;
  if (first > reading.position && !reading.over) {
    subscriber.onLost(place, reading.position, first);
    reading.position = first;
  }
  return records;
}

const endOf = async (database: Database, { topic, partition }: TopicPartition): Promise<number | undefined> =>
  (await boundsOf(database, [topic])).find((one) => one.partition === partition)?.end;

/** Runs `work` every `ms` (if given) and at each beat, until stopped. A failure is tried again at the next turn. */
async function loop(
  signal: AbortSignal,
  ms: number | undefined,
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
    const cancel = (): void => timer.abort(awake);
    signal.addEventListener("abort", cancel, { once: true });
    await Promise.race([after(ms, timer.signal), ...(beat === undefined ? [] : [beat])]);
    signal.removeEventListener("abort", cancel);
    timer.abort(awake);
  }
}

/** Without `ms`: when `signal` aborts. */
function after(ms: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
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
