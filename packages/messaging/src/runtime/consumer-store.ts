import type { Session } from "../ports/database.ts";
import type { TopicPartition } from "../ports/transport.ts";
import { MessagingError } from "../errors.ts";
import type { KeyState } from "./decide.ts";
import type { Incoming } from "./incoming.ts";
import { parseTraceparent } from "./trace.ts";

/**
 * Makes this owner the only one: whoever holds an earlier token fails from now on. `clean` is false when the owner
 * before did not give the partition back, so that it may have died over one of the next records.
 */
export async function takeToken(
  session: Session,
  { topic, partition }: TopicPartition,
): Promise<{ readonly token: number; readonly clean: boolean }> {
  const { rows } = await session.query<{ token: number; clean: boolean | null }>(
    `with before as (select clean from consumer_tokens where topic = $1 and partition = $2)
     insert into consumer_tokens as t (topic, partition, token) values ($1, $2, 1)
     on conflict (topic, partition) do update set token = t.token + 1, clean = false
     returning token, (select clean from before) as clean`,
    [topic, partition],
  );
  return { token: rows[0]?.token ?? 0, clean: rows[0]?.clean ?? true };
}

/** Nothing is left half done: whoever takes over need not be careful. */
export async function leaveClean(session: Session, { topic, partition }: TopicPartition, token: number): Promise<void> {
  await session.query(
    `with mine as (update consumer_tokens set clean = true where topic = $1 and partition = $2 and token = $3 returning topic, partition)
     delete from in_flight f using mine where f.topic = mine.topic and f.partition = mine.partition`,
    [topic, partition, token],
  );
}

/** Rejects with `fenced` unless `token` is the newest; keeps anybody from taking over until the transaction ends. */
export async function requireToken(
  session: Session,
  { topic, partition }: TopicPartition,
  token: number,
): Promise<void> {
  const { rows } = await session.query(
    "select 1 from consumer_tokens where topic = $1 and partition = $2 and token = $3 for share",
    [topic, partition, token],
  );
  if (rows.length === 0) throw new MessagingError("fenced", `Another member owns ${topic}/${partition} now.`);
}

/**
 * Marks events of one partition as taken and answers the offsets of those that were not marked before. Nearly always that
 * is all of them, which the database says with a number instead of a row for each.
 */
export async function markInbox(
  session: Session,
  incoming: readonly Incoming[],
  now: Date,
): Promise<ReadonlySet<number>> {
  const [first] = incoming;
  if (first === undefined) return new Set();
  const offsets = incoming.map((one) => one.record.offset);
  const { rows } = await session.query<{ some: readonly number[] | null }>(
    `with marked as (
       insert into inbox (id, topic, partition, "offset", at)
       select i, $2, $3::int, o, $5::timestamptz from unnest($1::text[], $4::bigint[]) as x(i, o)
       on conflict do nothing returning "offset"
     )
     select case when count(*) < $6::int then coalesce(json_agg("offset"), '[]') end as some from marked`,
    [
      incoming.map((one) => one.inboxId),
      first.record.topic,
      first.record.partition,
      offsets,
      now.toISOString(),
      offsets.length,
    ],
  );
  return new Set(rows[0]?.some ?? offsets);
}

/** Takes marks back, for events that were not reached after all. */
export async function unmarkInbox(session: Session, incoming: readonly Incoming[]): Promise<void> {
  if (incoming.length === 0) return;
  await session.query(
    'delete from inbox where id = any($1::text[]) and topic = $2 and partition = $3 and "offset" = any($4::bigint[])',
    [
      incoming.map((one) => one.inboxId),
      incoming[0]?.record.topic,
      incoming[0]?.record.partition,
      incoming.map((one) => one.record.offset),
    ],
  );
}

export interface KeyRow extends KeyState {
  /** Some event of this key, in whatever topic, waits for a predecessor. */
  readonly awaited: boolean;
}

/**
 * What is known of keys of one topic; keys of which nothing is known are left out. Each key is looked up in the index by itself (`limit` keeps the planner from
 * anything else): without statistics it would rather read the whole topic, and a table of all keys only grows.
 */
export async function keyStates(
  session: Session,
  topic: string,
  keys: readonly string[],
): Promise<Map<string, KeyRow>> {
  const { rows } = await session.query<{
    key: string;
    last: number | null;
    holes: number | null;
    parked: boolean;
    awaited: boolean;
  }>(
    `select * from (
       select k as key, h.last, h.holes,
         coalesce((select true from parked p where p.topic = $1 and p.key = k limit 1), false) as parked,
         coalesce((select true from parked p where p.key = k and p.why in ('wait', 'gap') limit 1), false) as awaited
       from unnest($2::text[]) as k
       left join lateral (select last, holes from heard where topic = $1 and key = k limit 1) as h on true
     ) as known where last is not null or parked or awaited`,
    [topic, keys],
  );
  return new Map(
    rows.map((row) => [
      row.key,
      { last: row.last ?? undefined, holes: row.holes ?? 0, parked: row.parked, awaited: row.awaited },
    ]),
  );
}

