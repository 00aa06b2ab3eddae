import type { Session } from "../ports/database.ts";
import type { StoredRecord } from "../ports/transport.ts";
import type { KeyState } from "./decide.ts";
import { parseTraceparent } from "./trace.ts";

/** What is known of a key: kept in the database, and by the lane that owns the partition. */
export interface KnownKey extends KeyState {
  /** The trace that its story began with is known. */
  readonly traced: boolean;
}

export interface KeyRow extends KnownKey {
  /** Some event of this key, in whatever topic, waits for a predecessor. */
  readonly awaited: boolean;
}

/** A key of which nothing is known. */
export const unheard: KeyRow = { last: undefined, holes: 0, traced: false, parked: false, awaited: false };

/** Keys of one partition as its owner left them; the owner alone moves them, so it need not read them again. */
export type KeyCache = Map<string, KnownKey>;

/** So many keys a lane remembers, the latest: a few megabytes for a process with many lanes. */
const CACHED_KEYS = 2_000;

export function remember(cache: KeyCache, keys: ReadonlyMap<string, KnownKey>): void {
  for (const [key, { last, holes, traced }] of keys) {
    cache.delete(key);
    cache.set(key, { last, holes, parked: false, traced });
  }
  for (const key of cache.keys()) {
    if (cache.size <= CACHED_KEYS) break;
    cache.delete(key);
  }
}

/** Thrown when somebody else has moved a key on since it was read: the work is to be done again, from what is known now. */
export class Outdated extends Error {
  constructor() {
    super("A key was moved on by somebody else.");
  }
}

/** What is known of keys of one topic; of those in `cache` only what others may change is asked. */
export async function keyStates(
  session: Session,
  topic: string,
  keys: readonly string[],
  options: { readonly cache?: KeyCache; readonly anyParked?: boolean } = {},
): Promise<Map<string, KeyRow>> {
  const { cache, anyParked = true } = options;
  const unknown = cache === undefined ? keys : keys.filter((key) => !cache.has(key));
  const heard = await readHeard(session, topic, unknown);
  const waiting = anyParked ? await readWaiting(session, topic, keys) : new Map<string, Waiting>();
  const states = new Map<string, KeyRow>();
  for (const key of keys) {
    const known = cache?.get(key) ?? heard.get(key) ?? unheard;
    const { last, holes, traced } = known;
    const { parked, awaited } = waiting.get(key) ?? unheard;
    states.set(key, { last, holes, traced, parked, awaited });
  }
  return states;
}

/**
 * Each key is looked up in the index by itself (`limit` keeps the planner from anything else): without statistics it
 * would rather read the whole topic, and a table of all keys only grows.
 */
async function readHeard(
  session: Session,
  topic: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Omit<KnownKey, "parked">>> {
  if (keys.length === 0) return new Map();
  const { rows } = await session.query<{ key: string; last: number; holes: number; traced: boolean }>(
    `select k as key, h.last, h.holes, h.traced from unnest($2::text[]) as k
     cross join lateral (
       select last, holes, traceparent is not null as traced from heard where topic = $1 and key = k limit 1
     ) as h`,
    [topic, keys],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

interface Waiting {
  readonly parked: boolean;
  readonly awaited: boolean;
}

async function readWaiting(
  session: Session,
  topic: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Waiting>> {
  const { rows } = await session.query<Waiting & { key: string }>(
    `select key, bool_or(topic = $1) as parked, bool_or(why in ('wait', 'gap')) as awaited
     from parked where key = any($2::text[]) group by key`,
    [topic, keys],
  );
  return new Map(rows.map(({ key, parked, awaited }) => [key, { parked, awaited }]));
}

export interface Move {
  /** As it was read; nothing for a key that was not known. */
  readonly was: number | undefined;
  readonly now: KnownKey;
  /** What the key's story began with, unless that is known. */
  readonly trace: string | undefined;
}

/** The trace that a record brings to a key without one. */
export function firstTrace({ traced }: KnownKey, record: StoredRecord): string | undefined {
  // Not destructured: a record makes its headers when it is asked for them.
  const trace = traced ? undefined : record.headers["traceparent"];
  return parseTraceparent(trace) === undefined ? undefined : trace;
}

/** Moves keys on. Throws {@link Outdated} when one of them is no longer what it was when it was read. */
export async function saveKeys(session: Session, topic: string, keys: ReadonlyMap<string, Move>): Promise<void> {
  if (keys.size === 0) return;
  const entries = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
  const { affected } = await session.query(
    `insert into heard as h (topic, key, last, holes, was, traceparent)
     select $1, k, l, n, w, t from unnest($2::text[], $3::bigint[], $4::int[], $5::bigint[], $6::text[]) as x(k, l, n, w, t)
     on conflict (topic, key) do update set last = excluded.last, holes = excluded.holes, was = excluded.was,
       traceparent = coalesce(h.traceparent, excluded.traceparent) where h.last = excluded.was`,
    [
      topic,
      entries.map(([key]) => key),
      entries.map(([, { now }]) => now.last ?? 0),
      entries.map(([, { now }]) => now.holes),
      entries.map(([, { was }]) => was ?? null),
      entries.map(([, { trace }]) => trace ?? null),
    ],
  );
  if (affected < entries.length) throw new Outdated();
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
