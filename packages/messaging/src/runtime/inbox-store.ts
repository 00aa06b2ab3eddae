import type { Session } from "../ports/database.ts";
import type { TopicPartition } from "../ports/transport.ts";
import type { KeyRow } from "./key-store.ts";
import type { Incoming } from "./incoming.ts";
import { NEW_IDENTITY } from "./parked-store.ts";

/**
 * The inbox: what this consumer has taken responsibility for. Events with a sequence are kept in pages, one for each
 * transaction; what has no place in the order of a key has a row of its own.
 */

/** Handled events with a sequence: their key tells which of them may have been taken before. */
export const isPaged = ({ kind, sequence }: Incoming): boolean => kind.name === "handle" && sequence !== undefined;

/** Ignored events leave no mark: their sequence alone tells duplicates, and most topics are mostly ignored. */
export const isLoose = (incoming: Incoming): boolean => incoming.kind.name !== "ignore" && !isPaged(incoming);

/** Marks events of one partition as taken, in the order given. */
export async function markPage(
  session: Session,
  { topic, partition }: TopicPartition,
  incoming: readonly Incoming[],
  now: Date,
): Promise<void> {
  if (incoming.length === 0) return;
  const offsets = incoming.map(({ record }) => record.offset);
  await session.query(
    `insert into inbox_pages (topic, partition, first, last, ids, at) values ($1, $2, $3, $4, $5::text[], $6)`,
    [
      topic,
      partition,
      Math.min(...offsets),
      Math.max(...offsets),
      incoming.map(({ inboxId }) => inboxId),
      now.toISOString(),
    ],
  );
}

/** Marks events that have no place in a key's order, and answers the offsets of those that were not marked before. */
export async function markLoose(
  session: Session,
  incoming: readonly Incoming[],
  now: Date,
  redriven = false,
): Promise<ReadonlySet<number>> {
  const [first] = incoming;
  if (first === undefined) return new Set();
  const { rows } = await session.query<{ offset: number }>(
    `insert into inbox (id, topic, partition, "offset", at, redriven)
     select i, $2, $3::int, o, $5::timestamptz, $6 from unnest($1::text[], $4::bigint[]) as x(i, o)
     on conflict do nothing returning "offset"`,
    [
      incoming.map(({ inboxId }) => inboxId),
      first.record.topic,
      first.record.partition,
      incoming.map(({ record }) => record.offset),
      now.toISOString(),
      redriven,
    ],
  );
  return new Set(rows.map(({ offset }) => offset));
}

/** Takes marks back, for events that were not reached after all. */
export async function unmarkLoose(session: Session, incoming: readonly Incoming[]): Promise<void> {
  if (incoming.length === 0) return;
  await session.query(
    'delete from inbox where id = any($1::text[]) and topic = $2 and partition = $3 and "offset" = any($4::bigint[])',
    [
      incoming.map(({ inboxId }) => inboxId),
      incoming[0]?.record.topic,
      incoming[0]?.record.partition,
      incoming.map(({ record }) => record.offset),
    ],
  );
}

export interface Suspicion {
  /** Up to this offset the partition was handled before: what comes from there may come again. */
  readonly handledUpTo: number;
  /** Some dead letter of the topic was redriven under an identity that was new: it may come through the log, too. */
  readonly redriven: boolean;
}

/**
 * Those that may have been taken before, which is all but the next of its key at an offset that was never reached. Pure.
 * An event that was taken moved its key on, waits parked, or left a hole or a row of its own; so the next of a key that
 * knows of nothing else is new.
 */
export function suspects(
  incoming: readonly Incoming[],
  keys: ReadonlyMap<string, KeyRow>,
  { handledUpTo, redriven }: Suspicion,
): readonly Incoming[] {
  const reached = new Map<string, number>();
  return incoming.filter((one) => {
    const { key, kind, sequence } = one;
    if (sequence === undefined || (kind.name !== "handle" && kind.name !== "ignore")) return false;
    const known = keys.get(key);
    const last = reached.get(key) ?? known?.last ?? 0;
    reached.set(key, Math.max(last, sequence));
    if (kind.name === "ignore") return false;
    const next = sequence === last + 1 && known?.parked !== true && (known?.holes ?? 0) === 0;
    return !next || redriven || one.record.offset <= handledUpTo;
  });
}

