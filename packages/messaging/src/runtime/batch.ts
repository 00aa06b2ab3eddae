import type { MessagingError } from "../errors.ts";
import type { Session } from "../ports/database.ts";
import type { TopicPartition } from "../ports/transport.ts";
import { attempt, Deadlocked, policyOf, type Outcome } from "./attempt.ts";
import type { Breaker } from "./breaker.ts";
import { clearInFlight, moveInFlight, requireToken } from "./consumer-store.ts";
import { bury, type NewDeadLetter } from "./dead-letter-store.ts";
import { decide, heard, type Decision } from "./decide.ts";
import {
  isBelowHorizon,
  isLoose,
  isPaged,
  markLoose,
  markPage,
  suspects,
  takenBefore,
  unmarkLoose,
} from "./inbox-store.ts";
import type { Incoming } from "./incoming.ts";
import { firstTrace, keyStates, rouse, saveKeys, unheard, type KeyCache, type KeyRow, type Move } from "./key-store.ts";
import { appendToOutbox, type Draft } from "./outbox.ts";
import { park, type NewParked } from "./parked-store.ts";
import type { Parts } from "./parts.ts";
import { nextAttemptIn, nextLookIn } from "./schedule.ts";

export interface BatchInput {
  readonly place: TopicPartition;
  readonly token: number;
  readonly trimmed: boolean;
  readonly incoming: readonly Incoming[];
  /** Up to this offset the partition was handled before. */
  readonly handledUpTo: number;
  readonly cache: KeyCache;
  /** Records whose first attempt is known to have failed (a timeout, a dead process), by offset. */
  readonly verdicts: Map<number, { readonly error: MessagingError; readonly attempts: number }>;
  /** The records were noted as in flight: with them done, the note goes. */
  readonly noted: boolean;
  /** … or moves on to this offset, which is next in hand. */
  readonly next: number | undefined;
  /** Asked before each record: true ends the batch there. */
  readonly stop: () => boolean;
}

export interface BatchReport {
  /** How many records, from the first, are done. */
  readonly done: number;
  readonly sent: boolean;
  /** Something was parked or roused: the retry loop should look. */
  readonly retries: boolean;
  readonly outcomes: readonly { readonly incoming: Incoming; readonly outcome: string }[];
  /** The keys as they are once the transaction has committed. */
  readonly keys: ReadonlyMap<string, KeyRow>;
}

/** What a batch gathers before it writes. */
interface Gathered {
  readonly drafts: Draft[];
  readonly parked: NewParked[];
  readonly letters: NewDeadLetter[];
  readonly keys: Map<string, KeyRow>;
  /** As they were before the batch. */
  readonly before: ReadonlyMap<string, KeyRow>;
  readonly changed: Map<string, Move>;
  /** What is taken for the first time, by its inbox id. */
  readonly page: Map<string, Incoming>;
  readonly roused: Set<string>;
  readonly outcomes: { incoming: Incoming; outcome: string }[];
}

/**
 * Handles records of one partition in one transaction: fence, inbox, handlers, what they wait for, what they
 * send. Handlers that fail are undone one by one and parked; the rest of the batch commits.
 */
