import { randomUUID } from "node:crypto";
import { migrate, readMigrations } from "../../database/migrations.ts";
import { isMessagingError, MessagingError } from "../../errors.ts";
import type { Database, Session } from "../../ports/database.ts";
import type { Features, SendResult, Transport } from "../../ports/transport.ts";
import { append, boundsOf, ensureTopics, partitionCounts, readRecords, SCHEMA, trim } from "./log.ts";
import { createPulse } from "./pulse.ts";
import { join } from "./subscription.ts";

export interface PostgresLogOptions {
  readonly database: Database;
  /** How long a member may be silent before its partitions go to others. 10 s by default. */
  readonly sessionMs?: number;
  /** How often to look for records that other processes appended. 100 ms by default, on a server. */
  readonly pollMs?: number;
}

const features: Features = {
  persistent: true,
  multiProcess: true,
  denseOffsets: true,
  addPartitions: true,
  retention: true,
  groups: true,
  orderedFailures: true,
};

const SESSION_MS = 10_000;
const TRIM_EVERY_MS = 60_000;
/** Nobody else can append to an embedded database: looking is only a safeguard there. */
const POLL_MS = { pglite: 1_000, postgres: 100 } as const;

/** A partitioned log in tables of schema `broker`: the embedded default, and the middle tier for several processes. */
export function postgresLog(options: PostgresLogOptions): Transport {
  const { database, sessionMs = SESSION_MS, pollMs = POLL_MS[options.database.kind] } = options;
  const appended = createPulse();
  const closed = new AbortController();
  let counts: ReadonlyMap<string, number> = new Map();
  let prepared: Promise<void> | undefined;
  const prepare = (): Promise<void> =>
    (prepared ??= migrateBroker(database).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    }));
  const inBroker = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    if (closed.signal.aborted) throw new MessagingError("closed", "The transport is closed.");
    await prepare();
    return database.transaction({ schema: SCHEMA }, work);
  };
  const trimmer = setInterval(() => void trim(database).catch(() => undefined), TRIM_EVERY_MS).unref();
  const subscriptions = new Set<{ close(deadlineMs: number): Promise<void> }>();
  return {
    name: "postgres-log",
    features,
    ensureTopics: async (topics) => {
      await inBroker(async () => undefined);
      await ensureTopics(database, topics);
      counts = await inBroker(partitionCounts);
    },
    send: async (batch) => {
      try {
        const results = await inBroker(async (session) => {
          if (batch.some((record) => !counts.has(record.topic))) counts = await partitionCounts(session);
          return append(session, batch, counts, noSuchTopic);
        });
        appended.beat();
        return results;
      } catch (error) {
        if (!isMessagingError(error, "database-unavailable")) throw error;
        throw new MessagingError("broker-unavailable", error.message, { cause: error });
      }
    },
    subscribe: async (subscribe, subscriber) => {
      await inBroker(async () => undefined);
      const member = { database, id: randomUUID(), sessionMs, pollMs, appended, closed: closed.signal };
      const subscription = join(member, subscribe, subscriber);
      subscriptions.add(subscription);
      return subscription;
    },
    lag: (group, topics) => inBroker((session) => lagOf(session, group, topics)),
    bounds: (topic) => inBroker((session) => boundsOf(session, [topic])),
    read: (place, offset, limit) => inBroker((session) => readRecords(session, place, offset, limit)),
    close: async (deadlineMs) => {
      if (closed.signal.aborted) return;
      clearInterval(trimmer);
      await Promise.all([...subscriptions].map((subscription) => subscription.close(deadlineMs)));
      closed.abort();
    },
  };
}

const begun = new WeakSet<Database>();

async function migrateBroker(database: Database): Promise<void> {
  const migrations = await readMigrations(new URL("migrations/", import.meta.url));
  await migrate(database, SCHEMA, [{ part: "broker", migrations }]);
  // An embedded database has one process at a time: members from before this one opened it are dead.
  if (database.kind !== "pglite" || begun.has(database)) return;
  begun.add(database);
  await database.transaction({ schema: SCHEMA }, (session) =>
    session.execute("delete from members; update assignments set owner = null, until = null"),
  );
}

const noSuchTopic = (topic: string): SendResult => ({
  ok: false,
  error: new MessagingError("broker-unavailable", `There is no topic ${topic}.`),
});

async function lagOf(session: Session, group: string, topics: readonly string[]) {
  const { rows } = await session.query<{ topic: string; partition: number; end: number; committed: number }>(
    `select p.topic, p.partition, p.next_offset as "end", greatest(p.begin_offset, least(p.next_offset, coalesce(a.committed, p.begin_offset))) as committed
     from partitions p left join assignments a on a.group_name = $1 and a.topic = p.topic and a.partition = p.partition
     where p.topic = any($2::text[]) order by p.topic, p.partition`,
    [group, topics],
  );
  return rows.map((row) => ({ ...row, lag: row.end - row.committed }));
}
