import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Transport } from "../../src/ports/transport.ts";
import { admin, closeAll, inOrderPerKey, listen, numbered, record, topicWith, transport, unique } from "./harness.ts";
import { until } from "./waiting.ts";

let kafka: Transport;
beforeAll(async () => {
  kafka = await transport();
}, 60_000);
afterAll(closeAll);

const lagOf = async (group: string, topic: string): Promise<number> =>
  (await kafka.lag(group, [topic])).reduce((sum, { lag }) => sum + lag, 0);

describe("delivery", () => {
  test("a new group hears everything from the beginning, in order per key, one batch of a partition at a time", async () => {
    const topic = await topicWith(kafka, 3);
    await kafka.send(numbered(topic, 500));
    const heard = await listen(kafka, { group: unique("g"), topics: [topic] });
    await until("500 records", () => heard.records.length === 500);
    expect(inOrderPerKey(heard.records)).toBe(true);
    expect(heard.overlaps).toBe(0);
    await heard.subscription.close(5_000);
  });

  test("a group goes on where it committed, and hears again what it did not commit: nothing is committed by itself", async () => {
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    await kafka.send(numbered(topic, 20));
    const first = await listen(kafka, { group, topics: [topic] });
    await until("20 records", () => first.records.length === 20);
    await first.subscription.close(5_000);
    await kafka.send([record(topic, "key-1", "20")]);
    const second = await listen(kafka, { group, topics: [topic], commit: false });
    await until("the new record", () => second.records.length === 1);
    await second.subscription.close(5_000);
    const third = await listen(kafka, { group, topics: [topic] });
    await until("the uncommitted record again", () => third.records.length === 1);
    expect([...second.values(), ...third.values()]).toEqual(["20", "20"]);
    await third.subscription.close(5_000);
  });

  test("groups hear everything independently", async () => {
    const topic = await topicWith(kafka, 2);
    await kafka.send(numbered(topic, 30));
    const all = await Promise.all([1, 2, 3].map(() => listen(kafka, { group: unique("g"), topics: [topic] })));
    await until("30 records each", () => all.every(({ records }) => records.length === 30));
    await Promise.all(all.map(({ subscription }) => subscription.close(5_000)));
  });

  test("a record keeps its bytes, key, headers and time; hostile header names are only names", async () => {
    const topic = await topicWith(kafka, 1);
    const bytes = Buffer.from([0, 255, 128, 10]);
    const before = Date.now();
    await kafka.send([
      { topic, key: "ключ", value: bytes, headers: { ce_id: "1", __proto__x: "ü", constructor: "x" } },
    ]);
    const heard = await listen(kafka, { group: unique("g"), topics: [topic] });
    await until("the record", () => heard.records.length === 1);
    const [found] = heard.records;
    expect(Buffer.from(found?.value ?? [])).toEqual(bytes);
    expect(String(found?.key)).toBe("ключ");
    expect(found?.headers).toEqual({ ce_id: "1", __proto__x: "ü", constructor: "x" });
    expect(found?.timestamp).toBeGreaterThanOrEqual(before);
    expect(found).toMatchObject({ topic, partition: 0, offset: 0 });
    await heard.subscription.close(5_000);
  });

  test("records without key or value, and headers that say __proto__, are handed over as they are", async () => {
    const topic = await topicWith(kafka, 1);
    const { produceRaw } = await admin();
    await produceRaw(topic, [["__proto__", '{"polluted":true}']]);
    const heard = await listen(kafka, { group: unique("g"), topics: [topic] });
    await until("the record", () => heard.records.length === 1);
    const [found] = heard.records;
    expect(found).toMatchObject({ key: null, value: null });
    expect(Object.getPrototypeOf(found?.headers)).toBe(Object.prototype);
    expect(Object.hasOwn(found?.headers ?? {}, "__proto__")).toBe(true);
    await heard.subscription.close(5_000);
  });

  test("a backlog larger than any fetch arrives whole, though answers end in the middle of a batch", async () => {
    const narrow = await transport({ fetchBytes: 100_000, queueBytes: 150_000, queueRecords: 50, totalBytes: 200_000 });
    const topic = await topicWith(narrow, 2);
    const filler = "x".repeat(2_000);
    const sent = Array.from({ length: 2_000 }, (_, at) => record(topic, `key-${at % 7}`, `${at}`, { filler }));
    await narrow.send(sent);
    const heard = await listen(narrow, { group: unique("g"), topics: [topic], maxRecords: 500 });
    await until("2000 records", () => heard.records.length === 2_000);
    expect(inOrderPerKey(heard.records)).toBe(true);
    await heard.subscription.close(5_000);
  });

  test("a handler that fails hears the same records again, and the ones behind them wait", async () => {
    const topic = await topicWith(kafka, 1);
    await kafka.send(numbered(topic, 5, 1));
    let failures = 2;
    const heard = await listen(kafka, {
      group: unique("g"),
      topics: [topic],
      maxRecords: 1,
      handle: async () => {
        if ((failures -= 1) >= 0) throw new Error("not now");
      },
    });
    await until("5 records", () => heard.records.length === 5);
    expect(heard.values()).toEqual(["0", "1", "2", "3", "4"]);
    await heard.subscription.close(5_000);
  });
});

