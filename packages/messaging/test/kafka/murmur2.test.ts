import { expect, test } from "@jest/globals";
import { compatibilityPartitioner } from "@platformatic/kafka";
import { murmur2, partitionOf } from "../../src/adapters/kafka/murmur2.ts";

// From org.apache.kafka.common.utils.UtilsTest.testMurmur2.
const known: [string, number][] = [
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
];

test.each(known)("the hash of %s is the one that Kafka's own client computes", (text, hash) => {
  expect(murmur2(Buffer.from(text))).toBe(hash);
});

test("a key lands in the partition that the client's Java-compatible partitioner chooses", () => {
  for (let at = 0; at < 500; at += 1) {
    const key = Buffer.from(`${"x".repeat(at % 37)}ключ-${at}`);
    expect(partitionOf(key, 12)).toBe(compatibilityPartitioner(undefined as never, key) % 12);
  }
});