/** Keeps what was heard. Never moves backwards. */
export async function saveKeys(session: Session, topic: string, keys: ReadonlyMap<string, KeyState>): Promise<void> {
  if (keys.size === 0) return;
  const entries = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
  await session.query(
    `insert into heard as h (topic, key, last, holes, traceparent)
     select $1, k, l, n, t from unnest($2::text[], $3::bigint[], $4::int[], $5::text[]) as x(k, l, n, t)
     on conflict (topic, key) do update set traceparent = coalesce(h.traceparent, excluded.traceparent),
       last = greatest(h.last, excluded.last), holes = case when excluded.last >= h.last then excluded.holes else h.holes end`,
    [
      topic,
      entries.map(([key]) => key),
      entries.map(([, state]) => state.last ?? 0),
      entries.map(([, state]) => state.holes),
      entries.map(([, state]) => (parseTraceparent(state.traceparent) === undefined ? null : state.traceparent)),
    ],
  );
}

/** The traces in which these keys were first heard or spoken of here, as far as they are known. */
export async function tracesOf(
  session: Session,
  topics: readonly string[],
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await session.query<{ key: string; traceparent: string }>(
    `select key, traceparent from sequences where topic = any($1::text[]) and key = any($2::text[]) and traceparent is not null
     union all select key, traceparent from heard
     where topic = any($1::text[]) and key = any($2::text[]) and traceparent is not null`,
    [topics, keys],
  );
  return new Map(rows.map(({ key, traceparent }) => [key, traceparent]));
}

/** Lets events that wait for something of these keys look again at once. */
export async function rouse(session: Session, keys: readonly string[], now: Date): Promise<number> {
  if (keys.length === 0) return 0;
  const { affected } = await session.query(
    `update parked set due_at = $2::timestamptz where key = any($1::text[]) and why in ('wait', 'gap') and due_at > $2::timestamptz`,
    [keys, now.toISOString()],
  );
  return affected;
}

/** Whether marks of this offset may have been cleaned away. */
export async function isBelowHorizon(
  session: Session,
  { topic, partition, offset }: TopicPartition & { offset: number },
): Promise<boolean> {
  const { rows } = await session.query(
    "select 1 from inbox_horizon where topic = $1 and partition = $2 and below > $3",
    [topic, partition, offset],
  );
  return rows.length > 0;
}

/**
 * Removes marks older than `before`, a bounded number at a time, and remembers below which offset they are
 * gone: what the broker delivers again from there is recognised by its sequence and never let in.
 */
export async function cleanInbox(session: Session, before: Date, limit = 5_000): Promise<number> {
  const { rows } = await session.query<{ gone: number }>(
    `with gone as (
       delete from inbox where id in (select id from inbox where at < $1::timestamptz order by at limit $2) returning topic, partition, "offset"
     ), horizon as (
       insert into inbox_horizon as h select topic, partition, max("offset") + 1 from gone group by topic, partition
       on conflict (topic, partition) do update set below = greatest(h.below, excluded.below)
     )
     select count(*)::int as gone from gone`,
    [before.toISOString(), limit],
  );
  return rows[0]?.gone ?? 0;
}

export interface InFlight {
  readonly first: number;
  readonly last: number;
  readonly starts: number;
}

/** Notes that records are being handled; `starts` counts how often this one record was begun. */
export async function markInFlight(
  session: Session,
  { topic, partition }: TopicPartition,
  mark: InFlight,
): Promise<void> {
  await session.query(
    `insert into in_flight values ($1, $2, $3, $4, $5)
     on conflict (topic, partition) do update set first = excluded.first, last = excluded.last, starts = excluded.starts`,
    [topic, partition, mark.first, mark.last, mark.starts],
  );
}

/** The record noted before is done, and the one at `offset` is next. */
export async function moveInFlight(
  session: Session,
  { topic, partition }: TopicPartition,
  offset: number,
): Promise<void> {
  await session.query("update in_flight set first = $3, last = $3, starts = 1 where topic = $1 and partition = $2", [
    topic,
    partition,
    offset,
  ]);
}

export async function clearInFlight(session: Session, { topic, partition }: TopicPartition): Promise<void> {
  await session.query("delete from in_flight where topic = $1 and partition = $2", [topic, partition]);
}

export async function readInFlight(
  session: Session,
  { topic, partition }: TopicPartition,
): Promise<InFlight | undefined> {
  const { rows } = await session.query<InFlight>(
    "select first, last, starts from in_flight where topic = $1 and partition = $2",
    [topic, partition],
  );
  return rows[0];
}
