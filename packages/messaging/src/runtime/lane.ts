import { isMessagingError, MessagingError } from "../errors.ts";
import type { Session } from "../ports/database.ts";
import type { StoredRecord, Subscription, TopicPartition } from "../ports/transport.ts";
import { Abandoned, asMessagingError, policyOf } from "./attempt.ts";
import { handleBatch, type BatchReport } from "./batch.ts";
import type { Breaker } from "./breaker.ts";
import { leaveClean, markInFlight, readInFlight, takeToken } from "./consumer-store.ts";
import { readRecord, type Incoming } from "./incoming.ts";
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
  /** Resolves when the records are done and committed, or the lane has ended. */
  records(records: readonly StoredRecord[]): Promise<void>;
  /** Gives a parked event its turn, and then those behind it. */
  retry(head: Head): Promise<void>;
  /** Finishes the record at hand, commits, and ends. */
  drain(): Promise<void>;
  /** Ends without committing anything more: the partition is somebody else's already. */
  abandon(): void;
}

interface State {
  token: number;
  readonly trimmed: boolean;
  /** Up to this offset, records are handled one by one, since they failed together. */
  singlyUntil: number;
  /**
   * So many records are handled one by one, and noted before, since the owner before may have died over one of them.
   * Without such a suspicion nothing is noted: a killer takes the process down once more, and is then caught.
   */
  careful: number;
  readonly verdicts: Map<number, { error: MessagingError; attempts: number }>;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export async function openLane(
  parts: Parts,
  breaker: Breaker,
  subscription: () => Subscription | undefined,
  events: LaneEvents,
  place: TopicPartition,
  epoch: number,
): Promise<Lane> {
  const ended = new AbortController();
  const state = await takeOver(parts, place, ended.signal);
  let tail = Promise.resolve();
  let abandoned = false;
  const enqueue = (work: () => Promise<void>): Promise<void> => {
    tail = tail
      .then(() => (ended.signal.aborted ? undefined : work()))
      .catch((error: unknown) => {
        // Nothing may be committed past records that were not done.
        abandoned = true;
        ended.abort();
        events.broken(error);
      });
    return tail;
  };
  const offsets = committing(parts, subscription, place, epoch, ended);
  return {
    place,
    epoch,
    records: (records) =>
      enqueue(async () => {
        const incoming = records.map((record) => readRecord(parts.service, record));
        for (let at = 0; at < incoming.length && !ended.signal.aborted;) {
          const lane = { parts, breaker, events, place, state, offsets, signal: ended.signal };
          const done = await workOn(lane, incoming.slice(at));
          at += done;
          const last = incoming[at - 1];
          if (done > 0 && last !== undefined && !abandoned) await offsets.after(last.record.offset + 1);
          if (done > 0) await parts.failpoints.hit("consumer.after_commit", detailOf(parts, incoming.slice(0, at)));
        }
      }),
    retry: (head) => enqueue(() => retryKey(parts, breaker, events, state, head, ended.signal)),
    drain: async () => {
      ended.abort();
      await tail;
      if (abandoned) return;
      await parts.database
        .transaction({ schema: parts.service.name }, (session) => leaveClean(session, place, state.token))
        .catch(() => undefined);
    },
    abandon: () => {
      abandoned = true;
      ended.abort();
    },
  };
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

const detailOf = (parts: Parts, incoming: readonly Incoming[]) => ({
  service: parts.service.name,
  events: incoming.map((one) => one.event ?? ""),
});

/** Fences the owner before, and learns from what it left in flight. Tries until the database answers. */
async function takeOver(parts: Parts, place: TopicPartition, signal: AbortSignal): Promise<State> {
  const { database, service, transport } = parts;
  const bounds = await patiently(parts, signal, noRetake, () => transport.bounds(place.topic));
  const trimmed = (bounds?.find((one) => one.partition === place.partition)?.begin ?? 0) > 0;
  const found = await patiently(parts, signal, noRetake, () =>
    database.transaction({ schema: service.name }, async (session) => ({
      taken: await takeToken(session, place),
      left: await readInFlight(session, place),
    })),
  );
  const state: State = {
    token: found?.taken.token ?? -1,
    trimmed,
    singlyUntil: -1,
    careful: found?.taken.clean === false ? parts.settings.batchRecords : 0,
    verdicts: new Map(),
  };
  if (found?.left !== undefined) {
    const error = new MessagingError("handler-died", "The process ended while this record was handled.");
    state.verdicts.set(found.left.first, { error, attempts: found.left.starts });
  }
  return state;
}

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
    await parts.clock.sleep(pause, signal);
    return 0;
  }
  const singly = state.careful > 0 || first.record.offset <= state.singlyUntil || breaker.probing(first.event ?? "");
  const batch = incoming.slice(0, singly ? 1 : parts.settings.batchRecords);
  const report = await patiently(parts, signal, retake(parts, place, state), () => transactBatch(work, batch));
  if (report === undefined) return 0;
  observe(parts, report.outcomes);
  for (const one of batch.slice(0, report.done)) state.verdicts.delete(one.record.offset);
  // Duplicates were not in anybody's hands when the owner before ended.
  if (state.careful > 0) state.careful -= report.outcomes.filter(({ outcome }) => outcome !== "duplicate").length;
  if (report.sent) events.sent();
  if (report.retries) events.retries();
  return report.done;
}

