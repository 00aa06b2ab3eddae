import { isMessagingError } from "../errors.ts";
import type { Session } from "../ports/database.ts";
import type { TopicPartition } from "../ports/transport.ts";
import { Abandoned, asMessagingError, policyOf } from "./attempt.ts";
import { handleBatch, type BatchReport } from "./batch.ts";
import type { Breaker } from "./breaker.ts";
import { markInFlight } from "./consumer-store.ts";
import type { Incoming } from "./incoming.ts";
import { Outdated, remember } from "./key-store.ts";
import { note, patiently, retake, type State } from "./lane-state.ts";
import { observe } from "./observe.ts";
import type { Parts } from "./parts.ts";

/** What a lane tells the rest of the consumer. */
export interface LaneEvents {
  /** Something was committed to the outbox. */
  readonly sent: () => void;
  /** Something was parked or may be due. */
  readonly retries: () => void;
  /** The lane ended in a way that should not be: everything is to begin anew. */
  readonly broken: (error: unknown) => void;
}

/** Where a lane's offset is committed: in the transaction of the effects when the log is in the same database, else after it. */
export interface Offsets {
  within(session: Session, offset: number): Promise<void>;
  after(offset: number): Promise<void>;
}

/** What a transaction of records needs to know of its lane. */
export interface Work {
  readonly parts: Parts;
  readonly breaker: Breaker;
  readonly events: LaneEvents;
  readonly place: TopicPartition;
  readonly state: State;
  readonly offsets: Offsets;
  readonly signal: AbortSignal;
}

/** One transaction's worth of records; answers how many are done. Waits out breakers and outages. */
export async function workOn(work: Work, incoming: readonly Incoming[]): Promise<number> {
  const { parts, breaker, events, place, state, signal } = work;
  const first = incoming[0];
  if (first === undefined) return 0;
  const pause = breaker.pausedFor(first.event ?? "", parts.clock.elapsed());
  if (pause > 0) {
    note(state, `waiting for the circuit breaker of ${first.event ?? "an event"}`);
    await parts.clock.sleep(pause, signal);
    return 0;
  }
  const together = first.record.offset > Math.max(state.singlyUntil, state.suspectUntil);
  const singly = !together || breaker.probing(first.event ?? "");
  const batch = incoming.slice(0, singly ? 1 : parts.settings.batchRecords);
  note(state, `handling ${batch.length} records from offset ${first.record.offset}`);
  const report = await patiently(parts, place, signal, retake(parts, place, state), () =>
    transactBatch(work, batch, incoming[batch.length]),
  );
  if (report === undefined) return 0;
  remember(state.keys, report.keys);
  const last = batch[report.done - 1];
  if (last !== undefined) state.handledUpTo = Math.max(state.handledUpTo, last.record.offset);
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
  const suspect = offset <= state.suspectUntil;
  const watched = !known && (suspect || state.careful > 0) && batch.some((one) => one.kind.name === "handle");
  if (watched && state.noted !== offset) {
    const last = batch.at(-1)?.record.offset ?? offset;
    await database.transaction({ schema: service.name }, (session) =>
      markInFlight(session, place, { first: offset, last, starts: 1 }),
    );
    state.noted = offset;
  }
  await failpoints.hit("consumer.before_tx", detail);
  const timeoutMs =
    Math.max(settings.handlerTimeoutMs, ...batch.map((one) => policyOf(parts, one.event).timeoutMs ?? 0)) + SLACK_MS;
  const input = {
    place,
    token: state.token,
    handledUpTo: state.handledUpTo,
    cache: state.keys,
    trimmed: state.trimmed,
    verdicts: state.verdicts,
    noted: watched || known,
    // With this record done the next is in hand: the note moves on in the same transaction.
    next: watched && suspect ? nextSuspect(state, following) : undefined,
    stop: () => signal.aborted,
  };
  try {
    const report = await database.transaction({ schema: service.name, timeoutMs }, async (session) => {
      // It may have waited for a connection while the lane was told to end: then others need the connection more.
      if (signal.aborted) return nothing;
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

function nextSuspect({ suspectUntil }: State, following: Incoming | undefined): number | undefined {
  const offset = following?.record.offset;
  return offset !== undefined && offset <= suspectUntil ? offset : undefined;
}

const nothing: BatchReport = { done: 0, sent: false, retries: false, outcomes: [], keys: new Map() };

/** A failed transaction tells which record to blame, or is tried again record by record until one is. */
function afterFailure(parts: Parts, state: State, batch: readonly Incoming[], error: unknown): BatchReport {
  // Whatever was undone is read anew.
  state.keys.clear();
  if (error instanceof Outdated) return nothing;
  if (error instanceof Abandoned) {
    state.verdicts.set(error.incoming.record.offset, { error: error.reason, attempts: 1 });
    return nothing;
  }
  const passing = ["database-unavailable", "fenced", "closed"] as const;
  if (passing.some((code) => isMessagingError(error, code))) throw error;
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

/** The database waits so much longer than a handler may take: it is to end what a frozen process holds, not a slow handler. */
const SLACK_MS = 5_000;
export const detailOf = (parts: Parts, incoming: readonly Incoming[]) => ({
  service: parts.service.name,
  events: incoming.map((one) => one.event ?? ""),
});
