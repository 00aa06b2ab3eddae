import { MessagingError } from "../errors.ts";
import type { Session } from "../ports/database.ts";
import { Abandoned, attempt, policyOf, type Handled, type Outcome } from "./attempt.ts";
import type { Breaker } from "./breaker.ts";
import { requireToken } from "./consumer-store.ts";
import { audit, bury } from "./dead-letter-store.ts";
import { decide, heard } from "./decide.ts";
import { admitRedriven } from "./inbox-store.ts";
import { readRecord, type Incoming } from "./incoming.ts";
import { firstTrace, keyStates, Outdated, rouse, saveKeys, unheard, type KeyRow } from "./key-store.ts";
import { appendToOutbox } from "./outbox.ts";
import {
  beginAttempt,
  lockParked,
  NEW_IDENTITY,
  nextOfKey,
  repark,
  unpark,
  type Head,
  type ParkedRow,
  type Repark,
  type Why,
} from "./parked-store.ts";
import { farthestDue, knownEvent, type Parts } from "./parts.ts";
import { dueIn, nextAttemptIn, nextLookIn, waitedSince } from "./schedule.ts";

export type RetryResult =
  /** Out of the way, by this turn or somebody else's: the next event of the key has its turn. */
  | { readonly name: "settled"; readonly following: Head | undefined }
  /** Still parked: its key waits on. */
  | { readonly name: "waiting" };

const waiting: RetryResult = { name: "waiting" };
const gone: RetryResult = { name: "settled", following: undefined };

/**
 * Gives a parked event its turn. The attempt is counted before it is made, in a transaction of its own, so a
 * handler that ends the process is recognised by a start without a finish. Rejects with `fenced` when the
 * partition has another owner, and when the database is gone. Nothing happens to an event that is not due.
 */
export async function retryParked(parts: Parts, breaker: Breaker, id: number, token: number): Promise<RetryResult> {
  const { database, service, settings, failpoints, clock } = parts;
  const schema = service.name;
  const isDue = (dueAt: Date): boolean => dueIn(dueAt, clock.now(), farthestDue(parts)) === 0;
  const row = await database.transaction({ schema }, (session) => beginAttempt(session, id, isDue));
  if (row === undefined) return gone;
  if (row === "early") return waiting;
  const incoming = readRecord(service, row.record);
  const detail = { service: schema, events: [incoming.event ?? ""] };
  if (!row.started) await failpoints.hit("retry.after_start", detail);
  const timeoutMs = 2 * (policyOf(parts, incoming.event).timeoutMs ?? settings.handlerTimeoutMs);
  const turn = (abandoned?: MessagingError): Promise<RetryResult> =>
    database.transaction({ schema, timeoutMs }, (session) =>
      takeTurn({ parts, breaker, session, row, incoming, token, now: parts.clock.now(), abandoned }),
    );
  const result = await insist(turn);
  await failpoints.hit("retry.after_tx", detail);
  return result;
}

/** Again with the verdict over a handler that was given up, and again when somebody else moved the key on meanwhile. */
async function insist(turn: (abandoned?: MessagingError) => Promise<RetryResult>): Promise<RetryResult> {
  let abandoned: MessagingError | undefined;
  for (;;) {
    try {
      return await turn(abandoned);
    } catch (error) {
      if (error instanceof Abandoned && abandoned === undefined) abandoned = error.reason;
      else if (!(error instanceof Outdated)) throw error;
    }
  }
}

interface TurnInput {
  readonly parts: Parts;
  readonly breaker: Breaker;
  readonly session: Session;
  /** As it was before this turn began. */
  readonly row: ParkedRow;
  readonly incoming: Incoming;
  readonly token: number;
  readonly now: Date;
  /** The handler was run and given up: why. */
  readonly abandoned: MessagingError | undefined;
}

async function takeTurn(input: TurnInput): Promise<RetryResult> {
  const { session, row, incoming, token } = input;
  await requireToken(session, row.record, token);
  if (!(await lockParked(session, row.id))) return gone;
  const known = (await keyStates(session, row.record.topic, [incoming.key])).get(incoming.key);
  const key = { ...(known ?? unheard), parked: false };
  return conclude(input, key, await runTurn(input, key));
}

async function conclude(input: TurnInput, key: KeyRow, turn: Turn): Promise<RetryResult> {
  const { parts, session, row, incoming, now } = input;
  switch (turn.name) {
    case "done":
      if (row.deadLetter !== null)
        await audit(session, row.deadLetter, now, "runtime", "handled", "handled after a redrive");
      await appendToOutbox(session, turn.drafts, now);
      return settle(input, key, "handled");
    case "skip":
      return settle(input, key, "duplicate");
    case "bury":
      return giveUp(input, key, turn.error, row.attempts);
    case "looks":
      if (isOver(turn.patienceMs, input)) return giveUp(input, key, turn.give, row.attempts);
      return stay(input, {
        ...resting(row),
        why: turn.why,
        reason: turn.reason,
        waits: row.waits + 1,
        since: sinceOf(input),
        dueAt: new Date(now.getTime() + nextLookIn(row.waits + 1)),
      });
    case "paused":
      return stay(input, { ...resting(row), dueAt: new Date(now.getTime() + turn.ms) });
    default: {
      // An attempt that died was counted when it began; this turn only found it.
      const attempts = row.started ? row.attempts : row.attempts + 1;
      const { error } = turn;
      const schedule = policyOf(parts, incoming.event).attemptsAtMs ?? parts.settings.attemptsAtMs;
      const delay = error.retryable
        ? nextAttemptIn(schedule, attempts, parts.settings.jitter, parts.ids.chance())
        : undefined;
      if (delay === undefined) return giveUp(input, key, error, attempts);
      const dueAt = new Date(parts.clock.now().getTime() + delay);
      return stay(input, {
        why: "retry",
        reason: error.message,
        code: error.code,
        stack: error.stack,
        attempts,
        waits: row.waits,
        since: row.since,
        dueAt,
      });
    }
  }
}

