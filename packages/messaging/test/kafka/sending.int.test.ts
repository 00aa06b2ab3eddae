import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openKafka } from "../../src/adapters/kafka/kafka.ts";
import { isMessagingError } from "../../src/errors.ts";
import type { SendResult, Transport } from "../../src/ports/transport.ts";
import { freePort } from "../../../../scripts/kafka/reach.ts";
import { admin, closeAll, inOrderPerKey, numbered, record, topicWith, transport, unique } from "./harness.ts";

let kafka: Transport;
beforeAll(async () => {
  kafka = await transport();
}, 60_000);
afterAll(closeAll);

const codes = (results: readonly SendResult[]): string[] =>
  results.map((result) => (result.ok ? "ok" : result.error.code));

describe("send", () => {
  test("answers for each record with its partition and offset, in the order given", async () => {
    const topic = await topicWith(kafka, 3);
    const results = await kafka.send(numbered(topic, 50));
    const read = await Promise.all([0, 1, 2].map((partition) => kafka.read({ topic, partition }, 0, 100)));
    for (const [at, result] of results.entries()) {
      const found = result.ok ? read[result.partition]?.find(({ offset }) => offset === result.offset) : undefined;
      expect(String(found?.value)).toBe(String(at));
    }
  });

  test("a record has the time that its sender says, whatever the clock of this machine does; a broker refuses what is from its future", async () => {
    const topic = await topicWith(kafka, 1);
    const dated = (ms: number) => ({ ...record(topic, "a", String(ms)), timestamp: Date.now() + ms });
    const before = Date.now();
    const past = dated(-7_200_000);
    const results = await kafka.send([past, record(topic, "a", "now")]);
    expect(codes(results)).toEqual(["ok", "ok"]);
    const [first, second] = await kafka.read({ topic, partition: 0 }, 0, 10);
    expect(first?.timestamp).toBe(past.timestamp);
    expect(second?.timestamp).toBeGreaterThanOrEqual(before);
    await expect(kafka.send([dated(7_200_000)])).rejects.toMatchObject({ code: "broker-unavailable" });
  });

  test("one key is in one partition, and a batch keeps its order", async () => {
    const topic = await topicWith(kafka, 5);
    await kafka.send(numbered(topic, 100));
    const read = await Promise.all([0, 1, 2, 3, 4].map((partition) => kafka.read({ topic, partition }, 0, 100)));
    expect(read.flat()).toHaveLength(100);
    expect(read.every(inOrderPerKey)).toBe(true);
    const homes = new Set(read.flat().map(({ key, partition }) => `${String(key)} in ${partition}`));
    expect(homes.size).toBe(7);
  });

  test("a record that is too large fails alone; what follows under its key fails too, everything else is sent", async () => {
    const topic = await topicWith(kafka, 2);
    const huge = "x".repeat(1_200_000);
    const results = await kafka.send([
      record(topic, "a", "1"),
      record(topic, "b", huge),
      record(topic, "b", "2"),
      record(topic, "a", "3"),
    ]);
    expect(codes(results)).toEqual(["ok", "event-too-large", "broker-unavailable", "ok"]);
  });

  test("a topic that takes less than the adapter's limit refuses only the record that is too large for it", async () => {
    const topic = await topicWith(kafka, 1);
    await (await admin()).setConfig(topic, "max.message.bytes", "2000");
    const sizes = [100, 900, 5_000, 100, 900, 900, 900];
    const batch = sizes.map((size, at) => record(topic, `k${at % 6}`, `${at}`.padEnd(size, ".")));
    const results = await kafka.send([...batch, record(topic, "k2", "7")]);
    expect(codes(results)).toEqual(["ok", "ok", "event-too-large", "ok", "ok", "ok", "ok", "broker-unavailable"]);
    const read = await kafka.read({ topic, partition: 0 }, 0, 100);
    expect(read.map(({ value }) => String(value).slice(0, 1))).toEqual(["0", "1", "3", "4", "5", "6"]);
  });

  test("many megabytes for one partition go as many batches, in order", async () => {
    const topic = await topicWith(kafka, 1);
    const filler = "x".repeat(50_000);
    const results = await kafka.send(Array.from({ length: 100 }, (_, at) => record(topic, "k", `${at}`, { filler })));
    expect(codes(results).every((code) => code === "ok")).toBe(true);
    const read = await kafka.read({ topic, partition: 0 }, 0, 1_000);
    expect(read.map(({ value }) => Number(String(value)))).toEqual([...Array(100).keys()]);
  });

  test("sends that overlap keep the order in which they were asked for", async () => {
    const topic = await topicWith(kafka, 1);
    const sends = Array.from({ length: 200 }, (_, at) => kafka.send([record(topic, "k", `${at}`)]));
    await Promise.all(sends);
    const read = await kafka.read({ topic, partition: 0 }, 0, 1_000);
    expect(read.map(({ value }) => Number(String(value)))).toEqual([...Array(200).keys()]);
  });

  test("a topic that does not exist fails its records, not those of other topics", async () => {
    const topic = await topicWith(kafka, 1);
    const missing = unique("missing");
    const results = await kafka.send([record(missing, "k", "1"), record(topic, "k", "2")]);
    expect(codes(results)).toEqual(["broker-unavailable", "ok"]);
    await expect(kafka.send([record(missing, "k", "1")])).rejects.toMatchObject({ code: "broker-unavailable" });
  });

  test("without a broker it rejects with broker-unavailable, and retrying later is right", async () => {
    const lost = await openKafka({ brokers: [`127.0.0.1:${await freePort()}`], tuning: { sendTimeoutMs: 1_000 } });
    const error = await lost.send([record("t", "k", "v")]).catch((problem: unknown) => problem);
    expect(isMessagingError(error, "broker-unavailable") && error.retryable).toBe(true);
    await lost.close(2_000);
  });

  test("a closed transport says so", async () => {
    const closed = await transport();
    await closed.close(2_000);
    await expect(closed.send([record("t", "k", "v")])).rejects.toMatchObject({ code: "closed" });
  });
});

