import { describe, expect, test } from "@jest/globals";
import { Partition, type PartitionOptions } from "../../src/adapters/kafka/partition.ts";
import { tuning, type KafkaContext } from "../../src/adapters/kafka/options.ts";
import type { StoredRecord } from "../../src/ports/transport.ts";
import { until } from "./waiting.ts";

const place = { topic: "t", partition: 0 };

const recordsFrom = (from: number, count: number, bytes = 1): StoredRecord[] =>
  Array.from({ length: count }, (_, at) => ({
    ...place,
    offset: from + at,
    key: null,
    value: Buffer.alloc(bytes),
    headers: {},
    timestamp: 0,
  }));

function setup(options: Partial<PartitionOptions> = {}): {
  partition: Partition;
  heard: number[];
  gate: PromiseWithResolvers<void>;
  begun: () => number;
} {
  const gate = Promise.withResolvers<void>();
  const heard: number[] = [];
  let begun = 0;
  const context = {
    tuning: { ...tuning, queueRecords: 10, backoffMs: [1, 5] },
    log: undefined,
  } as unknown as KafkaContext;
  const partition = new Partition(context, {
    place,
    epoch: 1,
    maxRecords: 4,
    subscriber: {
      onAssign: async () => undefined,
      onRecords: async (_place, _epoch, records) => {
        begun += 1;
        await gate.promise;
        heard.push(...records.map(({ offset }) => offset));
      },
      onRevoke: async () => undefined,
      onLost: () => undefined,
    },
    previous: Promise.resolve(),
    locate: async () => 100,
    lease: { holds: () => true, renewed: () => Promise.resolve() },
    committed: async () => undefined,
    onRoom: () => undefined,
    ...options,
  });
  return { partition, heard, gate, begun: () => begun };
}

describe("a partition's queue", () => {
  test("pauses fetching at its count budget and at its byte budget, and goes on when records are done", async () => {
    const { partition, heard, gate } = setup();
    await until("it is active", () => partition.phase === "active");
    expect(partition.room(10_000)).toBe(10_000);
    partition.add(100, recordsFrom(100, 2, 5_000), 102);
    expect(partition.room(10_000)).toBe(0);
    expect(partition.room(100_000)).toBeGreaterThan(80_000);
    partition.add(102, recordsFrom(102, 8), 110);
    expect(partition.room(100_000)).toBe(0);
    gate.resolve();
    await until("all are done", () => heard.length === 10);
    await until("there is room again", () => partition.room(100_000) === 100_000);
  });

  test("takes nothing that was asked for at another offset: what a rebalance or a seek overtook is dropped", async () => {
    const { partition, heard, gate } = setup();
    gate.resolve();
    await until("it is active", () => partition.phase === "active");
    partition.add(100, recordsFrom(100, 3), 103);
    partition.add(100, recordsFrom(100, 3), 103);
    partition.seek(200);
    partition.add(103, recordsFrom(103, 3), 106);
    partition.add(200, recordsFrom(200, 1), 201);
    await until("the last is heard", () => heard.includes(200));
    expect(heard).toEqual([100, 101, 102, 200]);
  });

  test("hands over nothing while the member's lease has run out: a process that was frozen wakes up harmless", async () => {
    let holds = false;
    const renewed = Promise.withResolvers<void>();
    const { partition, heard, gate } = setup({ lease: { holds: () => holds, renewed: () => renewed.promise } });
    gate.resolve();
    await until("it is active", () => partition.phase === "active");
    partition.add(100, recordsFrom(100, 3), 103);
    await new Promise((done) => setImmediate(done));
    expect(heard).toEqual([]);
    holds = true;
    renewed.resolve();
    await until("the records are heard", () => heard.length === 3);
  });

  test("waits for what an earlier epoch still runs, so that calls of one partition never overlap", async () => {
    const earlier = Promise.withResolvers<void>();
    const { partition } = setup({ previous: earlier.promise });
    await new Promise((done) => setImmediate(done));
    expect(partition.phase).toBe("starting");
    earlier.resolve();
    await until("it is active", () => partition.phase === "active");
  });

  test("delivers nothing after a revoke, which ends at its deadline though the handler hangs", async () => {
    const { partition, heard, gate, begun } = setup();
    await until("it is active", () => partition.phase === "active");
    partition.add(100, recordsFrom(100, 8), 108);
    await until("a batch is in hand", () => begun() > 0);
    await partition.revoke(false, 20);
    expect(partition.phase).toBe("gone");
    gate.resolve();
    await partition.ended;
    expect(heard).toEqual([100, 101, 102, 103]);
  });
});