/** The inbox ids of those among `suspected` that were taken before. */
export async function takenBefore(
  session: Session,
  { topic, partition }: TopicPartition,
  suspected: readonly Incoming[],
  keys: ReadonlyMap<string, KeyRow>,
  { handledUpTo }: Suspicion,
): Promise<ReadonlySet<string>> {
  if (suspected.length === 0) return new Set();
  const offsets = suspected.map(({ record }) => record.offset);
  const ids = suspected.map(({ inboxId }) => inboxId);
  const { rows } = await session.query<{ id: string }>(
    `select id from inbox where id = any($1::text[])
     union all select event_id from parked
       where topic = $2 and key = any($3::text[]) and event_id = any($1::text[]) and code is distinct from '${NEW_IDENTITY}'
     union all select x from inbox_pages p cross join lateral unnest(p.ids) as x
       where p.topic = $2 and p.partition = $4 and p.last >= $5 and p.first <= $6 and x = any($1::text[])`,
    [
      ids,
      topic,
      suspected.filter(({ key }) => keys.get(key)?.parked === true).map(({ key }) => key),
      partition,
      Math.min(...offsets),
      Math.min(Math.max(...offsets), handledUpTo),
    ],
  );
  const found = new Set(rows.map(({ id }) => id));
  const late = suspected.filter(
    ({ inboxId, key, sequence = 0 }) => !found.has(inboxId) && sequence <= (keys.get(key)?.last ?? 0),
  );
  return late.length === 0 ? found : new Set([...found, ...(await findInPages(session, topic, late))]);
}

/** Pages read at once, and events looked through at most: a copy that a relay sent again follows soon after its original. */
const PAGES_AT_ONCE = 500;
const EVENTS_AT_MOST = 1_000_000;

/** Looks for events through all pages of a topic, the newest first; what lies too far back counts as not found. */
async function findInPages(
  session: Session,
  topic: string,
  incoming: readonly Incoming[],
): Promise<ReadonlySet<string>> {
  const wanted = new Set(incoming.map(({ inboxId }) => inboxId));
  const found = new Set<string>();
  let before = Number.MAX_SAFE_INTEGER;
  for (let events = 0; found.size < wanted.size && events < EVENTS_AT_MOST;) {
    const { rows } = await session.query<{ oldest: number | null; events: number; found: readonly string[] }>(
      `with page as (select id, ids from inbox_pages where topic = $1 and id < $2 order by id desc limit ${PAGES_AT_ONCE})
       select (select min(id) from page) as oldest, (select coalesce(sum(cardinality(ids)), 0)::int from page) as events,
         (select coalesce(json_agg(x), '[]') from page cross join lateral unnest(ids) as x where x = any($3::text[])) as found`,
      [topic, before, [...wanted]],
    );
    const [row] = rows;
    if (row === undefined || row.oldest === null) break;
    for (const id of row.found) found.add(id);
    before = row.oldest;
    events += row.events;
  }
  return found;
}

/** Lets an event in that an operator redrove under an identity of its own; false when it was taken before. */
export async function admitRedriven(session: Session, incoming: Incoming, now: Date): Promise<boolean> {
  const { rows } = await session.query(
    "select 1 from inbox_pages where topic = $1 and ids @> array[$2::text] limit 1",
    [incoming.record.topic, incoming.inboxId],
  );
  return rows.length === 0 && (await markLoose(session, [incoming], now, true)).size > 0;
}

/** The last offset of a partition that this consumer has taken in order; -1 for none. */
export async function handledUpTo(session: Session, { topic, partition }: TopicPartition): Promise<number> {
  const { rows } = await session.query<{ last: number | null }>(
    "select max(last) as last from inbox_pages where topic = $1 and partition = $2",
    [topic, partition],
  );
  return rows[0]?.last ?? -1;
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
    `with loose as (
       delete from inbox where id in (select id from inbox where at < $1::timestamptz order by at limit $2)
       returning topic, partition, "offset"
     ), paged as (
       delete from inbox_pages where id in (select id from inbox_pages where at < $1::timestamptz order by at limit $2)
       returning topic, partition, last
     ), gone as (select * from loose union all select * from paged), horizon as (
       insert into inbox_horizon as h select topic, partition, max("offset") + 1 from gone group by topic, partition
       on conflict (topic, partition) do update set below = greatest(h.below, excluded.below)
     )
     select count(*)::int as gone from gone`,
    [before.toISOString(), limit],
  );
  return rows[0]?.gone ?? 0;
}
