import { isMessagingError, MessagingError } from "../errors.ts";
import type { Session } from "../ports/database.ts";
import type { StoredRecord, Subscription, TopicPartition } from "../ports/transport.ts";
import { Abandoned, asMessagingError, policyOf } from "./attempt.ts";
import { handleBatch, type BatchReport } from "./batch.ts";
import type { Breaker } from "./breaker.ts";
import { leaveClean, markInFlight } from "./consumer-store.ts";
import { readRecord, type Incoming } from "./incoming.ts";
import { note, noRetake, patiently, retake, takeOver, type State } from "./lane-state.ts";
import { observe } from "./observe.ts";
import { nextOfKey, type Head } from "./parked-store.ts";
import { sharedLog, type Parts } from "./parts.ts";
import { retryParked } from "./retry.ts";

/** What a lane tells the rest of the consumer. */
export interface LaneEvents {
  /** Something was committed to the outbox. */
  readonly sent: () => void;
  /** Something was parked or may be due. */
  readonly retries: () => void;
  /** The lane ended in a way that should not be: everything is to begin anew. */
  readonly broken: (error: unknown) => void;
}

/**
 * The one owner of a partition's state while this member has it. Work comes in through its mailbox and is done
 * one after the other: records, retries, and at last the revocation, which waits for what runs, commits it,
 * and lets nothing follow.
 */
export interface Lane {
  readonly place: TopicPartition;
  readonly epoch: number;
  /** Resolves when the records are done and committed, or the lane has ended; says whether all of them are done. */
  records(records: readonly StoredRecord[]): Promise<boolean>;
  /** Gives a parked event its turn, and then those behind it. */
  retry(head: Head): Promise<void>;
  /** Finishes the record at hand, commits, and ends. */
  drain(): Promise<void>;
  /** Ends without committing anything more: the partition is somebody else's already. */
  abandon(): void;
  /** What it is at, for those who look into trouble. */
  describe(): LaneStatus;
}

export interface LaneStatus extends TopicPartition {
  readonly epoch: number;
  readonly token: number;
  readonly doing: string;
  readonly forMs: number;
  /** Pieces of work that wait behind it. */
  readonly waiting: number;
  readonly ended: boolean;
}

/** Takes the partition over, which may take until the database answers, or `ended` aborts: then so does the lane. */
export async function openLane(
  parts: Parts,
  breaker: Breaker,
  subscription: () => Subscription | undefined,
  events: LaneEvents,
  place: TopicPartition,
  epoch: number,
  ended: AbortController,
): Promise<Lane> {
  const state = await takeOver(parts, place, ended.signal);
  let abandoned = false;
  const mailbox = createMailbox(state, ended.signal, (error) => {
    // Nothing may be committed past records that were not done.
    abandoned = true;
    ended.abort();
    events.broken(error);
  });
  const offsets = committing(parts, subscription, place, epoch, ended);
  return {
    place,
    epoch,
    records: async (records) => {
      const incoming = records.map((record) => readRecord(parts.service, record));
      const work = { parts, breaker, events, place, state, offsets, signal: ended.signal };
      let done = 0;
      await mailbox.put(() =>
        handleAll(
          work,
          incoming,
          () => abandoned,
          (count) => (done = count),
        ),
      );
      return done === records.length;
    },
    retry: (head) => mailbox.put(() => retryKey(parts, breaker, events, state, head, ended.signal)),
    drain: async () => {
      ended.abort();
      await mailbox.empty();
      if (abandoned) return;
      await parts.database
        .transaction({ schema: parts.service.name }, (session) => leaveClean(session, place, state.token))
        .catch(() => undefined);
    },
    abandon: () => {
      abandoned = true;
      ended.abort();
    },
    describe: () => ({
      ...place,
      epoch,
      token: state.token,
      doing: state.doing,
      forMs: Math.round(performance.now() - state.since),
      waiting: mailbox.waiting(),
      ended: ended.signal.aborted,
    }),
  };
}

/** Work that is done one piece after the other; what is put in after `signal` aborted is not done. */
interface Mailbox {
  put(work: () => Promise<void>): Promise<void>;
  /** Resolves when all that was put in is done. */
  empty(): Promise<void>;
  waiting(): number;
}

