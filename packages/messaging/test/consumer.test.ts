import { describe, expect, test } from "@jest/globals";
import { checkHistory } from "../src/testing/index.ts";
import { bench, until } from "./support/bench.ts";
import { audit, bytesOf, job, placed, sales, stock } from "./support/shop.ts";
import { rowsOf, send } from "./support/world.ts";

const bed = bench();
const key = (text: string) => new TextEncoder().encode(text);
const lagOf = async (
  runtime: { service(name: string): { lag(): Promise<readonly { lag: number }[]> } },
  name: string,
) => (await runtime.service(name).lag()).reduce((sum, { lag }) => sum + lag, 0);

describe("the consumer, where others fell", () => {
  test.each([1, 2, 3, 4, 5])(
    "duplicates, revocations, losses and stale deliveries leave order and effects whole (seed %i)",
    async (seed) => {
      const effects: { consumer: string; key: string; sequence: number; eventId: string }[] = [];
      const listener = audit((event) => {
        effects.push({ consumer: "audit", key: event.data.id, sequence: event.sequence, eventId: event.eventId });
        return [];
      });
      const faults = { duplicate: 0.2, revoke: 0.2, lose: 0.5, stale: 0.2, refuse: 0.02 };
      const { runtime, transport, advanceUntil } = await bed.run([sales(), listener], {
        memory: { seed, faults },
        settings: { batchRecords: 7 },
      });
      for (let round = 0; round < 8; round += 1) {
        await send(runtime, "sales", ...Array.from({ length: 10 }, (_, index) => placed(`k${index % 5}`)));
      }
      // The marks of the inbox are the effects that were committed; the list above may hold undone ones.
      await advanceUntil(
        async () =>
          (await rowsOf(bed.database, "audit", "select 1 from taken")).length === 80 &&
          (await lagOf(runtime, "audit")) === 0,
      );
      const sent = new Map<string, { key: string; sequence: number; eventId: string }>();
      for (const { value } of transport.records("sales-events")) {
        const { eventId, sequence, data } = JSON.parse(new TextDecoder().decode(value ?? new Uint8Array())) as {
          eventId: string;
          sequence: number;
          data: { id: string };
        };
        sent.set(eventId, { eventId, sequence, key: data.id });
      }
      const heard = await rowsOf(bed.database, "audit", "select key, last from heard order by key");
      expect(heard).toEqual(["k0", "k1", "k2", "k3", "k4"].map((name) => ({ key: name, last: 16 })));
      const verdict = checkHistory({ sent: [...sent.values()], effects: lastOfEach(effects) });
      expect(verdict).toMatchObject({ valid: true, sent: 80, effects: 80 });
      expect(await runtime.service("audit").deadLetters.depth()).toBe(0);
    },
  );

  test("gaps in offsets are no gaps in order", async () => {
    const heard: number[] = [];
    const { runtime, transport } = await bed.run([sales(), stock((event) => (heard.push(event.sequence), []))]);
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", 1) });
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Cancelled", "a", 2) });
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", 3) });
    await until(() => heard.length === 2);
    expect(heard).toEqual([1, 3]);
    expect(await runtime.service("stock").parked()).toEqual([]);
  });

  test("a rebalance in mid-handler waits for the handler, commits, and releases: one effect", async () => {
    const gate = Promise.withResolvers<void>();
    const heard: string[] = [];
    const { runtime, transport } = await bed.run([
      sales(),
      stock(async (event) => {
        heard.push(event.data.id);
        await gate.promise;
        return [];
      }),
    ]);
    await send(runtime, "sales", placed("a"));
    await until(() => heard.length === 1);
    const partition = transport.records("sales-events")[0]?.partition ?? 0;
    const revoked = transport.revoke("stock", { topic: "sales-events", partition });
    gate.resolve();
    await revoked;
    await until(async () => (await lagOf(runtime, "stock")) === 0);
    expect(heard).toEqual(["a"]);
  });

  test("a zombie that lost its partition commits nothing: its transaction is fenced", async () => {
    const effects: string[] = [];
    const tried: string[] = [];
    const { runtime, transport } = await bed.run([sales(), stock((event) => (effects.push(event.data.id), []))], {
      failpoints: { hit: (point, { service }) => void (service === "stock" && tried.push(point)) },
    });
    const take = "update consumer_tokens set token = token + 1";
    await until(async () => (await rowsOf(bed.database, "stock", "select 1 from consumer_tokens")).length === 3);
    await rowsOf(bed.database, "stock", take);
    await send(runtime, "sales", placed("a"));
    await until(() => transport.records("sales-events").length === 1);
    await until(() => tried.includes("consumer.before_tx"));
    await rowsOf(bed.database, "stock", "select 1");
    expect(tried).not.toContain("consumer.after_tx");
    expect(effects).toEqual([]);
    expect(await rowsOf(bed.database, "stock", "select 1 from taken")).toEqual([]);
  });

  test("a slow handler holds up its own partition only", async () => {
    const gate = Promise.withResolvers<void>();
    const heard = new Set<string>();
    const { runtime, transport } = await bed.run(
      [
        stock(async (event) => {
          // On the embedded database transactions take turns, so the slow one must not hold one: it waits before it starts.
          heard.add(event.data.id);
          return [];
        }),
      ],
      {
        failpoints: {
          hit: (point, { events }) =>
            point === "consumer.before_tx" && events.includes("Placed.v2") ? gate.promise : undefined,
        },
      },
    );
    transport.inject({
      topic: "sales-events",
      partition: 0,
      key: key("slow"),
      value: bytesOf("Placed", "slow", 1, { version: 2 }),
    });
    transport.inject({ topic: "sales-events", partition: 1, key: key("b"), value: bytesOf("Placed", "b", 1) });
    await until(() => heard.has("b"));
    expect(heard.has("slow")).toBe(false);
    gate.resolve();
    await until(() => heard.has("slow"));
    expect(await runtime.service("stock").deadLetters.depth()).toBe(0);
  });

  test("a hung handler is given up at its timeout, counts as an attempt, and can touch nothing afterwards", async () => {
    let late: unknown;
    let resume: (() => void) | undefined;
    const { runtime, advanceUntil } = await bed.run([
      sales(),
      stock(
        async (event, { db, attempt, signal }) => {
          if (event.data.id !== "hangs" || attempt > 1) return [];
          await new Promise<void>((resolve) => (resume = resolve));
          expect(signal.aborted).toBe(true);
          late = await db
            .selectFrom("taken")
            .selectAll()
            .execute()
            .catch((error: unknown) => error);
          return [];
        },
        { policies: { "Placed.v1": { timeoutMs: 2_000, attemptsAtMs: [0, 1_000] } } },
      ),
    ]);
    await send(runtime, "sales", placed("hangs"), placed("fine"));
    await until(() => resume !== undefined);
    await advanceUntil(() => false, 500, 3_000).catch(() => undefined);
    resume?.();
    await until(() => late !== undefined);
    expect(late).toMatchObject({ code: "transaction-closed" });
    await advanceUntil(
      async () => (await runtime.service("stock").parked()).length === 0 && (await lagOf(runtime, "stock")) === 0,
    );
    expect(await runtime.service("stock").deadLetters.depth()).toBe(0);
  });

  test("stopping drains: what runs is finished and committed, nothing is done twice afterwards", async () => {
    const heard: string[] = [];
    const listener = () => stock((event) => (heard.push(event.eventId), []));
    const first = await bed.run([sales(), listener()], { settings: { batchRecords: 3 } });
    await send(first.runtime, "sales", ...Array.from({ length: 50 }, (_, index) => placed(`k${index}`)));
    await until(() => heard.length > 5);
    expect(await first.runtime.stop(60_000)).toEqual({ drained: true });
    const second = await bed.run([listener()], { transport: first.transport });
    await until(async () => (await lagOf(second.runtime, "stock")) === 0);
    expect(heard).toHaveLength(50);
    expect(new Set(heard).size).toBe(50);
  });

  test("records removed before they were read are reported, never skipped in silence", async () => {
    const first = await bed.run([sales(), stock(() => [])]);
    await send(first.runtime, "sales", placed("a"));
    await until(
      async () => (await lagOf(first.runtime, "stock")) === 0 && first.transport.records("sales-events").length === 1,
    );
    const { partition } = first.transport.records("sales-events")[0]!;
    await first.runtime.stop(5_000);
    for (const number of [2, 3, 4])
      first.transport.inject({
        topic: "sales-events",
        partition,
        key: key("a"),
        value: bytesOf("Placed", "a", number),
      });
    first.transport.trim({ topic: "sales-events", partition }, 3);
    const second = await bed.run([stock(() => [])], { transport: first.transport });
    await until(async () => (await lagOf(second.runtime, "stock")) === 0);
    expect(await second.runtime.registry.getSingleMetricAsString("eventpact_records_lost_total")).toContain(
      '{service="stock",topic="sales-events"} 2',
    );
  });

  test("adding partitions moves keys without breaking their order", async () => {
    const heard: string[] = [];
    const { runtime, transport, advanceUntil } = await bed.run([
      sales(),
      stock((event) => (heard.push(`${event.data.id}:${event.sequence}`), [])),
    ]);
    const names = Array.from({ length: 12 }, (_, index) => `k${index}`);
    await send(runtime, "sales", ...names.map((name) => placed(name)));
    await transport.ensureTopics([{ name: "sales-events", partitions: 7 }]);
    await send(runtime, "sales", ...names.map((name) => placed(name)));
    await advanceUntil(() => heard.length === 24);
    for (const name of names)
      expect(heard.filter((one) => one.startsWith(`${name}:`))).toEqual([`${name}:1`, `${name}:2`]);
  });

  test("headers from outside steer neither routing nor attempts nor identity", async () => {
    const seen: { attempt: number; eventId: string }[] = [];
    const { runtime, transport } = await bed.run([
      stock((event, { attempt }) => (seen.push({ attempt, eventId: event.eventId }), [])),
    ]);
    const headers = {
      ce_id: "forged",
      ce_type: "Cancelled.v1",
      "dead-letter-attempts": "99",
      attempt: "5",
      traceparent: "not a traceparent",
    };
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", 1), headers });
    await until(() => seen.length === 1);
    expect(seen).toEqual([{ attempt: 1, eventId: "Placed-a-1" }]);
    expect(await runtime.service("stock").deadLetters.depth()).toBe(0);
  });

  test("a job runs one instance at a time over all processes, and its events are sent", async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const work = job("sweep", 1_000, async ({ newId }) => {
      most = Math.max(most, (running += 1));
      runs += 1;
      await Promise.resolve();
      running -= 1;
      return [placed(newId())];
    });
    const one = await bed.run([sales(() => [], { jobs: [work] })]);
    const two = await bed.run([sales(() => [], { jobs: [work] })], { transport: one.transport, clock: one.clock });
    await two.advanceUntil(() => one.transport.records("sales-events").length === 3);
    expect(most).toBe(1);
    expect(runs).toBeLessThanOrEqual(4);
  });

  test("metrics name outcomes, lag and depth; a label never comes from outside", async () => {
    const { runtime, transport } = await bed.run([sales(), stock(() => [])]);
    await send(runtime, "sales", placed("a"));
    transport.inject({ topic: "sales-events", key: key("b"), value: bytesOf("Made\nUp", "b", 1) });
    await until(
      async () => (await runtime.service("stock").deadLetters.depth()) === 1 && (await lagOf(runtime, "stock")) === 0,
    );
    const text = await runtime.registry.metrics();
    expect(text).toContain('eventpact_events_processed_total{service="stock",event="Placed.v1",outcome="handled"} 1');
    expect(text).toContain('eventpact_events_processed_total{service="stock",event="unknown",outcome="dead"} 1');
    expect(text).toContain('eventpact_dead_letters{service="stock"} 1');
    expect(text).toMatch(/eventpact_consumer_lag\{service="stock",topic="sales-events",partition="0"\} 0/);
    expect(text).not.toContain("Made");
  });
});

/** Handlers whose transaction was undone ran again: of each event, only the last run counts. */
function lastOfEach<T extends { readonly eventId: string }>(effects: readonly T[]): T[] {
  const last = new Map(effects.map((effect, index) => [effect.eventId, index]));
  return effects.filter((effect, index) => last.get(effect.eventId) === index);
}
