import { describe, expect, test } from "@jest/globals";
import { MessagingError, wait } from "../src/index.ts";
import { bench, stuckAt, until } from "./support/bench.ts";
import { audit, bytesOf, cancelled, placed, reserved, sales, stock } from "./support/shop.ts";
import { rowsOf, send } from "./support/world.ts";

const bed = bench();
const key = (text: string) => new TextEncoder().encode(text);

describe("retry, where others fell", () => {
  test("attempts at 0, 1, 3, 7 and 15 s, never early, then the dead letters exactly once", async () => {
    const at: number[] = [];
    const attempts: number[] = [];
    const { runtime, clock, advanceUntil, transport } = await bed.run(
      [
        sales(),
        stock((_, context) => {
          at.push(clock.now().getTime());
          attempts.push(context.attempt);
          throw new Error("no such luck");
        }),
      ],
      { settings: { jitter: 0.1 } },
    );
    await send(runtime, "sales", placed("a"));
    await advanceUntil(async () => (await runtime.service("stock").deadLetters.depth()) === 1, 100);
    const seconds = at.map((time) => (time - (at[0] ?? 0)) / 1_000);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    [0, 1, 3, 7, 15].forEach((due, index) => {
      const slack = 0.15 * due + 1.2;
      expect(seconds[index]).toBeGreaterThanOrEqual(due);
      expect(seconds[index]).toBeLessThan(due + slack);
    });
    const [letter, ...more] = await runtime.service("stock").deadLetters.list();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      code: "handler-failed",
      attempts: 5,
      event: "Placed.v1",
      group: "stock",
      topic: "sales-events",
      status: "open",
    });
    expect(letter?.message).toContain("no such luck");
    expect(letter?.stack).toContain("retry.test");
    await until(() => transport.records("sales-events.stock.dlq").length === 1);
    expect(transport.records("sales-events.stock.dlq")[0]?.headers).toMatchObject({
      "dead-letter-code": "handler-failed",
      "dead-letter-attempts": "5",
    });
  });

  test("what waited behind a failed event has attempts of its own, and none of them early", async () => {
    const tries = new Map<number, number[]>();
    const { runtime, clock, advanceUntil } = await bed.run([
      sales(),
      stock((event, { attempt }) => {
        const at = tries.get(event.sequence) ?? [];
        tries.set(event.sequence, [...at, clock.now().getTime()]);
        if (attempt < 3) throw new Error("not yet");
        return [];
      }),
    ]);
    await send(runtime, "sales", ...Array.from({ length: 4 }, () => placed("a")));
    await advanceUntil(() => tries.get(4)?.length === 3, 100);
    for (const at of tries.values()) {
      expect(at).toHaveLength(3);
      const [first = 0, second = 0, third = 0] = at;
      expect(second - first).toBeGreaterThanOrEqual(1_000);
      expect(third - second).toBeGreaterThanOrEqual(2_000);
    }
  });

  test("one bad key does not hold up its partition, and its own events wait in order", async () => {
    let broken = true;
    const heard: string[] = [];
    const { runtime, advanceUntil } = await bed.run([
      sales(),
      stock((event) => {
        if (event.data.id === "bad" && broken) throw new Error("not yet");
        heard.push(`${event.data.id}${event.sequence}`);
        return [];
      }),
    ]);
    const others = Array.from({ length: 10 }, (_, index) => placed(`k${index}`));
    await send(runtime, "sales", placed("bad"), ...others, placed("bad"), placed("bad"));
    await until(() => heard.length === 10);
    expect((await runtime.service("stock").parked()).map(({ why }) => why)).toEqual(["retry", "behind", "behind"]);
    broken = false;
    await advanceUntil(() => heard.length === 13);
    expect(heard.slice(10)).toEqual(["bad1", "bad2", "bad3"]);
  });

  test("the count of attempts survives restarts and is not multiplied by them", async () => {
    const attempts: number[] = [];
    const failing = () =>
      stock((_, context) => {
        attempts.push(context.attempt);
        throw new Error("no");
      });
    let world = await bed.run([sales(), failing()]);
    const { clock, transport } = world;
    await send(world.runtime, "sales", placed("a"));
    await until(async () => (await world.runtime.service("stock").parked()).length === 1);
    for (let restart = 0; restart < 2; restart += 1) {
      await world.runtime.stop(5_000);
      world = await bed.run([sales(), failing()], { clock, transport });
      await world.advanceUntil(() => attempts.length === restart + 2);
    }
    await world.advanceUntil(async () => (await world.runtime.service("stock").deadLetters.depth()) === 1);
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
  });

  test("an error that says it cannot be retried goes to the dead letters at once", async () => {
    let runs = 0;
    const { runtime } = await bed.run([
      sales(),
      stock(() => {
        runs += 1;
        throw Object.assign(new Error("never"), { retryable: false });
      }),
    ]);
    await send(runtime, "sales", placed("a"));
    await until(async () => (await runtime.service("stock").deadLetters.depth()) === 1);
    expect(runs).toBe(1);
  });

  test("a policy of its own for an event counts instead of the default", async () => {
    let runs = 0;
    const failing = stock(
      () => {
        runs += 1;
        throw new Error("no");
      },
      { policies: { "Placed.v1": { attemptsAtMs: [0, 200] } } },
    );
    const { runtime, advanceUntil } = await bed.run([sales(), failing]);
    await send(runtime, "sales", placed("a"));
    await advanceUntil(async () => (await runtime.service("stock").deadLetters.depth()) === 1);
    expect(runs).toBe(2);
  });

  const nested = `{"eventId":"x","eventType":"Placed","version":1,"sequence":1,"data":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
  test("bytes of every bad kind become dead letters with the raw bytes, and the next offset goes on", async () => {
    const bad: [string, Uint8Array | null, string][] = [
      ["undecodable", new Uint8Array([0xff, 0xfe, 0x00]), "message-unreadable"],
      ["null", null, "message-unreadable"],
      ["empty", new Uint8Array(), "message-unreadable"],
      ["unknown type", bytesOf("Exploded", "a", 1), "unknown-type"],
      ["version below all known", bytesOf("Placed", "a", 1, { version: 0 }), "unknown-version"],
      ["enormous nesting", key(nested), "message-unreadable"],
      ["__proto__", key('{"__proto__":{"eventType":"Placed"},"constructor":1}'), "message-unreadable"],
      ["NUL in a name", bytesOf("Pla\u0000ced", "a", 1), "unknown-type"],
      ["invalid data", bytesOf("Placed", "a", 1, { data: { id: "a", quantity: -4 } }), "message-invalid"],
      ["wrong topic", bytesOf("Reserved", "a", 1), "message-invalid"],
      ["wrong key", bytesOf("Placed", "b", 1), "message-invalid"],
    ];
    const heard: string[] = [];
    const { runtime, transport } = await bed.run([sales(), stock((event) => (heard.push(event.data.id), []))]);
    for (const [, value] of bad)
      transport.inject({ topic: "sales-events", key: key("a"), value, partition: 1, headers: { stray: "nul\u0000" } });
    transport.inject({
      topic: "sales-events",
      key: new Uint8Array(5_000),
      value: bytesOf("Placed", "a", 1),
      partition: 1,
    });
    transport.inject({ topic: "sales-events", key: null, value: bytesOf("Placed", "a", 1), partition: 1 });
    transport.inject({ topic: "sales-events", key: key("good"), value: bytesOf("Placed", "good", 1), partition: 1 });
    await until(() => heard.length === 1);
    expect(heard).toEqual(["good"]);
    const letters = (await runtime.service("stock").deadLetters.list()).toSorted((a, b) => a.offset - b.offset);
    expect(letters.slice(0, bad.length).map(({ code }) => code)).toEqual(bad.map(([, , code]) => code));
    letters.slice(0, bad.length).forEach((letter, index) => {
      const raw = bad[index]?.[1] ?? null;
      expect(letter.value === null ? null : Buffer.from(letter.value).equals(Buffer.from(raw ?? []))).toBe(
        raw === null ? null : true,
      );
      expect(letter.attempts).toBe(0);
    });
    expect(letters).toHaveLength(bad.length + 2);
  });

  test("a version newer than any known waits, is not dropped, and keeps its key's order", async () => {
    const heard: string[] = [];
    const { runtime, transport, advanceUntil } = await bed.run(
      [sales(), stock((event) => (heard.push(event.data.id), []))],
      { settings: { versionPatienceMs: 20_000 } },
    );
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", 1, { version: 9 }) });
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", 2) });
    await until(async () => (await runtime.service("stock").parked()).length === 2);
    expect((await runtime.service("stock").parked()).map(({ why, attempts }) => [why, attempts])).toEqual([
      ["version", 0],
      ["behind", 0],
    ]);
    await advanceUntil(async () => (await runtime.service("stock").deadLetters.depth()) === 1, 1_000);
    expect((await runtime.service("stock").deadLetters.list())[0]).toMatchObject({
      code: "unknown-version",
      attempts: 0,
    });
    await advanceUntil(() => heard.length === 1);
  });

  test("a handler that kills the process is recognised by starts without finishes", async () => {
    let world = await bed.run([sales()]);
    const { clock, transport } = world;
    await send(world.runtime, "sales", placed("killer"));
    const crashes = [];
    // The first death only raises the suspicion: from then on records are noted one by one, and starts are counted.
    for (let crash = 0; crash < 6; crash += 1) {
      const stuck = stuckAt(crash < 2 ? "consumer.before_tx" : "retry.after_start", "stock");
      world = await bed.run([stock(() => [])], { clock, transport, failpoints: stuck.failpoints });
      let reached = false;
      void stuck.reached.then(() => (reached = true));
      await world.advanceUntil(() => reached);
      world.crash();
      crashes.push(stuck);
    }
    world = await bed.run([stock(() => [])], { clock, transport });
    await world.advanceUntil(async () => (await world.runtime.service("stock").deadLetters.depth()) === 1);
    expect((await world.runtime.service("stock").deadLetters.list())[0]).toMatchObject({
      code: "handler-died",
      attempts: 5,
    });
    for (const stuck of crashes) stuck.release();
  });

  test("a dead letter topic that fails holds up neither consumption nor the dead letter", async () => {
    const heard: string[] = [];
    const { runtime, transport, advanceUntil } = await bed.run([
      sales(),
      stock((event) => (heard.push(event.data.id), [])),
    ]);
    transport.refuse("a", new MessagingError("broker-unavailable", "the dead letter topic is gone"));
    transport.inject({ topic: "sales-events", key: key("a"), value: key("garbage") });
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", 2) });
    await until(() => heard.length === 1);
    expect(await runtime.service("stock").deadLetters.depth()).toBe(1);
    expect(transport.records("sales-events.stock.dlq")).toEqual([]);
    transport.refuse("a", undefined);
    await advanceUntil(() => transport.records("sales-events.stock.dlq").length === 1);
  });

  test("an outage pauses consumption and does not flood the dead letters", async () => {
    let down = true;
    const heard = new Set<string>();
    const { runtime, advanceUntil } = await bed.run(
      [
        sales(),
        stock((event) => {
          if (down) throw new Error("the warehouse is down");
          heard.add(event.data.id);
          return [];
        }),
      ],
      { settings: { breaker: { failures: 5, keys: 3, pauseMs: 1_000, maxPauseMs: 4_000 } } },
    );
    await send(runtime, "sales", ...Array.from({ length: 60 }, (_, index) => placed(`k${index}`)));
    await until(async () => (await runtime.health()).problems.length > 0);
    await advanceUntil(() => false, 1_000, 40_000).catch(() => undefined);
    expect(await runtime.service("stock").deadLetters.depth()).toBe(0);
    expect((await runtime.health()).problems[0]).toContain("paused Placed.v1");
    down = false;
    await advanceUntil(() => heard.size === 60);
    expect(await runtime.service("stock").deadLetters.depth()).toBe(0);
  });
});

describe("waiting for a predecessor", () => {
  test("an event that waits goes on when something of its key is handled, without costing an attempt", async () => {
    const known = new Set<string>();
    const seen: string[] = [];
    const { runtime, transport, advanceUntil } = await bed.run([
      audit((event, { attempt }) => {
        seen.push(`${event.eventType}:${attempt}`);
        if (String(event.eventType) === "Placed") known.add(event.data.id);
        return known.has(event.data.id) ? [] : wait("no order yet");
      }),
    ]);
    transport.inject({ topic: "stock-events", key: key("a"), value: bytesOf("Reserved", "a", 1) });
    await until(async () => (await runtime.service("audit").parked()).length === 1);
    expect((await runtime.service("audit").parked())[0]).toMatchObject({
      why: "wait",
      reason: "no order yet",
      attempts: 0,
    });
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", 1) });
    await until(async () => (await runtime.service("audit").parked()).length === 0);
    expect(seen).toEqual(["Reserved:1", "Placed:1", "Reserved:1"]);
    await advanceUntil(() => true);
  });

  test("a predecessor that never comes ends in the dead letters when patience is over", async () => {
    const { runtime, transport, advanceUntil } = await bed.run([audit(() => wait("no order"))], {
      settings: { patienceMs: 10_000 },
    });
    transport.inject({ topic: "stock-events", key: key("a"), value: bytesOf("Reserved", "a", 1) });
    await advanceUntil(async () => (await runtime.service("audit").deadLetters.depth()) === 1, 1_000);
    expect((await runtime.service("audit").deadLetters.list())[0]).toMatchObject({
      code: "wait-expired",
      message: expect.stringContaining("no order"),
    });
  });

  test("hours in which the service was down, or for which the clock jumped, take nothing of its patience", async () => {
    const known = new Set<string>();
    const hears = audit((event) => {
      if (String(event.eventType) === "Placed") known.add(event.data.id);
      return known.has(event.data.id) ? [] : wait("no order yet");
    });
    const { runtime, clock, transport } = await bed.run([hears]);
    transport.inject({ topic: "stock-events", key: key("a"), value: bytesOf("Reserved", "a", 1) });
    await until(async () => (await runtime.service("audit").parked()).length === 1);
    await runtime.stop();
    await clock.advance(5 * 3_600_000);
    const again = await bed.run([hears], { clock, transport });
    const parked = () => again.runtime.service("audit").parked();
    // Looked at again, and left there.
    await again.advanceUntil(async () => ((await parked())[0]?.dueAt ?? 0) > clock.now(), 10);
    expect(await again.runtime.service("audit").deadLetters.depth()).toBe(0);
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", 1) });
    await until(async () => (await parked()).length === 0);
    expect(await again.runtime.service("audit").deadLetters.depth()).toBe(0);
  });

  test("a gap in the sequence of a key waits for what is missing, then goes on in order", async () => {
    const heard: number[] = [];
    const { runtime, transport, advanceUntil } = await bed.run([stock((event) => (heard.push(event.sequence), []))]);
    for (const number of [1, 3, 4])
      transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", number) });
    await until(async () => (await runtime.service("stock").parked()).length === 2);
    expect(heard).toEqual([1]);
    // The missing one comes on another partition, as after partitions were added.
    transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", 2), partition: 0 });
    await advanceUntil(() => heard.length === 4);
    expect(heard).toEqual([1, 2, 3, 4]);
  });

  test("a gap that never closes becomes a dead letter, and the key goes on behind it", async () => {
    const heard: number[] = [];
    const { runtime, transport, advanceUntil } = await bed.run([stock((event) => (heard.push(event.sequence), []))], {
      settings: { gapPatienceMs: 5_000 },
    });
    for (const number of [1, 3, 4])
      transport.inject({ topic: "sales-events", key: key("a"), value: bytesOf("Placed", "a", number) });
    await advanceUntil(() => heard.length === 2);
    expect(heard).toEqual([1, 4]);
    expect((await runtime.service("stock").deadLetters.list())[0]).toMatchObject({ code: "gap", event: "Placed.v1" });
  });
});

void [cancelled, reserved, rowsOf];