async function transactBatch(work: Work, batch: readonly Incoming[]): Promise<BatchReport> {
  const { parts, breaker, place, state, signal } = work;
  const { database, service, settings, failpoints } = parts;
  const detail = detailOf(parts, batch);
  const known = batch.some((one) => state.verdicts.has(one.record.offset));
  if (state.careful > 0 && !known && batch.some((one) => one.kind.name === "handle")) {
    const offset = batch[0]?.record.offset ?? 0;
    await database.transaction({ schema: service.name }, (session) =>
      markInFlight(session, place, { first: offset, last: offset, starts: 1 }),
    );
  }
  await failpoints.hit("consumer.before_tx", detail);
  const timeoutMs =
    2 * Math.max(settings.handlerTimeoutMs, ...batch.map((one) => policyOf(parts, one.event).timeoutMs ?? 0));
  const input = {
    place,
    token: state.token,
    trimmed: state.trimmed,
    verdicts: state.verdicts,
    noted: state.careful > 0 || known,
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
    const result = await patiently(parts, signal, retake(parts, head, state), () =>
      retryParked(parts, breaker, current.id, state.token),
    );
    if (result === undefined) return;
    events.sent();
    events.retries();
    if (result === "waiting") return;
    const following = await patiently(parts, signal, noRetake, () =>
      parts.database.transaction({ schema: parts.service.name }, (session) => nextOfKeyAfter(session, current)),
    );
    next = following?.partition === current.partition && following.dueAt <= parts.clock.now() ? following : undefined;
  }
}

const nextOfKeyAfter = (session: Parameters<typeof nextOfKey>[0], { topic, key }: Head) =>
  nextOfKey(session, topic, key);

/** A member that still owns the partition by the broker's word takes the token back; one that does not is told so and ends. */
const retake = (parts: Parts, place: TopicPartition, state: State) => async (): Promise<void> => {
  ({ token: state.token } = await parts.database.transaction({ schema: parts.service.name }, (session) =>
    takeToken(session, place),
  ));
};

const noRetake = (): Promise<void> => Promise.resolve();

/**
 * Runs `work` until it succeeds: an outage of the database is waited out, never counted against an event.
 * Answers nothing when the lane ended first.
 */
async function patiently<T>(
  parts: Parts,
  signal: AbortSignal,
  whenFenced: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  let fenced = false;
  for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      if (fenced) await whenFenced();
      fenced = false;
      return await work();
    } catch (error) {
      if (isMessagingError(error, "closed")) return undefined;
      fenced = isMessagingError(error, "fenced");
      const expected = isMessagingError(error) && error.retryable;
      parts.log[expected ? "warn" : "error"]({ err: error, pauseMs: pause }, "consumption is held up");
      await parts.clock.sleep(pause, signal);
    }
  }
  return undefined;
}
