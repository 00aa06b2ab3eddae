import { MessagingError } from "../errors.ts";
import type { StoredRecord, Subscription, TopicPartition } from "../ports/transport.ts";
import type { Breaker } from "./breaker.ts";
import { leaveClean } from "./consumer-store.ts";
import { readRecord, type Incoming } from "./incoming.ts";
import { note, patiently, retake, takeOver, type State } from "./lane-state.ts";
import { detailOf, workOn, type LaneEvents, type Offsets, type Work } from "./lane-work.ts";
import type { Head } from "./parked-store.ts";
import { farthestDue, sharedLog, type Parts } from "./parts.ts";
import { retryParked } from "./retry.ts";
import { dueIn } from "./schedule.ts";

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
  /** The number that fences whoever had it before. */
  readonly fence: number;
  readonly openForMs: number;
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
  const opened = parts.clock.elapsed();
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
      fence: state.token,
      openForMs: Math.round(parts.clock.elapsed() - opened),
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
      if (last.record.offset > state.suspectUntil || at === incoming.length) await committed;
    }
    await parts.failpoints.hit("consumer.after_commit", detailOf(parts, incoming.slice(0, at)));
  }
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

const TURNS_IN_A_ROW = 50;

async function retryKey(
  parts: Parts,
  breaker: Breaker,
  events: LaneEvents,
  state: State,
  head: Head,
  signal: AbortSignal,
): Promise<void> {
  let next: Head | undefined = head;
  // Others wait for the lane, too: the rest of a long row gets its turn behind them.
  for (let turns = 0; next !== undefined && turns < TURNS_IN_A_ROW && !signal.aborted; turns += 1) {
    const current: Head = next;
    state.keys.delete(current.key);
    note(state, `retrying ${current.event ?? "a record"} of ${current.key}`);
    const result = await patiently(parts, head, signal, retake(parts, head, state), () =>
      retryParked(parts, breaker, current.id, state.token),
    );
    if (result === undefined) return;
    events.sent();
    events.retries();
    if (result.name === "waiting") return;
    const { following } = result;
    const mine = following?.partition === current.partition;
    next = mine && dueIn(following.dueAt, parts.clock.now(), farthestDue(parts)) === 0 ? following : undefined;
  }
}
