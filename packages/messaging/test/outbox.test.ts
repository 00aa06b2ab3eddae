import { describe, expect, test } from "@jest/globals";
import { memoryTransport, type MemoryTransport } from "../src/adapters/memory/index.ts";
import { MessagingError, virtualClock } from "../src/index.ts";
import { bench, stuckAt, until } from "./support/bench.ts";
import { audit, bytesOf, placed, sales } from "./support/shop.ts";
import { rowsOf, send } from "./support/world.ts";

const bed = bench();
const text = (value: Uint8Array | null) =>
  JSON.parse(new TextDecoder().decode(value ?? new Uint8Array())) as {
    sequence: number;
    data: { id: string };
    eventId: string;
  };
const sequences = (records: readonly { value: Uint8Array | null }[], key: string) =>
  records
    .map((record) => text(record.value))
    .filter((one) => one.data.id === key)
    .map((one) => one.sequence);

/** What time does to the leases of a dead process. */
const endLeases = async () => {
  await rowsOf(bed.database, "sales", "delete from relay_leases");
  await rowsOf(bed.database, "sales", "delete from relay_members");
};

describe("the outbox, where others fell", () => {
  test("a crash between commit and publish loses nothing: the next process sends", async () => {
    const stuck = stuckAt("relay.before_send", "sales");
    const first = await bed.run([sales()], { failpoints: stuck.failpoints });
    await send(first.runtime, "sales", placed("a"), placed("b"));
    await stuck.reached;
    first.crash();
    expect(first.transport.records("sales-events")).toHaveLength(0);
    await endLeases();
    const second = await bed.run([sales()], { transport: first.transport });
    await second.advanceUntil(() => second.transport.records("sales-events").length === 2);
    await second.advanceUntil(async () => (await rowsOf(bed.database, "sales", "select 1 from outbox")).length === 0);
    stuck.release();
  });

  test("a crash after publish before the mark sends twice, and the consumer's effect happens once", async () => {
    const heard: string[] = [];
    const stuck = stuckAt("relay.after_send", "sales");
    const listener = audit((event) => (heard.push(event.eventId), []));
    const first = await bed.run([sales(), listener], { failpoints: stuck.failpoints });
    await send(first.runtime, "sales", placed("a"));
    await stuck.reached;
    await until(() => heard.length === 1);
    await endLeases();
    const second = await bed.run([sales()], { transport: first.transport });
    await second.advanceUntil(() => second.transport.records("sales-events").length === 2);
    await until(async () => (await first.runtime.service("audit").lag()).every(({ lag }) => lag === 0));
    expect(heard).toHaveLength(1);
    stuck.release();
  });

  test("a failed row is never overtaken by its successors; other keys go on", async () => {
    const { runtime, transport, advanceUntil } = await bed.run([sales()]);
    transport.refuse("a", new MessagingError("broker-unavailable", "not now"));
    await send(runtime, "sales", placed("a"), placed("b"), placed("a"));
    await until(() => sequences(transport.records("sales-events"), "b").length === 1);
    await send(runtime, "sales", placed("a"), placed("b"));
    await advanceUntil(() => sequences(transport.records("sales-events"), "b").length === 2);
    expect(sequences(transport.records("sales-events"), "a")).toEqual([]);
    transport.refuse("a", undefined);
    await advanceUntil(() => sequences(transport.records("sales-events"), "a").length === 3);
    expect(sequences(transport.records("sales-events"), "a")).toEqual([1, 2, 3]);
  });

  test("two relays share the buckets, so one key is never in flight twice", async () => {
    const one = await bed.run([sales()]);
    const two = await bed.run([sales()], { transport: one.transport, clock: one.clock });
    for (let number = 0; number < 6; number += 1) {
      await Promise.all([
        send(one.runtime, "sales", placed("a"), placed("b")),
        send(two.runtime, "sales", placed("c"), placed("a")),
      ]);
    }
    await one.advanceUntil(() => one.transport.records("sales-events").length >= 24);
    for (const [key, count] of [
      ["a", 12],
      ["b", 6],
      ["c", 6],
    ] as const) {
      expect(sequences(one.transport.records("sales-events"), key)).toEqual(
        Array.from({ length: count }, (_, index) => index + 1),
      );
    }
  });

  test("clocks of writers an hour apart do not reorder a key", async () => {
    const early = await bed.run([sales()]);
    const late = await bed.run([sales()], {
      transport: early.transport,
      clock: virtualClock(Date.UTC(2026, 0, 15, 11, 30)),
    });
    await send(late.runtime, "sales", placed("a"));
    await send(early.runtime, "sales", placed("a"));
    await send(late.runtime, "sales", placed("a"));
    await until(async () => {
      await early.clock.advance(100);
      await late.clock.advance(100);
      return early.transport.records("sales-events").length === 3;
    });
    expect(sequences(early.transport.records("sales-events"), "a")).toEqual([1, 2, 3]);
  });

  test("what is sent is dated by the runtime's clock, for brokers that go by the sender's", async () => {
    const clock = virtualClock();
    const memory = memoryTransport({ clock });
    const dates: (number | undefined)[] = [];
    const transport: MemoryTransport = {
      ...memory,
      send: (batch) => {
        dates.push(...batch.map(({ timestamp }) => timestamp));
        return memory.send(batch);
      },
    };
    const { runtime } = await bed.run([sales()], { transport, clock });
    await send(runtime, "sales", placed("a"), placed("b"));
    await until(() => dates.length === 2);
    expect(dates).toEqual([clock.now().getTime(), clock.now().getTime()]);
  });

  test("sent rows do not grow for ever", async () => {
    const { runtime, transport } = await bed.run([sales()]);
    for (let round = 0; round < 5; round += 1)
      await send(runtime, "sales", ...Array.from({ length: 20 }, (_, index) => placed(`k${index}`)));
    await until(() => transport.records("sales-events").length === 100);
    await until(async () => (await rowsOf(bed.database, "sales", "select 1 from outbox")).length === 0);
  });

  test.each([
    ["too large", () => ({ ...placed("a"), data: { id: "a", note: "x".repeat(900_000) } }), "event-too-large"],
    ["invalid", () => ({ ...placed("a"), data: { id: "a", quantity: -1 } }), "event-invalid"],
    ["of another service", () => ({ event: "Reserved.v1", key: "a", data: { id: "a" } }), "event-not-declared"],
    ["under another key than its data", () => ({ ...placed("a"), key: "b" }), "event-key-mismatch"],
    [
      "of a name that objects have by birth",
      () => ({ event: "__proto__", key: "a", data: { id: "a" } }),
      "event-not-declared",
    ],
  ])("a message %s is refused before the commit, and nothing of its transaction remains", async (_, event, code) => {
    const { runtime } = await bed.run([sales()]);
    await expect(send(runtime, "sales", placed("good"), event())).rejects.toMatchObject({ code });
    expect(await rowsOf(bed.database, "sales", "select 1 from outbox union all select 1 from sequences")).toEqual([]);
  });

  test("rows that commit late are sent, whatever was sent before them", async () => {
    const { runtime, transport, advanceUntil } = await bed.run([sales()]);
    await send(runtime, "sales", placed("b"));
    await until(() => transport.records("sales-events").length === 1);
    // A row with a lower id than everything sent, appearing afterwards, as a slow transaction's would.
    await bed.database.transaction({ schema: "sales" }, async (session) => {
      await session.query(
        `insert into outbox (id, bucket, topic, key, event, value, headers, created_at) overriding system value values (-5, 0, 'sales-events', 'late', 'Placed.v1', $1, '{}', now())`,
        [Buffer.from(bytesOf("Placed", "late", 1))],
      );
    });
    await advanceUntil(() => sequences(transport.records("sales-events"), "late").length === 1);
  });

  test("an outage of the broker keeps everything in the outbox, and order after it", async () => {
    const { runtime, transport, advanceUntil } = await bed.run([sales()]);
    transport.outage(true);
    for (let number = 0; number < 3; number += 1) await send(runtime, "sales", placed("a"));
    await advanceUntil(async () => (await rowsOf(bed.database, "sales", "select 1 from outbox")).length === 3);
    transport.outage(false);
    await advanceUntil(() => transport.records("sales-events").length === 3);
    expect(sequences(transport.records("sales-events"), "a")).toEqual([1, 2, 3]);
  });
});
