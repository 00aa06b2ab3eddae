import { isMessagingError } from "../errors.ts";
import type { Database, Session } from "../ports/database.ts";
import type { Headers, SendResult } from "../ports/transport.ts";
import { BUCKETS } from "./outbox.ts";
import { sharedLog, type Parts } from "./parts.ts";
import { createWaker } from "./waker.ts";

export interface Relay {
  /** Something was committed: look now. */
  wake(): void;
  run(signal: AbortSignal): Promise<void>;
  describe(): RelayStatus;
}

export interface RelayStatus {
  readonly buckets: number;
  readonly doing: string;
  readonly forMs: number;
}

interface Row {
  readonly id: number;
  readonly topic: string;
  readonly key: string;
  readonly event: string;
  readonly value: Uint8Array;
  readonly headers: Headers;
  readonly attempts: number;
  readonly timestamp: number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A row that is to wait for longer was written by a clock that has been put right since. */
const LONGEST_RETRY_MS = 60_000;
/**
 * On an embedded database every commit wakes the relay and no other process can be waiting for its buckets: looking
 * and renewing are only a safeguard there, and so many times rarer.
 */
const RARER = { pglite: 5, postgres: 1 } as const;

/**
 * Sends what the outbox holds, in the order of ids, which is the order of each key. Rows are deleted once
 * sent, so the table stays small and a row that commits late is simply found later. One owner per bucket
 * keeps two relays from having one key in flight; a relay that dies after sending sends again, which the
 * inbox of every consumer absorbs.
 */
export function createRelay(parts: Parts): Relay {
  const { clock, ids, settings, log, metrics, service } = parts;
  const waker = createWaker(clock);
  const leaseMs = settings.leaseMs * RARER[parts.database.kind];
  const idleMs = settings.pollMs * RARER[parts.database.kind];
  let pause = FIRST_PAUSE_MS;
  let owner = "";
  let leasedUntil = 0;
  let buckets: readonly number[] = [];
  let doing = "nothing";
  let since = performance.now();
  const note = (what: string): void => {
    doing = what;
    since = performance.now();
  };
  const round = async (): Promise<Round> => {
    const now = performance.now();
    note("claiming buckets");
    if (now >= leasedUntil - (leaseMs * 2) / 3) {
      buckets = await claimBuckets(parts, owner, leaseMs);
      leasedUntil = now + leaseMs;
    }
    note("sending");
    return buckets.length === 0 ? { read: 0, failed: 0 } : sendSome(parts, buckets);
  };
  return {
    wake: waker.wake,
    describe: () => ({ buckets: buckets.length, doing, forMs: Math.round(performance.now() - since) }),
    run: async (signal) => {
      // Only now: an id holds the time, which is known since the runtime began.
      owner = ids.newId(clock.now());
      await forgetTheDead(parts).catch(() => undefined);
      while (!signal.aborted) {
        try {
          const { read, failed } = await round();
          pause = FIRST_PAUSE_MS;
          note("waiting for events");
          if (read < settings.relayBatch) await waker.sleep(failed > 0 ? settings.pollMs : idleMs, signal);
        } catch (error) {
          note(`waiting after trouble: ${error instanceof Error ? error.message : String(error)}`);
          metrics.sendFailures.inc({ service: service.name });
          const known = isMessagingError(error) && error.retryable;
          log[known ? "warn" : "error"](
            { err: error, pauseMs: pause },
            "relay could not send; events stay in the outbox",
          );
          await clock.sleep(pause, signal);
          pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        }
      }
      await releaseBuckets(parts, owner).catch(() => undefined);
    },
  };
}

const begun = new WeakMap<Database, Set<string>>();

/**
 * An embedded database has one process at a time, so whoever held leases when this one opened it is dead: no
 * need to wait until they run out.
 */
async function forgetTheDead({ database, service }: Parts): Promise<void> {
  const schemas = begun.get(database) ?? new Set();
  begun.set(database, schemas);
  if (database.kind !== "pglite" || schemas.has(service.name)) return;
  schemas.add(service.name);
  await database.transaction({ schema: service.name }, (session) =>
    session.execute("delete from relay_leases; delete from relay_members"),
  );
}

/** Renews this owner's leases and takes its share of the free ones. Database time: clocks of processes differ. */
async function claimBuckets({ database, service }: Parts, owner: string, leaseMs: number): Promise<readonly number[]> {
  return database.transaction({ schema: service.name }, async (session) => {
    await session.query(`select pg_advisory_xact_lock(hashtextextended($1, 7))`, [`relay ${service.name}`]);
    await session.query(
      `insert into relay_members values ($1, clock_timestamp() + $2 * interval '1 ms')
       on conflict (owner) do update set until = excluded.until`,
      [owner, leaseMs],
    );
    // Leases that run for many times their length are from before the server's own clock was set back.
    await session.query(
      "delete from relay_members where until not between clock_timestamp() and clock_timestamp() + $1 * interval '10 ms'",
      [leaseMs],
    );
    const { rows } = await session.query<{ bucket: number }>(
      `with share as (select ceil($3::numeric / count(*))::int as size from relay_members),
        ranked as (
          select b.bucket, row_number() over (order by (l.owner = $1) desc nulls last, b.bucket) as place
          from generate_series(0, $3::int - 1) as b(bucket) left join relay_leases l on l.bucket = b.bucket
          where l.bucket is null or l.owner = $1
            or l.until not between clock_timestamp() and clock_timestamp() + $2 * interval '10 ms'
        ),
        dropped as (delete from relay_leases where owner = $1 and bucket in (select bucket from ranked, share where place > size))
       insert into relay_leases (bucket, owner, until)
       select bucket, $1, clock_timestamp() + $2 * interval '1 ms' from ranked, share where place <= size
       on conflict (bucket) do update set owner = excluded.owner, until = excluded.until returning bucket`,
      [owner, leaseMs, BUCKETS],
    );
    return rows.map((row) => row.bucket);
  });
}

async function releaseBuckets({ database, service }: Parts, owner: string): Promise<void> {
  await database.transaction({ schema: service.name }, async (session) => {
    await session.query("delete from relay_leases where owner = $1", [owner]);
    await session.query("delete from relay_members where owner = $1", [owner]);
  });
}

/** How many rows were read, and how many of them the broker did not take. */
interface Round {
  readonly read: number;
  readonly failed: number;
}

interface Passed {
  readonly rows: readonly Row[];
  readonly results: readonly SendResult[];
}

/**
 * One batch: read, send, delete; all in one transaction where the log is in the same database. Rejects when nothing
 * could be sent.
 */
async function sendSome(parts: Parts, buckets: readonly number[]): Promise<Round> {
  const { database, service, transport, clock, failpoints } = parts;
  const schema = service.name;
  const now = clock.now();
  const within = sharedLog(parts);
  const send = async (rows: readonly Row[], through: () => Promise<readonly SendResult[]>): Promise<Passed> => {
    if (rows.length === 0) return { rows, results: [] };
    const detail = detailOf(parts, rows);
    await failpoints.hit("relay.before_send", detail);
    const results = await through();
    await failpoints.hit("relay.after_send", detail);
    return { rows, results };
  };
  let passed: Passed;
  if (within === undefined) {
    const rows = await database.transaction({ schema }, (session) => readRows(parts, session, buckets, now));
    passed = await send(rows, () => transport.send(rows));
    if (rows.length > 0) await database.transaction({ schema }, (session) => mark(session, passed, now));
  } else {
    passed = await database.transaction({ schema }, async (session) => {
      const rows = await readRows(parts, session, buckets, now);
      const sent = await send(rows, () => within.send(session, rows));
      if (rows.length > 0) await mark(session, sent, now);
      return sent;
    });
    within.announce(passed.results);
  }
  if (passed.rows.length > 0) {
    await failpoints.hit("relay.after_mark", detailOf(parts, passed.rows));
    report(parts, passed);
  }
  return { read: passed.rows.length, failed: passed.results.filter(({ ok }) => !ok).length };
}

const detailOf = ({ service }: Parts, rows: readonly Row[]) => ({
  service: service.name,
  events: rows.map((row) => row.event),
});

async function readRows(
  { settings }: Parts,
  session: Session,
  buckets: readonly number[],
  now: Date,
): Promise<readonly Row[]> {
  const { rows } = await session.query<Omit<Row, "timestamp">>(
    `select id, topic, key, event, value, headers, attempts from outbox o
     where bucket = any($1::int[]) and not exists (
       select 1 from outbox f where f.topic = o.topic and f.key = o.key and f.id <= o.id
         and f.next_try_at > $2::timestamptz and f.next_try_at <= $2::timestamptz + $4 * interval '1 ms')
     order by id limit $3`,
    [buckets, now.toISOString(), settings.relayBatch, LONGEST_RETRY_MS],
  );
  const timestamp = now.getTime();
  return rows.map((row) => ({ ...row, timestamp }));
}

/** Deletes what was sent; what was not, waits longer after every attempt. */
async function mark(session: Session, { rows, results }: Passed, now: Date): Promise<void> {
  const sent = rows.filter((_, index) => results[index]?.ok === true);
  await session.query("delete from outbox where id = any($1::bigint[])", [sent.map((row) => row.id)]);
  for (const { row, message } of firstFailures(rows, results)) {
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** row.attempts, LONGEST_RETRY_MS);
    await session.query(
      `update outbox set attempts = attempts + 1, next_try_at = $2::timestamptz, error = $3 where id = $1`,
      [row.id, new Date(now.getTime() + pauseMs).toISOString(), message],
    );
  }
}

function report({ service, metrics, log }: Parts, { rows, results }: Passed): void {
  rows.forEach((row, index) => {
    if (results[index]?.ok === true) metrics.sent.inc({ service: service.name, topic: row.topic });
  });
  for (const { row, message } of firstFailures(rows, results)) {
    metrics.sendFailures.inc({ service: service.name });
    log.warn(
      { topic: row.topic, key: row.key, event: row.event, reason: message },
      "an event could not be sent; its key waits",
    );
  }
}

/** The first failed row of each key: it blocks its successors until it may be tried again. */
function firstFailures(
  rows: readonly Row[],
  results: readonly (SendResult | undefined)[],
): { row: Row; message: string }[] {
  const first = new Map<string, { row: Row; message: string }>();
  rows.forEach((row, index) => {
    const result = results[index];
    const place = `${row.topic}\n${row.key}`;
    if (result?.ok === true || first.has(place)) return;
    first.set(place, { row, message: result?.error.message ?? "The transport gave no answer." });
  });
  return [...first.values()];
}
