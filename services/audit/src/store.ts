import type { Transaction } from "@eventpact/messaging";
import { sql } from "kysely";
import type { Heard, Kept } from "./domain.ts";

interface EventRow {
  event_id: string;
  event: string;
  topic: string;
  partition: number;
  log_offset: number;
  key: string;
  correlation_id: string;
  happened_at: Date;
  envelope: Heard;
}

const tables = (db: Transaction) => db.withTables<{ events: EventRow }>();

export async function keep(db: Transaction, { event, topic, partition, offset, key }: Kept): Promise<void> {
  await tables(db)
    .insertInto("events")
    .values({
      event_id: event.eventId,
      event: `${event.eventType}.v${event.version}`,
      topic,
      partition,
      log_offset: offset,
      key,
      correlation_id: event.correlationId,
      happened_at: new Date(event.timestamp),
      envelope: JSON.stringify(event) as unknown as Heard, // jsonb takes text; reading gives the object
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

const fromRow = (row: EventRow): Kept => ({
  event: row.envelope,
  topic: row.topic,
  partition: row.partition,
  offset: Number(row.log_offset),
  key: row.key,
});

/** All events of a story, at most 1,000. */
export async function story(db: Transaction, correlationId: string): Promise<readonly Kept[]> {
  const rows = await tables(db)
    .selectFrom("events")
    .selectAll()
    .where("correlation_id", "=", correlationId)
    .orderBy("happened_at")
    .limit(1_000)
    .execute();
  return rows.map(fromRow);
}

export interface Search {
  readonly event?: string;
  readonly key?: string;
  readonly correlationId?: string;
  readonly from?: Date;
  readonly to?: Date;
  /** Continue after this event. */
  readonly after?: string;
  readonly limit: number;
}

/** Events that fit, the newest first. */
export async function search(db: Transaction, wanted: Search): Promise<readonly Kept[]> {
  let query = tables(db)
    .selectFrom("events")
    .selectAll()
    .orderBy("happened_at", "desc")
    .orderBy("event_id", "desc")
    .limit(wanted.limit);
  if (wanted.event !== undefined) query = query.where("event", "=", wanted.event);
  if (wanted.key !== undefined) query = query.where("key", "=", wanted.key);
  if (wanted.correlationId !== undefined) query = query.where("correlation_id", "=", wanted.correlationId);
  if (wanted.from !== undefined) query = query.where("happened_at", ">=", wanted.from);
  if (wanted.to !== undefined) query = query.where("happened_at", "<", wanted.to);
  const { after } = wanted;
  if (after !== undefined) {
    query = query.where(
      sql<boolean>`(happened_at, event_id) < (select e.happened_at, e.event_id from events e where e.event_id = ${after})`,
    );
  }
  return (await query.execute()).map(fromRow);
}