describe("topics", () => {
  test("are created with the partitions and retention of the catalog, by several processes at once", async () => {
    const name = unique("made");
    const spec = { name, partitions: 3, retentionMs: 3_600_000, cleanupPolicy: "delete" };
    const others = await Promise.all([transport(), transport()]);
    await Promise.all([kafka, ...others].map((each) => each.ensureTopics([spec])));
    expect(await kafka.bounds(name)).toHaveLength(3);
    const { config } = await admin();
    expect(await config(name, "retention.ms")).toBe("3600000");
    expect(await config(name, "cleanup.policy")).toBe("delete");
  });

  test("get the partitions they lack, and never lose any", async () => {
    const name = await topicWith(kafka, 2);
    await kafka.ensureTopics([{ name, partitions: 4 }]);
    expect(await kafka.bounds(name)).toHaveLength(4);
    await kafka.ensureTopics([{ name, partitions: 1 }]);
    expect(await kafka.bounds(name)).toHaveLength(4);
  });

  test("keep events longer when asked to, and never shorter", async () => {
    const name = unique("kept");
    const { config } = await admin();
    await kafka.ensureTopics([{ name, partitions: 1, retentionMs: 1_000_000 }]);
    await kafka.ensureTopics([{ name, partitions: 1, retentionMs: 9_000_000 }]);
    expect(await config(name, "retention.ms")).toBe("9000000");
    await kafka.ensureTopics([{ name, partitions: 1, retentionMs: 5_000 }]);
    expect(await config(name, "retention.ms")).toBe("9000000");
  });
});

describe("read", () => {
  test("gives a bounded piece of a partition without any group, from the oldest kept record on", async () => {
    const topic = await topicWith(kafka, 1);
    await kafka.send(numbered(topic, 30, 1));
    const values = async (offset: number, limit: number): Promise<number[]> =>
      (await kafka.read({ topic, partition: 0 }, offset, limit)).map(({ value }) => Number(String(value)));
    expect(await values(10, 3)).toEqual([10, 11, 12]);
    expect(await values(28, 10)).toEqual([28, 29]);
    expect(await values(30, 10)).toEqual([]);
    await (await admin()).removeBefore(topic, 0, 20);
    expect(await values(0, 2)).toEqual([20, 21]);
    expect(await kafka.bounds(topic)).toEqual([{ topic, partition: 0, begin: 20, end: 30 }]);
  });
});
