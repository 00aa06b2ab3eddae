import type { MessagingError } from "../errors.ts";
import type { Session } from "../ports/database.ts";
import type { Headers, StoredRecord } from "../ports/transport.ts";
import type { Incoming } from "./incoming.ts";
import { MAX_KEY_BYTES, storable, storableHeaders } from "./incoming.ts";
import { insertRows } from "./outbox.ts";
import { deadLetterTopic, type Parts } from "./parts.ts";

export interface NewDeadLetter {
  readonly incoming: Incoming;
  readonly error: MessagingError;
  readonly attempts: number;
  readonly firstTriedAt: Date;
  /** The letter it was redriven from: that one is opened again. */
  readonly again?: string | undefined;
}

const LONGEST_STACK = 8_000;

/**
 * Gives events up, in the transaction that takes responsibility for them: a row with the original bytes, an
 * audit entry, and a copy for the dead letter topic through the outbox, so that a topic which cannot be
 * written holds up nothing.
 */
export async function bury(
  parts: Parts,
  session: Session,
  letters: readonly NewDeadLetter[],
  now: Date,
): Promise<void> {
  for (const letter of letters) {
    const id = letter.again ?? parts.ids.newId(now);
    if (letter.again === undefined) await insert(parts, session, id, letter, now);
    else await reopen(session, id, letter, now);
    await audit(session, id, now, "runtime", "died", `${letter.error.code} after ${letter.attempts} attempts`);
  }
  if (letters.length > 0)
    await insertRows(
      session,
      letters.map((letter) => copyFor(parts, letter, now)),
      now,
    );
}

async function insert(
  { log, service }: Parts,
  session: Session,
  id: string,
  { incoming, error, attempts, firstTriedAt }: NewDeadLetter,
  now: Date,
): Promise<void> {
  const { record } = incoming;
  await session.query(
    `insert into dead_letters (id, topic, partition, "offset", key, key_bytes, value, headers, recorded_at, event_id, event, sequence,
       code, message, stack, attempts, first_tried_at, died_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      id,
      record.topic,
      record.partition,
      record.offset,
      incoming.key,
      record.key === null ? null : Buffer.from(record.key),
      record.value === null ? null : Buffer.from(record.value),
      JSON.stringify(storableHeaders(record.headers)),
      new Date(record.timestamp).toISOString(),
      incoming.eventId ?? null,
      incoming.event ?? null,
      incoming.sequence ?? null,
      error.code,
      messageOf(error),
      stackOf(error),
      attempts,
      firstTriedAt.toISOString(),
      now.toISOString(),
    ],
  );
  log.error(
    {
      deadLetter: id,
      service: service.name,
      topic: record.topic,
      partition: record.partition,
      offset: record.offset,
      event: incoming.event,
      eventId: incoming.eventId,
      code: error.code,
      reason: messageOf(error),
      attempts,
    },
    "an event went to the dead letters",
  );
}

async function reopen(session: Session, id: string, { error, attempts }: NewDeadLetter, now: Date): Promise<void> {
  await session.query(
    `update dead_letters set status = 'open', code = $2, message = $3, stack = $4, attempts = attempts + $5, died_at = $6 where id = $1`,
    [id, error.code, messageOf(error), stackOf(error), attempts, now.toISOString()],
  );
}

const messageOf = (error: MessagingError): string => storable(error.message, 2_000);
const stackOf = (error: MessagingError): string | null =>
  error.stack === undefined ? null : storable(error.stack, LONGEST_STACK);

/** Adds a line to a letter's history. */
export async function audit(
  session: Session,
  letter: string,
  at: Date,
  by: string,
  action: string,
  note: string,
): Promise<void> {
  await session.query("insert into dead_letter_audit (dead_letter, at, by, action, note) values ($1, $2, $3, $4, $5)", [
    letter,
    at.toISOString(),
    storable(by, 200),
    action,
    storable(note, 2_000),
  ]);
}

function copyFor({ service }: Parts, { incoming, error, attempts }: NewDeadLetter, now: Date) {
  const { record, key, event } = incoming;
  return {
    topic: deadLetterTopic(record.topic, service.name),
    key,
    event: event ?? "",
    value: record.value ?? new Uint8Array(),
    headers: {
      ...storableHeaders(record.headers),
      "dead-letter-topic": record.topic,
      "dead-letter-partition": String(record.partition),
      "dead-letter-offset": String(record.offset),
      "dead-letter-group": service.name,
      "dead-letter-code": error.code,
      "dead-letter-message": messageOf(error).replaceAll(/[\r\n]+/g, " "),
      "dead-letter-attempts": String(attempts),
      "dead-letter-time": now.toISOString(),
      ...whatTextCannotCarry(record, key),
    },
  };
}

/** A record's key is text to the outbox, and its value never null: what the original had instead is said in headers. */
function whatTextCannotCarry({ key, value }: StoredRecord, text: string): Headers {
  const sameKey = key !== null && Buffer.from(text).equals(key);
  return {
    ...(key === null ? { "dead-letter-key": "null" } : sameKey ? {} : { "dead-letter-key-base64": base64Of(key) }),
    ...(value === null ? { "dead-letter-value": "null" } : {}),
  };
}

/** A key too long to be one is cut: the row in the database has it whole. */
const base64Of = (key: Uint8Array): string => Buffer.from(key.subarray(0, MAX_KEY_BYTES)).toString("base64");
