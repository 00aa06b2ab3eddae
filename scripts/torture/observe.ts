import { createHash } from "node:crypto";
import type { Database, Transport } from "@eventpact/messaging";
import { catalog } from "@shop/events";

/** One record of the log, as its producer wrote it. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly event: string;
  readonly eventId: string;
  readonly sequence: number;
  readonly correlationId: string;
  /** When it happened, by its envelope, and when it was recorded, by the log; epoch milliseconds. */
  readonly at: number;
  readonly recordedAt: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Of the bytes: a record that is told twice must be the same twice. */
  readonly digest: string;
}

export interface Mark {
  readonly id: string;
  readonly topic: string;
}

/** What one service keeps for the runtime. `marks` in the order in which they were written. */
export interface Books {
  readonly service: string;
  readonly marks: readonly Mark[];
  /** Last sequence said, by `topic key`. */
  readonly said: ReadonlyMap<string, number>;
  /** Last sequence heard, by `topic key`. */
  readonly heard: ReadonlyMap<string, number>;
  readonly deadLetters: readonly {
    readonly event: string;
    readonly code: string;
    readonly message: string;
    readonly eventId: string;
  }[];
  readonly parked: number;
  readonly outbox: number;
}

/** Everything that is left after a run. */
export interface Observation {
  readonly log: readonly LogRecord[];
  readonly books: readonly Books[];
  readonly orders: ReadonlySet<string>;
  readonly payments: readonly { readonly orderId: string; readonly status: string | null }[];
  readonly entries: readonly {
    readonly account: string;
    readonly type: string;
    readonly amount: number;
    readonly orderId: string | undefined;
  }[];
  readonly shelves: readonly { readonly productId: string; readonly available: number; readonly reserved: number }[];
  readonly reservations: readonly {
    readonly orderId: string;
    readonly status: string | null;
    readonly lines: readonly { readonly productId: string; readonly quantity: number }[];
  }[];
  readonly parcels: readonly { readonly orderId: string; readonly state: string }[];
  readonly letters: readonly { readonly messageId: string; readonly orderId: string; readonly template: string }[];
  /** By event, as analytics counted. */
  readonly counts: ReadonlyMap<string, number>;
  /** Steps of each order, as tracking shows them. */
  readonly steps: ReadonlyMap<string, number>;
  /** Events as audit kept them, in the order in which it did. */
  readonly audited: readonly {
    readonly topic: string;
    readonly key: string;
    readonly sequence: number;
    readonly eventId: string;
  }[];
}

type Rows = <Row>(schema: string, text: string) => Promise<readonly Row[]>;

/** Within one topic and key transactions follow one another, so their ids and command numbers give the order of effects. */
const written = "order by xmin::text::bigint, cmin::text::bigint";

async function booksOf(rows: Rows, service: string): Promise<Books> {
  const sequences = async (table: string): Promise<ReadonlyMap<string, number>> => {
    const found = await rows<{ topic: string; key: string; last: number }>(
      service,
      `select topic, key, last from ${table}`,
    );
    return new Map(found.map(({ topic, key, last }) => [`${topic} ${key}`, Number(last)]));
  };
  const count = async (table: string): Promise<number> =>
    Number((await rows<{ n: number }>(service, `select count(*)::int as n from ${table}`))[0]?.n ?? 0);
  return {
    service,
    marks: await rows<Mark>(service, "select id, topic from taken order by written, command, place"),
    said: await sequences("sequences"),
    heard: await sequences("heard"),
    deadLetters: await rows(
      service,
      `select coalesce(event, '?') as event, code, message, coalesce(event_id, '?') as "eventId" from dead_letters`,
    ),
    parked: await count("parked"),
    outbox: await count("outbox"),
  };
}

async function readLog(transport: Transport): Promise<readonly LogRecord[]> {
  const log: LogRecord[] = [];
  const decoder = new TextDecoder();
  for (const topic of Object.keys(catalog.topics)) {
    for (const { partition, begin, end } of await transport.bounds(topic)) {
      for (let offset = begin; offset < end;) {
        const records = await transport.read({ topic, partition }, offset, 1_000);
        const last = records.at(-1);
        if (last === undefined) break;
        offset = last.offset + 1;
        for (const record of records) {
          const value = record.value ?? new Uint8Array();
          const { eventId, eventType, version, sequence, correlationId, timestamp, data } = JSON.parse(
            decoder.decode(value),
          );
          log.push({
            topic,
            partition,
            offset: record.offset,
            key: decoder.decode(record.key ?? new Uint8Array()),
            event: `${eventType}.v${version}`,
            eventId,
            sequence,
            correlationId,
            at: Date.parse(timestamp),
            recordedAt: record.timestamp,
            data,
            digest: createHash("sha256").update(value).digest("base64"),
          });
        }
      }
    }
  }
  return log;
}

/** Reads what the services and the log hold. Nothing may be running any more. */
export async function observe(database: Database, transport: Transport): Promise<Observation> {
  const rows: Rows = <Row>(schema: string, text: string) =>
    database.transaction(
      { schema, readOnly: true, timeoutMs: 60_000 },
      async (session) => (await session.query<Row>(text)).rows,
    );
  const entries = await rows<{ stream: string; type: string; data: { amount: { amount: number }; orderId?: string } }>(
    "payment",
    "select stream, type, data from stream_events order by stream, version",
  );
  const counts = await rows<{ event: string; n: number }>(
    "analytics",
    "select event, sum(count)::int as n from event_counts group by event",
  );
  const steps = await rows<{ id: string; n: number }>(
    "tracking",
    "select order_id as id, count(*)::int as n from steps group by order_id",
  );
  const books: Books[] = [];
  for (const service of Object.keys(catalog.services)) books.push(await booksOf(rows, service));
  return {
    log: await readLog(transport),
    books,
    orders: new Set((await rows<{ id: string }>("order", "select order_id as id from orders")).map(({ id }) => id)),
    payments: await rows("payment", `select order_id as "orderId", status from payment`),
    entries: entries.map(({ stream, type, data }) => ({
      account: stream,
      type,
      amount: data.amount.amount,
      orderId: data.orderId,
    })),
    shelves: await rows("inventory", `select product_id as "productId", available, reserved from stock`),
    reservations: await rows("inventory", `select order_id as "orderId", status, lines from reservation`),
    parcels: await rows("shipping", `select order_id as "orderId", state from parcels`),
    letters: await rows("email", `select message_id as "messageId", order_id as "orderId", template from letters`),
    counts: new Map(counts.map(({ event, n }) => [event, n])),
    steps: new Map(steps.map(({ id, n }) => [id, n])),
    audited: await rows(
      "audit",
      `select topic, key, (envelope ->> 'sequence')::int as sequence, event_id as "eventId" from events ${written}`,
    ),
  };
}
