import { describe, expect, test } from "@jest/globals";
import { memoryTransport, type MemoryTransport } from "../src/adapters/memory/index.ts";
import { virtualClock, type Subscriber } from "../src/index.ts";
import { bench, until } from "./support/bench.ts";
import { bytesOf, placed, sales, stock } from "./support/shop.ts";
import { send } from "./support/world.ts";

const bed = bench();

/** A broker whose first subscription of `group` is given records and never done with them: whatever the reason, it hangs. */
function hanging(memory: MemoryTransport, group: string): { transport: MemoryTransport; subscriptions: () => number } {
  let subscriptions = 0;
  const transport: MemoryTransport = {
    ...memory,
    subscribe: (options, subscriber) => {
      if (options.group !== group || (subscriptions += 1) > 1) return memory.subscribe(options, subscriber);
      return memory.subscribe(options, { ...subscriber, onRecords: () => new Promise(() => undefined) });
    },
  };
  return { transport, subscriptions: () => subscriptions };
}

describe("a partition with a backlog that stands still", () => {
  test("is named in health and metrics, and goes on after its group was joined again", async () => {
    const heard: string[] = [];
    const clock = virtualClock();
    const { transport, subscriptions } = hanging(memoryTransport({ clock }), "stock");
    const { runtime, advanceUntil } = await bed.run([sales(), stock((event) => (heard.push(event.data.id), []))], {
      clock,
      transport,
      settings: { stallMs: 4_000 },
    });
    await send(runtime, "sales", placed("a"));
    const problems = async (): Promise<string> => (await runtime.health()).problems.join(" ");
    await advanceUntil(async () => (await problems()).includes("stock has not moved on sales-events/"));
    expect(await runtime.registry.metrics()).toMatch(
      /eventpact_partition_stalled_seconds\{service="stock",topic="sales-events",partition="\d"\} [4-9]/,
    );
    expect(heard).toEqual([]);
    await advanceUntil(() => heard.length === 1);
    expect(subscriptions()).toBe(2);
    await advanceUntil(async () => (await problems()) === "");
  });

  test("is left alone while it moves, however slowly, and while nothing waits in it", async () => {
    const clock = virtualClock();
    const memory = memoryTransport({ clock });
    let subscriptions = 0;
    let looks = 0;
    const transport: MemoryTransport = {
      ...memory,
      subscribe: (options, subscriber) => ((subscriptions += 1), memory.subscribe(options, subscriber)),
      lag: async (_, [topic = ""]) => {
        looks += 1;
        return [
          { topic, partition: 0, committed: Math.floor(looks / 3), end: 500, lag: 500 - Math.floor(looks / 3) },
          { topic, partition: 1, committed: 7, end: 7, lag: 0 },
        ];
      },
    };
    const { runtime, advanceUntil } = await bed.run([stock(() => [])], {
      clock,
      transport,
      settings: { stallMs: 4_000 },
    });
    await advanceUntil(() => looks > 30);
    expect(subscriptions).toBe(1);
    expect((await runtime.health()).problems).toEqual([]);
  });
});

test("a partition that is taken away while it is being taken over leaves no owner behind", async () => {
  const heard: string[] = [];
  const clock = virtualClock();
  const memory = memoryTransport({ clock });
  const gates: (() => void)[] = [];
  const told = Promise.withResolvers<Subscriber>();
  const { runtime } = await bed.run([stock((event) => (heard.push(event.data.id), []))], {
    clock,
    transport: {
      ...memory,
      // Taking over begins with this question; its answers come when, and in the order in which, the test lets them.
      bounds: async (topic) => {
        await new Promise<void>((open) => gates.push(open));
        return memory.bounds(topic);
      },
      subscribe: async (_, subscriber) => {
        told.resolve(subscriber);
        return { commit: async () => "committed", close: async () => undefined };
      },
    },
  });
  const subscriber = await told.promise;
  const place = { topic: "sales-events", partition: 0 };
  const first = subscriber.onAssign(place, 1);
  await until(() => gates.length === 1);
  await subscriber.onRevoke(place, 1, true);
  const second = subscriber.onAssign(place, 2);
  await until(() => gates.length === 2);
  for (const open of gates.toReversed()) open();
  await Promise.all([first, second]);
  expect(runtime.status().services[0]?.lanes).toMatchObject([{ ...place, epoch: 2, ended: false }]);
  const record = memory.inject({ ...place, key: Buffer.from("a"), value: bytesOf("Placed", "a", 1) });
  await expect(subscriber.onRecords(place, 1, [record])).rejects.toMatchObject({ code: "fenced" });
  expect(heard).toEqual([]);
  await subscriber.onRecords(place, 2, [record]);
  expect(heard).toEqual(["a"]);
});