export async function handleBatch(
  parts: Parts,
  breaker: Breaker,
  session: Session,
  input: BatchInput,
): Promise<BatchReport> {
  const now = parts.clock.now();
  const started = performance.now();
  const { parked, redriven } = await requireToken(session, input.place, input.token);
  const loose = await markLoose(session, input.incoming.filter(isLoose), now);
  const names = [...new Set(input.incoming.map((one) => one.key))];
  const before = await keyStates(session, input.place.topic, names, { cache: input.cache, anyParked: parked });
  const suspicion = { handledUpTo: input.handledUpTo, redriven };
  const suspected = suspects(input.incoming, before, suspicion);
  const taken = await takenBefore(session, input.place, suspected, before, suspicion);
  const gathered: Gathered = {
    drafts: [],
    parked: [],
    letters: [],
    keys: new Map(before),
    before,
    changed: new Map(),
    page: new Map(),
    roused: new Set(),
    outcomes: [],
  };
  const isFresh = (one: Incoming): boolean =>
    isLoose(one) ? loose.has(one.record.offset) : !taken.has(one.inboxId) && !gathered.page.has(one.inboxId);
  let done = 0;
  for (const incoming of input.incoming) {
    const overdue = done > 0 && performance.now() - started > (session.pressed ? PRESSED_MS : parts.settings.batchMs);
    const paused = breaker.pausedFor(incoming.event ?? "", parts.clock.elapsed()) > 0;
    // A probing attempt must not decide over a whole batch.
    if (overdue || paused || input.stop() || (done > 0 && breaker.probing(incoming.event ?? ""))) break;
    const proceed = await handleOne(parts, breaker, session, input, gathered, incoming, isFresh(incoming), now);
    if (!proceed) break;
    done += 1;
  }
  await unmarkLoose(
    session,
    input.incoming.slice(done).filter((one) => isLoose(one) && loose.has(one.record.offset)),
  );
  await write(parts, session, input.place, gathered, now);
  if (done > 0 && input.next !== undefined) await moveInFlight(session, input.place, input.next);
  else if (input.noted) await clearInFlight(session, input.place);
  return {
    done,
    sent: gathered.drafts.length + gathered.letters.length > 0,
    retries: gathered.parked.length + gathered.roused.size > 0,
    outcomes: gathered.outcomes,
    keys: gathered.keys,
  };
}

/** A batch ends after this when somebody urgent waits for the database. */
const PRESSED_MS = 15;

async function write(
  parts: Parts,
  session: Session,
  place: TopicPartition,
  gathered: Gathered,
  now: Date,
): Promise<void> {
  await markPage(session, place, [...gathered.page.values()], now);
  await saveKeys(session, place.topic, gathered.changed);
  await park(session, gathered.parked, now);
  await rouse(session, [...gathered.roused], now);
  await bury(parts, session, gathered.letters, now);
  await appendToOutbox(session, gathered.drafts, now);
}

/** Answers false when the record must not be finished now: a deadlock, or the breaker opened on it or is still probing. */
async function handleOne(
  parts: Parts,
  breaker: Breaker,
  session: Session,
  input: BatchInput,
  gathered: Gathered,
  incoming: Incoming,
  fresh: boolean,
  now: Date,
): Promise<boolean> {
  const key = gathered.keys.get(incoming.key) ?? unheard;
  const decided = decide(incoming, key, { fresh, trimmed: input.trimmed });
  const decision = decided.do === "bury" ? await settleLate(session, incoming, decided) : decided;
  const update = (change: Partial<KeyRow>): void => moveKey(gathered, incoming, key, change);
  const note = (outcome: string): void => void gathered.outcomes.push({ incoming, outcome });
  if (decision.do === "skip") {
    // Taken before by another way than the log: its number is not missing.
    if (!fresh && !key.parked && incoming.sequence === (key.last ?? 0) + 1) update(heard(key, incoming));
    note("duplicate");
    return true;
  }
  if (isPaged(incoming)) gathered.page.set(incoming.inboxId, incoming);
  if (decision.do === "bury") {
    gathered.letters.push({ incoming, error: decision.error, attempts: 0, firstTriedAt: now });
    update(heard(key, incoming));
    note("dead");
    return true;
  }
  if (decision.do === "park") {
    gathered.parked.push({
      incoming,
      why: decision.why,
      reason: decision.reason,
      attempts: 0,
      dueAt: dueFor(decision.why, now),
    });
    update({ parked: true });
    note(decision.why);
    return true;
  }
  const outcome = await run(parts, breaker, session, input, incoming, { now, follows: gathered.outcomes.length > 0 });
  if (outcome === "paused") {
    gathered.page.delete(incoming.inboxId);
    return false;
  }
  if (outcome.name === "done") {
    gathered.drafts.push(...outcome.drafts);
    if (key.awaited) gathered.roused.add(incoming.key);
    update(heard(key, incoming));
    note(incoming.kind.name === "ignore" ? "ignored" : "handled");
    return true;
  }
  const buried = settleFailure(parts, gathered, input, incoming, outcome, now);
  update(buried ? heard(key, incoming) : { parked: true });
  note(buried ? "dead" : outcome.name === "waits" ? "wait" : "retry");
  return true;
}

