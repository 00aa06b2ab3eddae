import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { memoryTransport } from "../src/adapters/memory/index.ts";
import { postgresLog } from "../src/adapters/postgres-log/index.ts";
import { openDatabase, systemClock } from "../src/index.ts";
import type { Database, Runtime } from "../src/index.ts";
import { judge, witnesses } from "./support/effects.ts";
import { wipe } from "./support/embedded.ts";
import { postgresForTests } from "../../../scripts/postgres/server.ts";
import { bytesOf, job, placed, sales, stock } from "./support/shop.ts";
import { rowsOf, running, send, until } from "./support/world.ts";

const server = await postgresForTests();
const cleanups: (() => Promise<unknown>)[] = [];
let observer: Database;
beforeEach(async () => {
  observer = await openDatabase({ url: server?.url ?? "", maxConnections: 5 });
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await wipe(observer);
  await observer.close();
});
afterAll(async () => {
  await server?.close();
});

/** A member with a pool and a transport of its own, as a process has them. */
async function member(services = witnesses(), log = false): Promise<{ runtime: Runtime; database: Database }> {
  const database = await openDatabase({ url: server?.url ?? "", maxConnections: 12 });
  const transport = postgresLog({ database, sessionMs: 1_000, pollMs: 20 });
  const runtime = await running({ database, transport, services, settings: { leaseMs: 1_000 }, log });
  cleanups.push(async () => {
    await runtime.stop(3_000);
    await transport.close(1_000);
    await database.close();
  });
  return { runtime, database };
}

const settled = async (expected: number): Promise<boolean> => {
  const counts = await Promise.all(
    ["stock", "audit", "sales"].map((schema) => rowsOf(observer, schema, "select count(*)::int as n from effects")),
  );
  return counts.reduce((sum, [row]) => sum + Number(row?.["n"]), 0) >= expected;
};

(server === undefined ? describe.skip : describe)("on a PostgreSQL server", () => {
  test("two members under concurrent load: nothing lost, doubled or out of order", async () => {
    const members = [await member(), await member()];
    const load = async ({ runtime }: { runtime: Runtime }, offset: number): Promise<void> => {
      for (let round = 0; round < 25; round += 1) {
        await Promise.all(
          Array.from({ length: 8 }, (_, index) =>
            send(runtime, "sales", placed(`k${(index + offset) % 5}`), placed(`k${(index * 3 + round) % 5}`)),
          ),
        );
      }
    };
    await Promise.all(members.map(load));
    // 800 orders: stock hears them and answers each; audit hears both, sales the answers.
    await until(() => settled(800 * 4), "all effects", 60_000);
    expect(await judge(observer)).toMatchObject({
      valid: true,
      anomalies: [],
      sent: 1_600,
      effects: 3_200,
      consumers: 3,
    });
  });

  test("rows that commit late, behind a long transaction, keep the order of their key and hold up no other", async () => {
    const { runtime, database } = await member([sales()]);
    const gate = Promise.withResolvers<void>();
    const late = runtime
      .service("sales")
      .transact({}, async () => ({ events: [placed("late")], result: gate.promise }))
      .catch(() => undefined);
    const begun = Promise.withResolvers<void>();
    const slow = database.transaction({ schema: "sales" }, async (session) => {
      await session.query("insert into sequences values ('sales-events', 'slow', 5)");
      begun.resolve();
      await gate.promise;
    });
    await begun.promise;
    const second = send(runtime, "sales", placed("slow"));
    await send(runtime, "sales", placed("quick"));
    const sequencesOf = async (key: string) =>
      (
        await rowsOf(
          observer,
          "broker",
          `select (convert_from(value, 'UTF8')::json ->> 'sequence')::int as s from records where convert_from(key, 'UTF8') = '${key}' order by "offset"`,
        )
      ).map((row) => row["s"]);
    await until(async () => (await sequencesOf("quick")).length === 1);
    expect(await sequencesOf("slow")).toEqual([]);
    gate.resolve();
    await Promise.all([slow, second, late]);
    await until(async () => (await sequencesOf("slow")).length === 1);
    expect(await sequencesOf("slow")).toEqual([6]);
  });

  test("copies of one event in two partitions, handled at the same moment, have one effect", async () => {
    const database = await openDatabase({ url: server?.url ?? "", maxConnections: 12 });
    const transport = memoryTransport();
    const both = Promise.withResolvers<void>();
    let calls = 0;
    const migrations = new URL("./support/effects/", import.meta.url);
    const runtime = await running({
      database,
      transport,
      services: [
        stock(
          async (event, { db }) => {
            if ((calls += 1) === 2) both.resolve();
            await both.promise;
            await sql`insert into effects (key, sequence, event_id) values ('a', ${event.sequence}, ${event.eventId})`.execute(
              db,
            );
            return [];
          },
          { migrations },
        ),
      ],
    });
    cleanups.push(async () => {
      await runtime.stop(3_000);
      await transport.close(1_000);
      await database.close();
    });
    for (const partition of [0, 1])
      transport.inject({ topic: "sales-events", partition, key: Buffer.from("a"), value: bytesOf("Placed", "a", 1) });
    await until(async () => (await runtime.service("stock").lag()).every(({ lag }) => lag === 0));
    expect(calls).toBe(2);
    expect(await rowsOf(observer, "stock", "select event_id from effects")).toEqual([{ event_id: "Placed-a-1" }]);
    expect(await runtime.service("stock").deadLetters.depth()).toBe(0);
  });

  test("a job runs on one member at a time", async () => {
    let running = 0;
    let most = 0;
    const sweeping = job("sweep", 50, async () => {
      most = Math.max(most, (running += 1));
      await systemClock.sleep(20);
      running -= 1;
      return [];
    });
    await Promise.all([
      member([sales(() => [], { jobs: [sweeping] })]),
      member([sales(() => [], { jobs: [sweeping] })]),
    ]);
    await until(
      async () => (await rowsOf(observer, "sales", "select 1 from jobs where ran_at is not null")).length === 1,
    );
    await systemClock.sleep(400);
    expect(most).toBe(1);
  });

  test("a frozen handler's transaction is ended by the server, and the partition goes on elsewhere", async () => {
    const hung = Promise.withResolvers<[]>();
    let calls = 0;
    const { runtime } = await member([
      sales(),
      stock(() => ((calls += 1) === 1 ? hung.promise : []), {
        policies: { "Placed.v1": { timeoutMs: 300, attemptsAtMs: [0, 100] } },
      }),
    ]);
    await send(runtime, "sales", placed("a"));
    await until(
      async () => calls === 2 && (await runtime.service("stock").parked()).length === 0,
      "the second attempt",
    );
    expect(await runtime.service("stock").deadLetters.depth()).toBe(0);
    hung.resolve([]);
  });

  (server?.control === undefined ? test.skip : test)(
    "the server stopped and started under load: work goes on by itself, nothing is lost",
    async () => {
      const { runtime } = await member();
      let accepted = 0;
      const order = (index: number) =>
        send(runtime, "sales", placed(`k${index % 5}`))
          .then(() => (accepted += 1))
          .catch(() => undefined);
      for (let index = 0; index < 30; index += 1) await order(index);
      await server?.control?.stop();
      expect((await runtime.health()).ready).toBe(false);
      await server?.control?.start();
      for (let index = 0; index < 30; index += 1) await order(index);
      await until(async () => (await runtime.health()).ready && settled(accepted * 4), "all effects", 60_000);
      expect(accepted).toBeGreaterThanOrEqual(59);
      expect(await judge(observer)).toMatchObject({ valid: true, anomalies: [] });
    },
  );
});
