import { sql } from "kysely";
import { afterAll, describe, expect, test } from "@jest/globals";
import { partitionOf } from "../src/adapters/partitioner.ts";
import { postgresLog } from "../src/adapters/postgres-log/index.ts";
import { openDatabase, type Database } from "../src/index.ts";
import { postgresForTests } from "../../../scripts/postgres/server.ts";
import { placed, sales, stock } from "./support/shop.ts";
import { running, send, until } from "./support/world.ts";

const server = await postgresForTests();
const url = server?.url ?? "";
afterAll(async () => {
  await server?.close();
});

const opened = async (maxConnections: number, work: (database: Database) => Promise<void>): Promise<void> => {
  const database = await openDatabase({ url, maxConnections });
  try {
    await work(database);
  } finally {
    await database.close();
  }
};

(server === undefined ? describe.skip : describe)("a PostgreSQL server under a process", () => {
  test("that uses all its connections for long is not taken for one that is away", async () => {
    await opened(1, async (database) => {
      // Longer than the server may take to answer a new connection.
      const long = database.query("select pg_sleep(6)");
      const behind = database.query<{ one: number }>("select 1 as one");
      expect(database.usage).toEqual({ taken: 1, waiting: 1 });
      expect((await behind).rows).toEqual([{ one: 1 }]);
      await long;
      expect(database.usage).toEqual({ taken: 0, waiting: 0 });
    });
  });

  test("lets people go first when all its connections are taken", async () => {
    await opened(1, async (database) => {
      const came: string[] = [];
      const held = database.query("select pg_sleep(0.2)");
      const usual = database.query("select 1").then(() => came.push("usual"));
      const urgent = database.query("select 1", [], "urgent").then(() => came.push("urgent"));
      await Promise.all([held, usual, urgent]);
      expect(came).toEqual(["urgent", "usual"]);
    });
  });

  (server?.control === undefined ? test.skip : test)(
    "that froze in the middle of a transaction fails it in time, and the next one goes on with another connection",
    async () => {
      await opened(2, async (database) => {
        const { promise: pid, resolve } = Promise.withResolvers<number>();
        const frozen = database.transaction({ schema: "public", timeoutMs: 500 }, async (session) => {
          resolve((await session.query<{ pid: number }>("select pg_backend_pid() as pid")).rows[0]?.pid ?? 0);
          // Only the one process of the server that serves this connection hangs, as a dead line would look.
          process.kill(await pid, "SIGSTOP");
          await session.query("select 1");
        });
        try {
          await expect(frozen).rejects.toMatchObject({ code: "database-unavailable" });
          expect((await database.query<{ one: number }>("select 1 as one")).rows).toEqual([{ one: 1 }]);
        } finally {
          process.kill(await pid, "SIGCONT");
        }
      });
    },
  );

  test("on which handlers of two partitions deadlock settles both in their order, and costs no attempt", async () => {
    await opened(8, async (database) => {
      const transport = postgresLog({ database, pollMs: 20 });
      const attempts = new Set<number>();
      const handled: string[] = [];
      const [a, b] = [idIn(0, "a"), idIn(0, "b")];
      const [c, d] = [idIn(1, "c"), idIn(1, "d")];
      // The first event of each partition takes one lock and its second the other, crosswise.
      const locks = new Map([a, b, c, d].map((id, index) => [id, [1, 2, 2, 1][index]]));
      const firsts = new Set<string>();
      const met = Promise.withResolvers<void>();
      const listener = stock(async ({ data: { id } }, { db, attempt }) => {
        attempts.add(attempt);
        await sql`select pg_advisory_xact_lock(${locks.get(id)})`.execute(db);
        if (id === a || id === c) firsts.add(id);
        if (firsts.size === 2) met.resolve();
        await met.promise;
        handled.push(id);
        return [];
      });
      const runtime = await running({ database, transport, services: [sales(), listener] });
      try {
        await send(runtime, "sales", ...[a, b, c, d].map((id) => placed(id)));
        const lag = async () => (await runtime.service("stock").lag()).reduce((sum, one) => sum + one.lag, 0);
        await until(async () => new Set(handled).size === 4 && (await lag()) === 0, "all four", 30_000);
        expect(await runtime.service("stock").parked()).toEqual([]);
        expect([...attempts]).toEqual([1]);
      } finally {
        await runtime.stop(3_000);
        await transport.close(1_000);
      }
    });
  });
});

/** A key that lies in that one of three partitions. */
function idIn(partition: number, name: string): string {
  for (let number = 0; ; number += 1) {
    const id = `${name}-${number}`;
    if (partitionOf(Buffer.from(id), 3) === partition) return id;
  }
}
