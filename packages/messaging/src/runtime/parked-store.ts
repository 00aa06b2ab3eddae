import type { MessagingError } from "../errors.ts";
import type { Session } from "../ports/database.ts";
import type { Headers, StoredRecord, TopicPartition } from "../ports/transport.ts";
import type { ParkedEvent } from "./api.ts";
import { storableHeaders, type Incoming } from "./incoming.ts";

export type Why = ParkedEvent["why"];

export interface ParkedRow {
  readonly id: number;
  readonly record: StoredRecord;
  readonly key: string;
  readonly sequence: number | undefined;
  readonly why: Why;
  readonly code: string | null;
  readonly reason: string;
  readonly stack: string | null;
  readonly attempts: number;
  readonly waits: number;
  /** An attempt was begun and has not ended: when read by anybody else, its process died. */
  readonly started: boolean;
  readonly since: Date;
  readonly dueAt: Date;
  readonly deadLetter: string | null;
}

export interface NewParked {
  readonly incoming: Incoming;
  readonly why: Why;
  readonly reason: string;
  readonly error?: MessagingError;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly deadLetter?: string;
  /** An operator gave it an identity that the inbox has not seen. */
  readonly newIdentity?: boolean;
}

/** Marks a parked event whose identity the inbox has not seen yet. */
export const NEW_IDENTITY = "new-identity";