function createMailbox(state: State, signal: AbortSignal, broken: (error: unknown) => void): Mailbox {
  let tail = Promise.resolve();
  let pieces = 0;
  return {
    put: (work) => {
      pieces += 1;
      tail = tail
        .then(() => (signal.aborted ? undefined : work()))
        .catch(broken)
        .finally(() => {
          pieces -= 1;
          note(state, "nothing");
        });
      return tail;
    },
    empty: () => tail,
    waiting: () => Math.max(0, pieces - 1),
  };
}

/** All records, transaction by transaction, until the lane ends; tells how many are done. */
async function handleAll(
  work: Work,
  incoming: readonly Incoming[],
  abandoned: () => boolean,
  tell: (done: number) => void,
): Promise<void> {
  const { parts, state, offsets, signal } = work;
  for (let at = 0; at < incoming.length && !signal.aborted;) {
    const done = await workOn(work, incoming.slice(at));
    at += done;
    tell(at);
    const last = incoming[at - 1];
    if (done === 0 || last === undefined) continue;
    note(state, "committing the offset");
    if (!abandoned()) {
      const committed = offsets.after(last.record.offset + 1);
      // One by one, the next need not wait: whatever is committed last stands for all before it.
      if (state.careful === 0 || at === incoming.length) await committed;
    }
    await parts.failpoints.hit("consumer.after_commit", detailOf(parts, incoming.slice(0, at)));
  }
}

/** Where a lane's offset is committed: in the transaction of the effects when the log is in the same database, else after it. */
interface Offsets {
  within(session: Session, offset: number): Promise<void>;
  after(offset: number): Promise<void>;
}

function committing(
  parts: Parts,
  subscription: () => Subscription | undefined,
  place: TopicPartition,
  epoch: number,
  ended: AbortController,
): Offsets {
  const log = sharedLog(parts);
  return {
    within: async (session, offset) => {
      if ((await log?.commit(session, parts.service.name, place, offset, epoch)) !== "fenced") return;
      ended.abort();
      throw new MessagingError("fenced", `Another member owns ${place.topic}/${place.partition} now.`);
    },
    after: async (offset) => {
      if (log !== undefined) return;
      const answer = await subscription()
        ?.commit(place, offset, epoch)
        .catch((error: unknown) => {
          // The offset is only where to begin next time: the inbox absorbs what is then read again.
          parts.log.warn({ err: error, ...place, offset }, "an offset could not be committed");
          return "committed" as const;
        });
      if (answer === "fenced") ended.abort();
    },
  };
}

/** The database waits so much longer than a handler may take: it is to end what a frozen process holds, not a slow handler. */
const SLACK_MS = 5_000;

const detailOf = (parts: Parts, incoming: readonly Incoming[]) => ({
  service: parts.service.name,
  events: incoming.map((one) => one.event ?? ""),
});

/** What a transaction of records needs to know of its lane. */
interface Work {
  readonly parts: Parts;
  readonly breaker: Breaker;
  readonly events: LaneEvents;
  readonly place: TopicPartition;
  readonly state: State;
  readonly offsets: Offsets;
  readonly signal: AbortSignal;
}

/** One transaction's worth of records; answers how many are done. Waits out breakers and outages. */
async function workOn(work: Work, incoming: readonly Incoming[]): Promise<number> {
  const { parts, breaker, events, place, state, signal } = work;
  const first = incoming[0];
  if (first === undefined) return 0;
  const pause = breaker.pausedFor(first.event ?? "", parts.clock.now().getTime());
  if (pause > 0) {
    note(state, `waiting for the circuit breaker of ${first.event ?? "an event"}`);
    await parts.clock.sleep(pause, signal);
    return 0;
  }
  const singly = state.careful > 0 || first.record.offset <= state.singlyUntil || breaker.probing(first.event ?? "");
  const batch = incoming.slice(0, singly ? 1 : parts.settings.batchRecords);
  note(state, `handling ${batch.length} records from offset ${first.record.offset}`);
  const report = await patiently(parts, place, signal, retake(parts, place, state), () =>
    transactBatch(work, batch, incoming[batch.length]),
  );
  if (report === undefined) return 0;
  observe(parts, report.outcomes);
  for (const one of batch.slice(0, report.done)) state.verdicts.delete(one.record.offset);
  // Duplicates were not in anybody's hands when the owner before ended.
  if (state.careful > 0) state.careful -= report.outcomes.filter(({ outcome }) => outcome !== "duplicate").length;
  if (report.sent) events.sent();
  if (report.retries) events.retries();
  return report.done;
}

