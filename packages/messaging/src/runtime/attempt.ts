import type { Logger } from "pino";
import { isMessagingError, MessagingError } from "../errors.ts";
import type { NewEvent } from "../events.ts";
import type { Session } from "../ports/database.ts";
import type { HandlerContext, HandlerPolicy, HandlerResult } from "../service.ts";
import { storableHeaders, type Incoming, type Kind } from "./incoming.ts";
import { draft, type Draft } from "./outbox.ts";
import type { Parts } from "./parts.ts";
import { traced } from "./trace.ts";

export type Outcome =
  | { readonly name: "done"; readonly drafts: readonly Draft[] }
  | { readonly name: "waits"; readonly reason: string }
  | { readonly name: "failed"; readonly error: MessagingError };

/** Thrown when a handler was given up in mid-air: its transaction is poisoned and must be rolled back whole. */
export class Abandoned extends Error {
  readonly incoming: Incoming;
  readonly reason: MessagingError;
  constructor(incoming: Incoming, reason: MessagingError) {
    super(reason.message);
    this.incoming = incoming;
    this.reason = reason;
  }
}

/**
 * Thrown when a handler ran into a deadlock with another transaction over locks that records before it took: it is to be
 * run again when those are committed and their locks are free. Doing so at once would only run into it again.
 */
export class Deadlocked extends Error {}

export type Handled = Extract<Kind, { name: "handle" }>;

/** The policy of an event; that of the version it came as counts, not the one it was read as. */
export const policyOf = (parts: Parts, event: string | undefined): HandlerPolicy =>
  event !== undefined && Object.hasOwn(parts.service.policies, event) ? (parts.service.policies[event] ?? {}) : {};

/** SQLSTATE of serialization failure and deadlock: the same statement succeeds when simply run again. */
const RACES = new Set(["40001", "40P01"]);
const RUNS_WITHOUT_PAUSE = 4;

/**
 * Runs a handler once, within a savepoint, in a span, against its timeout. A lost race with another
 * transaction is run again at once and counts as the same attempt. Rejects only for what concerns the whole
 * transaction: `Abandoned`, `Deadlocked` (only where it `follows` others in its transaction), or a database that is gone.
 */
export async function attempt(
  parts: Parts,
  session: Session,
  incoming: Incoming,
  kind: Handled,
  options: { readonly number: number; readonly replay: boolean; readonly now: Date; readonly follows?: boolean },
): Promise<Outcome> {
  const { service, ids, metrics } = parts;
  const event = incoming.event ?? "";
  const since = performance.now();
  const { record } = incoming;
  const outcome = await traced(
    `handle ${event}`,
    {
      kind: "consumer",
      parent: () => record.headers["traceparent"],
      ids,
      attributes: () => ({
        "messaging.system": parts.transport.name,
        "messaging.destination.name": record.topic,
        "messaging.destination.partition.id": String(record.partition),
        "messaging.kafka.message.offset": record.offset,
        "messaging.message.id": incoming.eventId ?? "",
        "messaging.consumer.group.name": service.name,
      }),
    },
    (traceparent) => runs(parts, session, incoming, kind, { ...options, traceparent }),
  );
  metrics.handlerSeconds.observe({ service: service.name, event }, (performance.now() - since) / 1_000);
  metrics.attempts.inc({ service: service.name, event, result: outcome.name });
  return outcome;
}

interface RunOptions {
  readonly number: number;
  readonly replay: boolean;
  readonly now: Date;
  readonly traceparent: () => string;
  /** Other records were handled before it in this transaction. */
  readonly follows?: boolean;
}

async function runs(
  parts: Parts,
  session: Session,
  incoming: Incoming,
  kind: Handled,
  options: RunOptions,
): Promise<Outcome> {
  for (let run = 1; ; run += 1) {
    try {
      return await session.nested(() => once(parts, session, incoming, kind, options));
    } catch (error) {
      if (error instanceof Abandoned || isMessagingError(error, "database-unavailable")) throw error;
      if (options.follows === true && isRace(error) && !isMessagingError(error)) throw new Deadlocked();
      if (isRace(error) && run < RUNS_WITHOUT_PAUSE) continue;
      return { name: "failed", error: asMessagingError(error) };
    }
  }
}