function moveKey(gathered: Gathered, { key: name, record }: Incoming, key: KeyRow, change: Partial<KeyRow>): void {
  const moved = { ...key, ...change };
  gathered.keys.set(name, moved);
  if (moved.last === key.last && moved.holes === key.holes) return;
  const trace = gathered.changed.get(name)?.trace ?? firstTrace(key, record);
  const now = { ...moved, traced: key.traced || trace !== undefined };
  gathered.keys.set(name, now);
  gathered.changed.set(name, { was: gathered.before.get(name)?.last, now, trace });
}

/** What came after its successors is a duplicate where marks were cleaned away, and trouble elsewhere. */
async function settleLate(session: Session, incoming: Incoming, decision: Decision): Promise<Decision> {
  if (decision.do !== "bury" || decision.error.code !== "out-of-order") return decision;
  return (await isBelowHorizon(session, incoming.record)) ? { do: "skip" } : decision;
}

const dueFor = (why: string, now: Date): Date => (why === "behind" ? now : new Date(now.getTime() + nextLookIn(0)));

async function run(
  parts: Parts,
  breaker: Breaker,
  session: Session,
  input: BatchInput,
  incoming: Incoming,
  { now, follows }: { readonly now: Date; readonly follows: boolean },
): Promise<Outcome | "paused"> {
  const { kind, event = "", record } = incoming;
  if (kind.name !== "handle") return { name: "done", drafts: [] };
  const verdict = input.verdicts.get(record.offset);
  const probing = breaker.probing(event);
  const outcome =
    verdict === undefined
      ? await attempt(parts, session, incoming, kind, { number: 1, replay: false, now, follows }).catch(orLater)
      : ({ name: "failed", error: verdict.error } as const);
  if (outcome === "paused") return outcome;
  if (outcome.name !== "failed") breaker.success(event);
  if (outcome.name !== "failed" || !outcome.error.retryable) return outcome;
  const opened = breaker.failure(event, incoming.key, parts.clock.elapsed());
  if (!opened && !probing) return outcome;
  input.verdicts.delete(record.offset);
  return "paused";
}

/** The batch ends before it and lets go of its locks. */
function orLater(error: unknown): "paused" {
  if (error instanceof Deadlocked) return "paused";
  throw error;
}

/** Parks or buries an event whose first attempt did not end well; answers whether it was buried. */
function settleFailure(
  parts: Parts,
  gathered: Gathered,
  input: BatchInput,
  incoming: Incoming,
  outcome: Exclude<Outcome, { name: "done" }>,
  now: Date,
): boolean {
  if (outcome.name === "waits") {
    const dueAt = new Date(now.getTime() + nextLookIn(0));
    gathered.parked.push({ incoming, why: "wait", reason: outcome.reason, attempts: 0, dueAt });
    return false;
  }
  const { error } = outcome;
  const attempts = input.verdicts.get(incoming.record.offset)?.attempts ?? 1;
  const schedule = policyOf(parts, incoming.event).attemptsAtMs ?? parts.settings.attemptsAtMs;
  const delay = error.retryable
    ? nextAttemptIn(schedule, attempts, parts.settings.jitter, parts.ids.chance())
    : undefined;
  if (delay === undefined) {
    gathered.letters.push({ incoming, error, attempts, firstTriedAt: now });
    return true;
  }
  const dueAt = new Date(parts.clock.now().getTime() + delay);
  gathered.parked.push({ incoming, why: "retry", reason: error.message, error, attempts, dueAt });
  return false;
}
