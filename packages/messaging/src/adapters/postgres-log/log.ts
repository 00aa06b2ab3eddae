import type { Database, Session, Urgency } from "../../ports/database.ts";
import type { OutgoingRecord, SendResult, StoredRecord, TopicPartition, TopicSpec } from "../../ports/transport.ts";
import { partitionOf } from "../partitioner.ts";

export const SCHEMA = "broker";

/** Tables are named with their schema, so that statements run alone or in anybody's transaction. */
type Queries = Pick<Session, "query">;

/** Creates topics and adds partitions that are missing; never removes any. */
export async function ensureTopics(database: Database, topics: readonly TopicSpec[]): Promise<void> {
  await database.transaction({ schema: SCHEMA }, async (session) => {
    for (const { name, partitions, retentionMs } of [...topics].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      await session.query(
        `insert into broker.topics as t values ($1, $2, $3)
         on conflict (name) do update set partitions = greatest(t.partitions, excluded.partitions), retention_ms = excluded.retention_ms`,
        [name, partitions, retentionMs ?? null],
      );
      await session.query(
        `insert into broker.partitions (topic, partition)
         select name, p from broker.topics, generate_series(0, partitions - 1) as p where name = $1 on conflict do nothing`,
        [name],
      );
    }
  });
}

export async function partitionCounts(session: Queries): Promise<ReadonlyMap<string, number>> {
  const { rows } = await session.query<{ name: string; partitions: number }>(
    "select name, partitions from broker.topics",
  );
  return new Map(rows.map((row) => [row.name, row.partitions]));
}

interface Placed {
  readonly record: OutgoingRecord;
  readonly partition: number;
  /** Where it stands in the caller's batch. */
  readonly index: number;
}

/**
 * Appends a batch in one transaction: all of it or nothing. Partitions are locked in one order, so two writers
 * never lock crosswise.
 */
export async function append(
  session: Session,
  batch: readonly OutgoingRecord[],
  counts: ReadonlyMap<string, number>,
  fail: (topic: string) => SendResult,
): Promise<readonly SendResult[]> {
  const results: SendResult[] = [];
  const groups = new Map<string, Placed[]>();
  const encoder = new TextEncoder();
  batch.forEach((record, index) => {
    const count = counts.get(record.topic);
    if (count === undefined) {
      results[index] = fail(record.topic);
      return;
    }
    const partition = partitionOf(encoder.encode(record.key), count);
    const name = `${record.topic}\n${String(partition).padStart(6, "0")}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [{ record, partition, index }]);
    else group.push({ record, partition, index });
  });
  const ordered = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  for (const group of ordered) await appendGroup(session, group, results);
  return results;
}

async function appendGroup(session: Session, group: readonly Placed[], results: SendResult[]): Promise<void> {
  const topic = group[0]?.record.topic ?? "";
  const partition = group[0]?.partition ?? 0;
  const { rows } = await session.query<{ first: number }>(
    `with place as (
       update broker.partitions set next_offset = next_offset + $3 where topic = $1 and partition = $2 returning next_offset - $3 as first
     ), added as (
       insert into broker.records (topic, partition, "offset", key, value, headers)
       select $1, $2, first + i - 1, k, v, h::jsonb from place, unnest($4::bytea[], $5::bytea[], $6::text[]) with ordinality as x(k, v, h, i)
     )
     select first from place`,
    [
      topic,
      partition,
      group.length,
      group.map(({ record }) => Buffer.from(record.key)),
      group.map(({ record }) => Buffer.from(record.value)),
      group.map(({ record }) => JSON.stringify(record.headers)),
    ],
  );
  const first = rows[0]?.first ?? 0;
  group.forEach(({ index }, at) => {
    results[index] = { ok: true, topic, partition, offset: first + at };
  });
}

/** Bounds of every partition of some topics. */
export async function boundsOf(
  session: Queries,
  topics: readonly string[],
): Promise<readonly (TopicPartition & { readonly begin: number; readonly end: number })[]> {
  const { rows } = await session.query<{ topic: string; partition: number; begin: number; end: number }>(
    `select topic, partition, begin_offset as begin, next_offset as "end" from broker.partitions where topic = any($1::text[]) order by topic, partition`,
    [topics],
  );
  return rows;
}

/** Up to `limit` records from `offset` on; as many as fit into about 8 MB, but at least one. */
export async function readRecords(
  database: Database,
  { topic, partition }: TopicPartition,
  offset: number,
  limit: number,
  urgency: Urgency,
): Promise<readonly StoredRecord[]> {
  const { rows } = await database.query<Omit<StoredRecord, "timestamp"> & { at: Date }>(
    `select topic, partition, "offset", key, value, headers, at from (
       select *, sum(length(value)) over (order by "offset") - length(value) as before from (
         select * from broker.records where topic = $1 and partition = $2 and "offset" >= $3 order by "offset" limit $4) as page) as sized
     where before is null or before < 8000000 order by "offset"`,
    [topic, partition, offset, limit],
    urgency,
  );
  return rows.map(({ at, ...record }) => ({ ...record, timestamp: at.getTime() }));
}

/**
 * Removes records older than their topic's retention, a bounded number per partition; answers how many. A topic without
 * one, or with a negative one as Kafka has it, keeps everything. The
 * begin of the partition moves first, under the lock that appends take, so that bounds never lie.
 */
export async function trim(database: Database, limit = 10_000): Promise<number> {
  return database.transaction({ schema: SCHEMA }, async (session) => {
    const { rows } = await session.query<{ gone: number }>(
      `with old as (
         select r.topic, r.partition, max(r."offset") + 1 as below
         from broker.partitions p join broker.topics t on t.name = p.topic
         cross join lateral (
           select topic, partition, "offset" from broker.records r where r.topic = p.topic and r.partition = p.partition
             and "offset" < p.begin_offset + $1 and at < clock_timestamp() - t.retention_ms * interval '1 ms' order by "offset") as r
         where t.retention_ms >= 0 group by r.topic, r.partition
       ), moved as (
         update broker.partitions p set begin_offset = old.below from old where p.topic = old.topic and p.partition = old.partition returning p.topic, p.partition, old.below
       ), gone as (
         delete from broker.records r using moved m where r.topic = m.topic and r.partition = m.partition and r."offset" < m.below returning 1
       )
       select count(*)::int as gone from gone`,
      [limit],
    );
    return rows[0]?.gone ?? 0;
  });
}