async function once(
  parts: Parts,
  session: Session,
  incoming: Incoming,
  kind: Handled,
  options: RunOptions,
): Promise<Outcome> {
  const { envelope } = kind;
  const context = new Given(parts, session, incoming, envelope.correlationId, options);
  const started = kind.handler(envelope as never, context);
  // What is done already needs no clock beside it.
  const result =
    "then" in started ? await inTime(parts, session, incoming, started, (reason) => context.abort(reason)) : started;
  if ("wait" in result) return { name: "waits", reason: result.wait };
  if (options.replay || result.length === 0) return { name: "done", drafts: [] };
  const { correlationId, eventId: causationId } = envelope;
  const cause = { now: options.now, correlationId, causationId, traceparent: options.traceparent() };
  return { name: "done", drafts: result.map((event) => draft(parts, event, cause)) };
}

/** What a handler is given. Most ask for little of it, and making the rest costs more than a trivial handler. */
class Given implements HandlerContext {
  readonly now: Date;
  readonly attempt: number;
  readonly replay: boolean;
  readonly #parts: Parts;
  readonly #session: Session;
  readonly #incoming: Incoming;
  readonly #correlationId: string;
  #log: Logger | undefined;
  #abort: AbortController | undefined;

  constructor(parts: Parts, session: Session, incoming: Incoming, correlationId: string, options: RunOptions) {
    this.now = options.now;
    this.attempt = options.number;
    this.replay = options.replay;
    this.#parts = parts;
    this.#session = session;
    this.#incoming = incoming;
    this.#correlationId = correlationId;
  }

  get db(): HandlerContext["db"] {
    return this.#session.db;
  }

  get newId(): () => string {
    return () => this.#parts.ids.newId(this.now);
  }

  get log(): Logger {
    const { eventId, event } = this.#incoming;
    return (this.#log ??= this.#parts.log.child({ correlationId: this.#correlationId, eventId, event }));
  }

  get delivery(): HandlerContext["delivery"] {
    const { record, key } = this.#incoming;
    const { topic, partition, offset } = record;
    return { topic, partition, offset, key, headers: storableHeaders(record.headers) };
  }

  get signal(): AbortSignal {
    return (this.#abort ??= new AbortController()).signal;
  }

  abort(reason: MessagingError): void {
    this.#abort?.abort(reason);
  }
}

/** Races the handler against its timeout; a loser is cut off from its transaction. */
async function inTime(
  parts: Parts,
  session: Session,
  incoming: Incoming,
  running: Promise<HandlerResult<NewEvent>>,
  abort: (reason: MessagingError) => void,
): Promise<HandlerResult<NewEvent>> {
  const timeoutMs = policyOf(parts, incoming.event).timeoutMs ?? parts.settings.handlerTimeoutMs;
  let late = false;
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  const cancel = parts.clock.after(timeoutMs, () => {
    late = true;
    const reason = new MessagingError(
      "handler-timeout",
      `The handler of ${incoming.event ?? "an event"} did not finish within ${timeoutMs} ms.`,
    );
    session.poison();
    abort(reason);
    reject(new Abandoned(incoming, reason));
  });
  try {
    return await Promise.race([running, overdue]);
  } finally {
    cancel();
    if (late) running.catch(() => undefined);
  }
}

const isRace = (error: unknown): boolean =>
  isMessagingError(error, "stream-conflict") ||
  (error instanceof Error && "code" in error && RACES.has(String(error.code)));

/** What a handler threw, as an error of the catalogue. An error that says `retryable: false` is believed. */
export function asMessagingError(error: unknown): MessagingError {
  if (error instanceof MessagingError) return error;
  const told = typeof error === "object" && error !== null && "retryable" in error ? error.retryable : undefined;
  const wrapped = new MessagingError(
    "handler-failed",
    error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    {
      cause: error,
      retryable: told !== false,
    },
  );
  if (error instanceof Error && error.stack !== undefined) wrapped.stack = error.stack;
  return wrapped;
}
