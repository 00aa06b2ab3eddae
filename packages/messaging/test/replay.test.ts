import { describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { eventStore } from "../src/index.ts";
import { bench, until } from "./support/bench.ts";
import { placed, reserved, sales, stock } from "./support/shop.ts";
import { rowsOf, send } from "./support/world.ts";

const bed = bench();

describe("replay, where others fell", () => {
  test("is silent: nothing is sent, live offsets, inbox and dead letters stay untouched", async () => {
    const flags: boolean[] = [];
    const { runtime, transport } = await bed.run([
      sales(),
      stock((event, { replay }) => (flags.push(replay), [reserved(event.data.id)])),
    ]);
    await send(runtime, "sales", placed("a"), placed("b"), placed("a"));
    await until(() => transport.records("stock-events").length === 3);
    await until(async () => (await runtime.service("stock").lag()).every(({ lag }) => lag === 0));
    const before = [
      await runtime.service("stock").lag(),
      await rowsOf(bed.database, "stock", "select * from taken order by id"),
      await rowsOf(bed.database, "stock", "select * from heard order by key"),
    ];
    const report = await runtime.service("stock").replay({ topic: "sales-events" });
    const after = [
      await runtime.service("stock").lag(),
      await rowsOf(bed.database, "stock", "select * from taken order by id"),
      await rowsOf(bed.database, "stock", "select * from heard order by key"),
    ];
    expect(report).toEqual({ read: 3, handled: 3, ignored: 0, unreadable: 0 });
    expect(flags).toEqual([false, false, false, true, true, true]);
    expect(after).toEqual(before);
    expect(await rowsOf(bed.database, "stock", "select 1 from outbox union all select 1 from dead_letters")).toEqual(
      [],
    );
    expect(transport.records("stock-events")).toHaveLength(3);
  });

  test("a bounded range goes into a fresh projection, and the live one is not touched", async () => {
    const counting = stock(async (_, { db }) => {
      await sql`create table if not exists counted (n integer)`.execute(db);
      await sql`insert into counted values (1)`.execute(db);
      return [];
    });
    const { runtime, transport } = await bed.run([sales(), counting]);
    await send(runtime, "sales", placed("a"), placed("a"), placed("a"), placed("a"));
    await until(
      async () =>
        transport.records("sales-events").length === 4 &&
        (await runtime.service("stock").lag()).every(({ lag }) => lag === 0),
    );
    const partition = transport.records("sales-events")[0]?.partition ?? 0;
    expect(
      await runtime
        .service("stock")
        .replay({ topic: "sales-events", partition, from: 1, to: 3, schema: "stock_again" }),
    ).toMatchObject({ handled: 2 });
    expect(await rowsOf(bed.database, "stock_again", "select * from counted")).toHaveLength(2);
    expect(await rowsOf(bed.database, "stock", "select * from counted")).toHaveLength(4);
  });
});

type Change = { type: "Deposited" | "Withdrawn"; data: { amount: number } };
const balance = (state: number, event: Change): number =>
  state + (event.type === "Deposited" ? 1 : -1) * event.data.amount;
const deposited = (amount: number): Change => ({ type: "Deposited", data: { amount } });

describe("the event store", () => {
  test("time travel: the state at each version, and at moments between events", async () => {
    const { runtime, clock } = await bed.run([sales()]);
    const moments: Date[] = [];
    for (const [version, amount] of [10, 20, 30].entries()) {
      await runtime.service("sales").transact({}, async (context) => ({
        events: [],
        result: await eventStore<Change>(context).append("a", version, [deposited(amount)]),
      }));
      moments.push(clock.now());
      await clock.advance(1_000);
    }
    const fold = (asOf?: number | Date) =>
      runtime.service("sales").read((context) =>
        eventStore<Change>(context).fold("a", {
          initial: 0,
          evolve: balance,
          ...(asOf === undefined ? {} : { asOf }),
        }),
      );
    expect(await Promise.all([0, 1, 2, 3].map((version) => fold(version)))).toEqual([
      { state: 0, version: 0 },
      { state: 10, version: 1 },
      { state: 30, version: 2 },
      { state: 60, version: 3 },
    ]);
    expect(await Promise.all(moments.map((moment) => fold(new Date(moment.getTime() + 500))))).toMatchObject([
      { state: 10 },
      { state: 30 },
      { state: 60 },
    ]);
    expect(await fold(new Date((moments[0]?.getTime() ?? 0) - 1))).toEqual({ state: 0, version: 0 });
    expect(await fold()).toEqual({ state: 60, version: 3 });
  });

  test("somebody else was first: a conflict that leaves the transaction usable", async () => {
    const { runtime } = await bed.run([sales()]);
    const result = await runtime.service("sales").transact({}, async (context) => {
      const store = eventStore<Change>(context);
      await store.append("a", 0, [deposited(1)]);
      const conflict = await store.append("a", 0, [deposited(2)]).catch((error: unknown) => error);
      expect(conflict).toMatchObject({ code: "stream-conflict", retryable: true });
      return { events: [], result: await store.append("a", 1, [deposited(3), deposited(4)]) };
    });
    expect(result).toBe(3);
  });

  test("a snapshot shortens the way and changes no answer, also not about the past", async () => {
    const { runtime } = await bed.run([sales()]);
    const options = { initial: 0, evolve: balance, snapshot: { name: "balance-1", every: 3 } };
    await runtime.service("sales").transact({}, async (context) => {
      const store = eventStore<Change>(context);
      await store.append("a", 0, [1, 2, 3, 4].map(deposited));
      await store.fold("a", options);
      await store.append("a", 4, [deposited(5)]);
      return { events: [], result: undefined };
    });
    expect(await rowsOf(bed.database, "sales", "select version from stream_snapshots")).toEqual([{ version: 4 }]);
    const fold = (asOf?: number) =>
      runtime
        .service("sales")
        .read((context) =>
          eventStore<Change>(context).fold("a", { ...options, ...(asOf === undefined ? {} : { asOf }) }),
        );
    expect(await fold()).toEqual({ state: 15, version: 5 });
    expect(await fold(2)).toEqual({ state: 3, version: 2 });
  });
});