/** Parks events. */
export async function park(session: Session, events: readonly NewParked[], now: Date): Promise<void> {
  for (const { incoming, why, reason, error, attempts, dueAt, deadLetter, newIdentity } of events) {
    const { record } = incoming;
    await session.query(
      `insert into parked (topic, partition, "offset", key, key_bytes, value, headers, recorded_at, event_id, event, sequence,
         why, code, reason, stack, attempts, since, due_at, dead_letter)
       values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
      [
        record.topic,
        record.partition,
        record.offset,
        incoming.key,
        bytes(record.key),
        bytes(record.value),
        JSON.stringify(storableHeaders(record.headers)),
        new Date(record.timestamp).toISOString(),
        incoming.eventId ?? null,
        incoming.event ?? null,
        incoming.sequence ?? null,
        why,
        newIdentity === true ? NEW_IDENTITY : (error?.code ?? null),
        reason,
        error?.stack ?? null,
        attempts,
        now.toISOString(),
        dueAt.toISOString(),
        deadLetter ?? null,
      ],
    );
  }
}

const bytes = (value: Uint8Array | null): Buffer | null => (value === null ? null : Buffer.from(value));

const COLUMNS = `id, topic, partition, "offset", key, key_bytes, value, headers, recorded_at, event, sequence, why, code, reason, stack,
  attempts, waits, started, since, due_at, dead_letter`;

interface Raw extends TopicPartition {
  id: number;
  offset: number;
  key: string;
  key_bytes: Uint8Array | null;
  value: Uint8Array | null;
  headers: Headers;
  recorded_at: Date;
  event: string | null;
  sequence: number | null;
  why: Why;
  code: string | null;
  reason: string;
  stack: string | null;
  attempts: number;
  waits: number;
  started: boolean;
  since: Date;
  due_at: Date;
  dead_letter: string | null;
}

const fromRaw = (raw: Raw): ParkedRow & { readonly event: string | undefined } => ({
  id: raw.id,
  key: raw.key,
  why: raw.why,
  code: raw.code,
  reason: raw.reason,
  stack: raw.stack,
  attempts: raw.attempts,
  waits: raw.waits,
  started: raw.started,
  since: raw.since,
  dueAt: raw.due_at,
  deadLetter: raw.dead_letter,
  sequence: raw.sequence ?? undefined,
  event: raw.event ?? undefined,
  record: {
    topic: raw.topic,
    partition: raw.partition,
    offset: raw.offset,
    key: raw.key_bytes,
    value: raw.value,
    headers: raw.headers,
    timestamp: raw.recorded_at.getTime(),
  },
});

export interface Head extends TopicPartition {
  readonly id: number;
  readonly key: string;
  readonly dueAt: Date;
  readonly event: string | undefined;
}

/** The first waiting event of each key, soonest due first, where it lies in one of `places`: the others of the key wait behind it. */
export async function heads(
  session: Session,
  places: readonly TopicPartition[],
  limit: number,
): Promise<readonly Head[]> {
  const { rows } = await session.query<{
    id: number;
    topic: string;
    partition: number;
    key: string;
    due_at: Date;
    event: string | null;
  }>(
    `select id, topic, partition, key, due_at, event from (
       select distinct on (topic, key) id, topic, partition, key, due_at, event from parked
       order by topic, key, sequence nulls first, partition, "offset", id) as first
     where (topic, partition) in (select * from unnest($2::text[], $3::int[]))
     order by due_at limit $1`,
    [limit, places.map((place) => place.topic), places.map((place) => place.partition)],
  );
  return rows.map((row) => ({
    id: row.id,
    topic: row.topic,
    partition: row.partition,
    key: row.key,
    dueAt: row.due_at,
    event: row.event ?? undefined,
  }));
}

/**
 * Notes that an attempt begins, before it does: so a handler that takes the process with it is counted.
 * Answers the row as it was before; a start that never finished stays as it is, to be recognised. Answers `early` when it is
 * not due: it had its turn after it was read.
 */
export async function beginAttempt(
  session: Session,
  id: number,
  isDue: (dueAt: Date) => boolean,
): Promise<ParkedRow | "early" | undefined> {
  const { rows } = await session.query<Raw>(`select ${COLUMNS} from parked where id = $1 for update`, [id]);
  const row = rows[0];
  if (row === undefined) return undefined;
  if (!isDue(row.due_at)) return "early";
  await session.query("update parked set attempts = attempts + 1, started = true where id = $1 and not started", [id]);
  return fromRaw(row);
}

/** Keeps everybody else from settling the row until the transaction ends. False when somebody already has. */
export async function lockParked(session: Session, id: number): Promise<boolean> {
  const { rows } = await session.query("select 1 from parked where id = $1 for update", [id]);
  return rows.length > 0;
}

/** Takes the row out for good. */
export async function unpark(session: Session, id: number): Promise<void> {
  await session.query("delete from parked where id = $1", [id]);
}

export interface Repark {
  readonly why: Why;
  readonly reason: string;
  readonly code?: string | undefined;
  readonly stack?: string | undefined;
  readonly attempts: number;
  readonly waits: number;
  readonly dueAt: Date;
  readonly since: Date;
}

/** Leaves the row parked with what the attempt taught. */
export async function repark(session: Session, id: number, next: Repark): Promise<void> {
  await session.query(
    `update parked set started = false, why = $2, reason = $3, code = $4, stack = $5, attempts = $6, waits = $7, due_at = $8, since = $9
     where id = $1`,
    [
      id,
      next.why,
      next.reason,
      next.code ?? null,
      next.stack ?? null,
      next.attempts,
      next.waits,
      next.dueAt.toISOString(),
      next.since.toISOString(),
    ],
  );
}

/** The next waiting event of a key, or nothing. */
export async function nextOfKey(session: Session, topic: string, key: string): Promise<Head | undefined> {
  const { rows } = await session.query<{ id: number; partition: number; due_at: Date; event: string | null }>(
    `select id, partition, due_at, event from parked where topic = $1 and key = $2 order by sequence nulls first, partition, "offset", id limit 1`,
    [topic, key],
  );
  const row = rows[0];
  return row === undefined
    ? undefined
    : { id: row.id, topic, key, partition: row.partition, dueAt: row.due_at, event: row.event ?? undefined };
}

export async function listParked(session: Session, limit: number): Promise<readonly ParkedEvent[]> {
  const { rows } = await session.query<Raw>(
    `select ${COLUMNS} from parked order by topic, key, sequence nulls first, partition, "offset", id limit $1`,
    [limit],
  );
  return rows.map((raw) => {
    const row = fromRaw(raw);
    const { topic, partition, offset } = row.record;
    return {
      id: String(row.id),
      topic,
      partition,
      offset,
      key: row.key,
      event: row.event,
      why: row.why,
      reason: row.reason,
      attempts: row.attempts,
      dueAt: row.dueAt,
      since: row.since,
    };
  });
}