describe("flow control", () => {
  test("a partition whose handler hangs holds up nothing but itself, and is fetched only up to its budget", async () => {
    const topic = await topicWith(kafka, 2);
    const stuck = Promise.withResolvers<void>();
    const narrow = await transport({ queueRecords: 20, fetchBytes: 70_000, queueBytes: 70_000, totalBytes: 140_000 });
    const heard = await listen(narrow, {
      group: unique("g"),
      topics: [topic],
      maxRecords: 10,
      handle: async (_, { partition }) => {
        if (partition === 0) await stuck.promise;
      },
    });
    const filler = "x".repeat(1_000);
    await kafka.send(Array.from({ length: 1_000 }, (_, at) => record(topic, `key-${at}`, `${at}`, { filler })));
    const [here, there] = await kafka.bounds(topic);
    await until("all of partition 1", () => heard.records.length === there?.end);
    expect(new Set(heard.records.map(({ partition }) => partition))).toEqual(new Set([1]));
    stuck.resolve();
    await until("all of partition 0", () => heard.records.length === (there?.end ?? 0) + (here?.end ?? 0));
    await heard.subscription.close(5_000);
  });
});

describe("lag", () => {
  test("it is end minus committed for every partition, also for a group that nobody has heard of, and never negative", async () => {
    const topic = await topicWith(kafka, 4);
    const group = unique("g");
    expect((await kafka.lag(group, [topic])).map(({ lag }) => lag)).toEqual([0, 0, 0, 0]);
    await kafka.send(numbered(topic, 40));
    expect(await lagOf(group, topic)).toBe(40);
    const heard = await listen(kafka, { group, topics: [topic] });
    await until("40 records", () => heard.records.length === 40);
    await until("no lag", async () => (await lagOf(group, topic)) === 0);
    await heard.subscription.close(5_000);
    await kafka.send(numbered(topic, 5));
    const lags = await kafka.lag(group, [topic]);
    expect(lags.every(({ lag, end, committed }) => lag === end - committed && lag >= 0)).toBe(true);
    expect(lags.reduce((sum, { lag }) => sum + lag, 0)).toBe(5);
  });
});

describe("offsets out of range never skip silently", () => {
  test("records removed before the group came back are reported, and the rest is heard", async () => {
    const topic = await topicWith(kafka, 1);
    const group = unique("g");
    await kafka.send(numbered(topic, 10, 1));
    const first = await listen(kafka, { group, topics: [topic] });
    await until("10 records", () => first.records.length === 10);
    await first.subscription.close(5_000);
    await kafka.send(numbered(topic, 10, 1));
    await (await admin()).removeBefore(topic, 0, 15);
    const second = await listen(kafka, { group, topics: [topic] });
    await until("5 records", () => second.records.length === 5);
    expect(second.lost).toEqual([{ partition: 0, from: 10, to: 15 }]);
    expect(second.records[0]?.offset).toBe(15);
    await second.subscription.close(5_000);
  });

  test("records removed while the group is at work are reported, and the rest is heard", async () => {
    const narrow = await transport({ queueRecords: 1, fetchBytes: 70_000, queueBytes: 70_000 });
    const topic = await topicWith(kafka, 1);
    const gate = Promise.withResolvers<void>();
    const filler = "x".repeat(10_000);
    await kafka.send(Array.from({ length: 10 }, (_, at) => record(topic, "k", `${at}`, { filler })));
    for (let at = 10; at < 40; at += 10) {
      await kafka.send(Array.from({ length: 10 }, (_, more) => record(topic, "k", `${at + more}`, { filler })));
    }
    const heard = await listen(narrow, {
      group: unique("g"),
      topics: [topic],
      maxRecords: 1,
      handle: () => gate.promise,
    });
    await until("the assignment", () => heard.assigned.size === 1);
    await until("a first record in hand", () => heard.busy());
    await (await admin()).removeBefore(topic, 0, 35);
    gate.resolve();
    await until("the last record", () => heard.values().includes("39"));
    const [gap] = heard.lost;
    expect(gap?.to).toBe(35);
    const offsets = heard.records.map(({ offset }) => offset);
    expect(offsets).toEqual([...Array(gap?.from ?? 0).keys(), 35, 36, 37, 38, 39]);
    await heard.subscription.close(5_000);
  });

  test("a topic that was deleted and made anew is heard from its beginning", async () => {
    const topic = await topicWith(kafka, 1);
    const group = unique("g");
    await kafka.send(numbered(topic, 10, 1));
    const first = await listen(kafka, { group, topics: [topic] });
    await until("10 records", () => first.records.length === 10);
    await first.subscription.close(5_000);
    const { deleteTopic, restoreOffset } = await admin();
    await deleteTopic(topic);
    await kafka.ensureTopics([{ name: topic, partitions: 1 }]);
    // Kafka forgets the offsets of a deleted topic, but not always before somebody asks.
    await restoreOffset(group, topic, 0, 10);
    await kafka.send(numbered(topic, 3, 1));
    const second = await listen(kafka, { group, topics: [topic] });
    await until("3 records", () => second.records.length === 3);
    await until("commits count from the new beginning", async () => (await lagOf(group, topic)) === 0);
    await second.subscription.close(5_000);
  });
});
