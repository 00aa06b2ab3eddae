import { randomUUID } from "node:crypto";
import { migrate, readMigrations } from "../../database/migrations.ts";
import { isMessagingError, MessagingError } from "../../errors.ts";
import type { Database, Session } from "../../ports/database.ts";
import type { Features, OutgoingRecord, SendResult, SharedLog, Transport } from "../../ports/transport.ts";
import { append, boundsOf, ensureTopics, partitionCounts, readRecords, SCHEMA, trim } from "./log.ts";
import { commitOffset } from "./membership.ts";
import { createEnds, createPulse } from "./pulse.ts";
import { join } from "./subscription.ts";

export interface PostgresLogOptions {
  readonly database: Database;
  /**
   * How long a member may be silent before its partitions go to others. 10 s by default; a minute on an embedded
   * database, where no other process can be waiting for them.
   */
  readonly sessionMs?: number;
  /** How often to look for records that other processes appended. 100 ms by default, on a server. */
  readonly pollMs?: number;
}

/** What the log can do, known without a database. */
export const features: Features = {
  persistent: true,
  multiProcess: true,
  denseOffsets: true,
  addPartitions: true,
  retention: true,
  groups: true,
  orderedFailures: true,
};

const SESSION_MS = { pglite: 60_000, postgres: 10_000 } as const;
const TRIM_EVERY_MS = 60_000;
/** Nobody else can append to an embedded database: looking is only a safeguard there. */
const POLL_MS = { pglite: 5_000, postgres: 100 } as const;

/** A partitioned log in tables of schema `broker`: the embedded default, and the middle tier for several processes. */
export function postgresLog(options: PostgresLogOptions): Transport {
  const { database, sessionMs = SESSION_MS[options.database.kind], pollMs = POLL_MS[options.database.kind] } = options;
  const ends = createEnds();
  const changed = createPulse();
  const closed = new AbortController();
  const broker = brokerIn(database, closed.signal);
  const trimmer = setInterval(() => void trim(database).catch(() => undefined), TRIM_EVERY_MS).unref();
  const subscriptions = new Set<{ close(deadlineMs: number): Promise<void> }>();
  return {
    name: "postgres-log",
    features,
    ensureTopics: async (topics) => {
      await broker.ready();
      await ensureTopics(database, topics);
      await broker.count();
      changed.beat();
    },
    send: async (batch) => {
      try {
        const results = await broker.transaction((session) => broker.append(session, batch));
        ends.announce(results);
        return results;
      } catch (error) {
        if (!isMessagingError(error, "database-unavailable")) throw error;
        throw new MessagingError("broker-unavailable", error.message, { cause: error });
      }
    },
    within: { database, send: broker.append, announce: ends.announce, commit: commitWithin },
    subscribe: async (subscribe, subscriber) => {
      await broker.ready();
      const member = { database, id: randomUUID(), sessionMs, pollMs, ends, changed, closed: closed.signal };
      const subscription = join(member, subscribe, subscriber);
      subscriptions.add(subscription);
      return subscription;
    },
    lag: async (group, topics) => {
      await broker.ready();
      return lagOf(database, group, topics);
    },
    bounds: async (topic) => {
      await broker.ready();
      return boundsOf(database, [topic]);
    },
    read: async (place, offset, limit) => {
      await broker.ready();
      return readRecords(database, place, offset, limit, "usual");
    },
    close: async (deadlineMs) => {
      if (closed.signal.aborted) return;
      clearInterval(trimmer);
      await Promise.all([...subscriptions].map((subscription) => subscription.close(deadlineMs)));
      closed.abort();
    },
  };
}

const commitWithin: SharedLog["commit"] = async (session, group, place, offset, epoch) =>
  (await commitOffset(session, group, place, offset, epoch)) ? "committed" : "fenced";

interface Broker {
  /** Resolves when the tables are there; rejects once the transport is closed. */
  ready(): Promise<void>;
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  append(session: Session, batch: readonly OutgoingRecord[]): Promise<readonly SendResult[]>;
  /** Reads how many partitions each topic has. */
  count(): Promise<void>;
}

function brokerIn(database: Database, closed: AbortSignal): Broker {
  let counts: ReadonlyMap<string, number> = new Map();
  let prepared: Promise<void> | undefined;
  const ready = async (): Promise<void> => {
    if (closed.aborted) throw new MessagingError("closed", "The transport is closed.");
    prepared ??= migrateBroker(database).catch((error: unknown) => {
      prepared = undefined;
      throw error;
    });
    await prepared;
  };
  return {
    ready,
    transaction: async (work) => {
      await ready();
      return database.transaction({ schema: SCHEMA }, work);
    },
    append: async (session, batch) => {
      if (batch.some((record) => !counts.has(record.topic))) counts = await partitionCounts(session);
      return append(session, batch, counts, noSuchTopic);
    },
    count: async () => {
      counts = await partitionCounts(database);
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

async function lagOf(database: Database, group: string, topics: readonly string[]) {
  const { rows } = await database.query<{ topic: string; partition: number; end: number; committed: number }>(
    `select p.topic, p.partition, p.next_offset as "end", greatest(p.begin_offset, least(p.next_offset, coalesce(a.committed, p.begin_offset))) as committed
     from broker.partitions p left join broker.assignments a on a.group_name = $1 and a.topic = p.topic and a.partition = p.partition
     where p.topic = any($2::text[]) order by p.topic, p.partition`,
    [group, topics],
    "urgent",
  );
  return rows.map((row) => ({ ...row, lag: row.end - row.committed }));
}
