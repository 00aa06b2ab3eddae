import { MessagingError } from "../errors.ts";
import type { Envelope, NewEvent } from "../events.ts";
import type { Session } from "../ports/database.ts";
import type { Headers } from "../ports/transport.ts";
import { storable } from "./incoming.ts";
import type { Parts } from "./parts.ts";
import { valueAt } from "./pointer.ts";

/** Fixed: rows keep their bucket, so the number must never change under them. */
export const BUCKETS = 16;

/** An event that may be committed: checked, and complete but for its sequence. */
export interface Draft {
  readonly event: string;
  readonly topic: string;
  readonly key: string;
  readonly envelope: Envelope;
  readonly headers: Headers;
}

/** The story that new events belong to. */
export interface Cause {
  readonly now: Date;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly traceparent: string;
}

/** The longest a sequence can make an envelope after the check: digits of MAX_SAFE_INTEGER. */
const SEQUENCE_DIGITS = 16;

/**
 * Gives an event its identity and checks everything that could go wrong later: that the contract lets this
 * service send it, its key, its schema, its size. Throws a MessagingError that names the place.
 */
export function draft(parts: Parts, event: NewEvent, cause: Cause): Draft {
  const { service, ids, settings } = parts;
  const { catalog } = service.events;
  const contract = Object.hasOwn(catalog.events, event.event) ? catalog.events[event.event] : undefined;
  const declared = catalog.services[service.name]?.sends.some((operation) => operation.event === event.event);
  if (contract === undefined || declared !== true) {
    throw new MessagingError(
      "event-not-declared",
      `Service "${service.name}" returned ${event.event}, which its contract does not let it send.`,
    );
  }
  const envelope: Envelope = {
    eventId: ids.newId(cause.now),
    eventType: contract.eventType,
    version: contract.version,
    timestamp: cause.now.toISOString(),
    sequence: 1,
    correlationId: event.correlationId ?? cause.correlationId,
    ...(cause.causationId === undefined ? {} : { causationId: cause.causationId }),
    data: event.data,
  };
  const key = valueAt(envelope, contract.keyLocation);
  if (key !== event.key || storable(event.key) !== event.key || event.key === "") {
    throw new MessagingError(
      "event-key-mismatch",
      `${event.event} has the key ${JSON.stringify(event.key)}, but ${JSON.stringify(key)} at ${contract.keyLocation}.`,
    );
  }
  const verdict = service.events.validate(event.event as never, envelope);
  if (!verdict.ok) {
    throw new MessagingError(
      "event-invalid",
      `${event.event} is invalid at ${verdict.path === "" ? "/" : verdict.path}: ${verdict.message}`,
    );
  }
  const headers = headersOf(
    event.event,
    envelope,
    catalog.services[service.name]?.id ?? `urn:service:${service.name}`,
    cause.traceparent,
  );
  const bytes = sizeOf(envelope, event.key, headers) + SEQUENCE_DIGITS;
  if (bytes > settings.maxMessageBytes) {
    throw new MessagingError(
      "event-too-large",
      `${event.event} takes ${bytes} bytes; ${settings.maxMessageBytes} are allowed.`,
    );
  }
  return { event: event.event, topic: contract.topic, key: event.key, envelope, headers };
}

/** The headers of a record: the CloudEvents 1.0 Kafka binding, binary mode, and the W3C trace context. */
export function headersOf(event: string, envelope: Envelope, source: string, traceparent: string): Headers {
  return {
    "content-type": "application/json",
    ce_specversion: "1.0",
    ce_id: envelope.eventId,
    ce_type: event,
    ce_source: source,
    ce_time: envelope.timestamp,
    traceparent,
  };
}

function sizeOf(envelope: Envelope, key: string, headers: Headers): number {
  let size = Buffer.byteLength(JSON.stringify(envelope)) + Buffer.byteLength(key);
  for (const [name, value] of Object.entries(headers)) size += name.length + Buffer.byteLength(value);
  return size;
}

/**
 * Writes drafts into the outbox of the transaction's schema. The sequence of each key is drawn under the lock
 * of its row in `sequences`, held until commit: writers of one key go one after the other, and neither clocks
 * nor late commits can reorder them. Keys are locked in one order, so two writers never lock crosswise.
 */
export async function appendToOutbox(session: Session, drafts: readonly Draft[], now: Date): Promise<void> {
  if (drafts.length === 0) return;
  const next = await drawSequences(session, drafts);
  const rows = drafts.map((one) => {
    const place = `${one.topic}\n${one.key}`;
    const sequence = (next.get(place) ?? 0) + 1;
    next.set(place, sequence);
    return { ...one, value: Buffer.from(JSON.stringify({ ...one.envelope, sequence })) };
  });
  await insertRows(session, rows, now);
}

/** Reserves numbers for each key and answers the last one before them. */
async function drawSequences(session: Session, drafts: readonly Draft[]): Promise<Map<string, number>> {
  const counts = new Map<string, { topic: string; key: string; trace: string | undefined; count: number }>();
  for (const { topic, key, headers } of drafts) {
    const place = `${topic}\n${key}`;
    counts.set(place, { topic, key, trace: headers["traceparent"], count: (counts.get(place)?.count ?? 0) + 1 });
  }
  const places = [...counts.keys()].sort().flatMap((place) => counts.get(place) ?? []);
  const { rows } = await session.query<{ topic: string; key: string; last: number }>(
    `insert into sequences as s (topic, key, last, traceparent)
     select t, k, n, p from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) with ordinality as x(t, k, n, p, i) order by i
     on conflict (topic, key) do update set last = s.last + excluded.last,
       traceparent = coalesce(s.traceparent, excluded.traceparent) returning topic, key, last`,
    [
      places.map((p) => p.topic),
      places.map((p) => p.key),
      places.map((p) => p.count),
      places.map((p) => p.trace ?? null),
    ],
  );
  return new Map(
    rows.map(({ topic, key, last }) => {
      const place = `${topic}\n${key}`;
      return [place, last - (counts.get(place)?.count ?? 0)];
    }),
  );
}

export interface OutboxRow {
  readonly event: string;
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Headers;
}

/** Writes finished records into the outbox, in the order given. */
export async function insertRows(session: Session, rows: readonly OutboxRow[], now: Date): Promise<void> {
  await session.query(
    `insert into outbox (bucket, topic, key, event, value, headers, created_at)
     select b, t, k, e, v, h::jsonb, $7::timestamptz
     from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[]) with ordinality as x(b, t, k, e, v, h, i)
     order by i`,
    [
      rows.map((row) => bucketOf(row.key)),
      rows.map((row) => row.topic),
      rows.map((row) => row.key),
      rows.map((row) => row.event),
      rows.map((row) => Buffer.from(row.value)),
      rows.map((row) => JSON.stringify(row.headers)),
      now.toISOString(),
    ],
  );
}

/** FNV-1a over UTF-16 code units: spreads keys, promises nothing else. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193) >>> 0;
  return hash % BUCKETS;
}