async function transactBatch(
  work: Work,
  batch: readonly Incoming[],
  following: Incoming | undefined,
): Promise<BatchReport> {
  const { parts, breaker, place, state, signal } = work;
  const { database, service, settings, failpoints } = parts;
  const detail = detailOf(parts, batch);
  const known = batch.some((one) => state.verdicts.has(one.record.offset));
  const offset = batch[0]?.record.offset ?? 0;
  if (state.careful > 0 && !known && state.noted !== offset && batch.some((one) => one.kind.name === "handle")) {
    await database.transaction({ schema: service.name }, (session) =>
      markInFlight(session, place, { first: offset, last: offset, starts: 1 }),
    );
    state.noted = offset;
  }
  await failpoints.hit("consumer.before_tx", detail);
  const timeoutMs =
    Math.max(settings.handlerTimeoutMs, ...batch.map((one) => policyOf(parts, one.event).timeoutMs ?? 0)) + SLACK_MS;
  const input = {
    place,
    token: state.token,
    trimmed: state.trimmed,
    verdicts: state.verdicts,
    noted: state.careful > 0 || known,
    // With this record done the next is in hand: the note moves on in the same transaction.
    next: state.careful > 1 && state.noted === offset ? following?.record.offset : undefined,
    stop: () => signal.aborted,
  };
  try {
    const report = await database.transaction({ schema: service.name, timeoutMs }, async (session) => {
      const result = await handleBatch(parts, breaker, session, { ...input, incoming: batch });
      const last = batch[result.done - 1];
      if (last !== undefined) await work.offsets.within(session, last.record.offset + 1);
      await failpoints.hit("consumer.in_tx", detail);
      return result;
    });
    state.noted = report.done > 0 ? input.next : undefined;
    await failpoints.hit("consumer.after_tx", detail);
    return report;
  } catch (error) {
    return afterFailure(parts, state, batch, error);
  }
}

/** A failed transaction tells which record to blame, or is tried again record by record until one is. */
function afterFailure(parts: Parts, state: State, batch: readonly Incoming[], error: unknown): BatchReport {
  const nothing: BatchReport = { done: 0, sent: false, retries: false, outcomes: [] };
  if (error instanceof Abandoned) {
    state.verdicts.set(error.incoming.record.offset, { error: error.reason, attempts: 1 });
    return nothing;
  }
  if (isMessagingError(error, "database-unavailable") || isMessagingError(error, "fenced")) throw error;
  const [only] = batch;
  if (batch.length === 1 && only !== undefined && !state.verdicts.has(only.record.offset)) {
    state.verdicts.set(only.record.offset, { error: asMessagingError(error), attempts: 1 });
    return nothing;
  }
  if (batch.length === 1) throw error;
  parts.log.warn({ err: error, records: batch.length }, "a batch failed as a whole; going on record by record");
  state.singlyUntil = Math.max(state.singlyUntil, batch.at(-1)?.record.offset ?? -1);
  return nothing;
}

async function retryKey(
  parts: Parts,
  breaker: Breaker,
  events: LaneEvents,
  state: State,
  head: Head,
  signal: AbortSignal,
): Promise<void> {
  let next: Head | undefined = head;
  while (next !== undefined && !signal.aborted) {
    const current: Head = next;
    note(state, `retrying ${current.event ?? "a record"} of ${current.key}`);
    const result = await patiently(parts, head, signal, retake(parts, head, state), () =>
      retryParked(parts, breaker, current.id, state.token),
    );
    if (result === undefined) return;
    events.sent();
    events.retries();
    if (result === "waiting") return;
    const following = await patiently(parts, head, signal, noRetake, () =>
      parts.database.transaction({ schema: parts.service.name }, (session) => nextOfKeyAfter(session, current)),
    );
    next = following?.partition === current.partition && following.dueAt <= parts.clock.now() ? following : undefined;
  }
}

const nextOfKeyAfter = (session: Parameters<typeof nextOfKey>[0], { topic, key }: Head) =>
  nextOfKey(session, topic, key);
