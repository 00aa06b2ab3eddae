import { expect, test } from "@jest/globals";
import { compatibilityPartitioner } from "@platformatic/kafka";
import { partitionOf } from "../../src/adapters/partitioner.ts";

// From org.apache.kafka.common.utils.UtilsTest.testMurmur2.
const known: [string, number][] = [
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
];

test.each(known)("the key %s goes where Kafka's own client puts it", (key, hash) => {
  for (const count of [1, 2, 3, 12, 1_000_003]) {
    expect(partitionOf(Buffer.from(key), count)).toBe((hash & 0x7fffffff) % count);
  }
});

test("any key goes where the Kafka client's Java-compatible partitioner puts it", () => {
  for (let at = 0; at < 500; at += 1) {
    const key = Buffer.from(`${"x".repeat(at % 37)}ключ-${at}`);
    expect(partitionOf(key, 12)).toBe(compatibilityPartitioner(undefined as never, key) % 12);
  }
});