const sinceOf = ({ row, now }: TurnInput): Date =>
  row.why === "behind" ? row.since : waitedSince(row.since, row.dueAt, now);

const isOver = (patienceMs: number, input: TurnInput): boolean =>
  patienceMs <= input.now.getTime() - sinceOf(input).getTime();

/** The row as it was, for a turn that cost it no attempt. */
const resting = ({ why, reason, code, stack, attempts, waits, since }: ParkedRow): Omit<Repark, "dueAt"> => ({
  why,
  reason,
  code: code ?? undefined,
  stack: stack ?? undefined,
  attempts,
  waits,
  since,
});

async function settle(
  { parts, session, row, incoming, now }: TurnInput,
  key: KeyRow,
  outcome: string,
): Promise<RetryResult> {
  await unpark(session, row.id);
  // What was redriven was heard when it died.
  if (row.deadLetter === null)
    await saveKeys(
      session,
      row.record.topic,
      new Map([
        [incoming.key, { was: key.last, now: { ...key, ...heard(key, incoming) }, trace: firstTrace(key, row.record) }],
      ]),
    );
  if (key.awaited) await rouse(session, [incoming.key], now);
  parts.metrics.processed.inc({ service: parts.service.name, event: knownEvent(parts, incoming), outcome });
  return { name: "settled", following: await nextOfKey(session, row.record.topic, row.key) };
}

async function giveUp(input: TurnInput, key: KeyRow, error: MessagingError, attempts: number): Promise<RetryResult> {
  const { parts, session, row, incoming, now } = input;
  const letter = { incoming, error, attempts, firstTriedAt: row.since, again: row.deadLetter ?? undefined };
  await bury(parts, session, [letter], now);
  return settle(input, key, "dead");
}

async function stay({ session, row }: TurnInput, next: Repark): Promise<RetryResult> {
  await repark(session, row.id, next);
  return waiting;
}

type Turn =
  | Exclude<Outcome, { name: "waits" }>
  | { readonly name: "skip" }
  | { readonly name: "bury"; readonly error: MessagingError }
  | { readonly name: "paused"; readonly ms: number }
  /** Nothing was tried: it looks again later, until its patience is over. */
  | {
      readonly name: "looks";
      readonly why: Why;
      readonly reason: string;
      readonly patienceMs: number;
      readonly give: MessagingError;
    };

async function runTurn(input: TurnInput, key: KeyRow): Promise<Turn> {
  const { parts, session, row, incoming, now, abandoned } = input;
  const { settings } = parts;
  const { kind, event = "" } = incoming;
  if (row.started) {
    // Begun before and never ended: the process died with it. That was an attempt, and this turn is not one.
    const error = new MessagingError(
      "handler-died",
      `The process ended while ${event === "" ? "a record" : event} was handled.`,
    );
    return { name: "failed", error };
  }
  if (kind.name === "refuse") return { name: "bury", error: kind.error };
  if (kind.name === "hold") {
    return {
      name: "looks",
      why: "version",
      reason: kind.error.message,
      patienceMs: settings.versionPatienceMs,
      give: kind.error,
    };
  }
  const redriven = row.deadLetter !== null;
  const decision = redriven
    ? await admitted(session, incoming, row, now)
    : decide(incoming, key, { fresh: true, trimmed: false });
  if (decision.do === "skip") return { name: "skip" };
  if (decision.do === "bury") return { name: "bury", error: decision.error };
  if (decision.do === "park") {
    const expired = isOver(settings.gapPatienceMs, input);
    // A key never heard before may simply begin late in what the log still keeps.
    if (!(expired && (key.last ?? 0) === 0)) {
      return {
        name: "looks",
        why: "gap",
        reason: decision.reason,
        patienceMs: settings.gapPatienceMs,
        give: new MessagingError("gap", decision.reason),
      };
    }
  }
  if (kind.name === "ignore") return { name: "done", drafts: [] };
  return abandoned === undefined ? tryIt(input, kind) : { name: "failed", error: abandoned };
}

/** A redriven event was let in once already; edited bytes may carry an identity that was not. */
async function admitted(
  session: Session,
  incoming: Incoming,
  row: ParkedRow,
  now: Date,
): Promise<{ do: "run" } | { do: "skip" }> {
  if (row.code !== NEW_IDENTITY) return { do: "run" };
  return { do: (await admitRedriven(session, incoming, now)) ? "run" : "skip" };
}

async function tryIt({ parts, breaker, session, row, incoming, now }: TurnInput, kind: Handled): Promise<Turn> {
  const event = incoming.event ?? "";
  const pause = breaker.pausedFor(event, parts.clock.elapsed());
  if (pause > 0) return { name: "paused", ms: pause };
  const probing = breaker.probing(event);
  const outcome = await attempt(parts, session, incoming, kind, { number: row.attempts + 1, replay: false, now });
  if (outcome.name === "waits") {
    breaker.success(event);
    const patienceMs = policyOf(parts, event).patienceMs ?? parts.settings.patienceMs;
    const error = new MessagingError("wait-expired", `Waited ${patienceMs} ms in vain: ${outcome.reason}`);
    return { name: "looks", why: "wait", reason: outcome.reason, patienceMs, give: error };
  }
  if (outcome.name === "done") {
    breaker.success(event);
    return outcome;
  }
  if (outcome.error.retryable) {
    const at = parts.clock.elapsed();
    const opened = breaker.failure(event, incoming.key, at);
    if (opened || probing) return { name: "paused", ms: breaker.pausedFor(event, at) };
  }
  return outcome;
}
