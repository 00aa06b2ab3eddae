import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  Admin,
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
  ListOffsetTimestamps,
  Producer,
  stringSerializers,
} from "@platformatic/kafka";
import { keepingOf } from "../../packages/eventpact/src/deploy/keeping.ts";
import { type Kafka, startKafka } from "./start.ts";

/**
 * Kafka goes by the times of records, so that days pass here without waiting. A topic that holds one old record alone tells
 * when the broker has looked for what is to be deleted.
 */
const hour = 3_600_000;
const settings = { "log.retention.check.interval.ms": "300", "log.initial.task.delay.ms": "0" };
const brokers = { retention: {}, segment: 7 * 24 * hour, retentionCheck: 300 };

let kafka: Kafka;
let admin: Admin;
let producer: Producer<string, string, string, string>;

beforeAll(async () => {
  kafka = await startKafka({ settings });
  const common = { clientId: "retention", bootstrapBrokers: [...kafka.brokers] };
  admin = new Admin(common);
  producer = new Producer({ ...common, serializers: stringSerializers });
}, 300_000);

afterAll(async () => {
  await producer.close();
  await admin.close();
  await kafka.close();
});

async function topicOf(name: string, retention: number, segment: number | undefined, agesInHours: readonly number[]) {
  const configs = segment === undefined ? [] : [{ name: "segment.ms", value: String(segment) }];
  // Nothing goes before the last record is there.
  configs.push({ name: "retention.ms", value: "-1" });
  await admin.createTopics({ topics: [name], partitions: 1, replicas: 1, configs });
  const now = Date.now();
  // One after the other, as they come in life: a batch would be one record to Kafka's segments.
  for (const age of agesInHours)
    await producer.send({ messages: [{ topic: name, value: "x", timestamp: BigInt(Math.round(now - age * hour)) }] });
  await admin.incrementalAlterConfigs({
    resources: [
      {
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: name,
        configs: [
          { name: "retention.ms", value: String(retention), configOperation: IncrementalAlterConfigOperationTypes.SET },
        ],
      },
    ],
  });
}

async function firstOffset(name: string): Promise<number> {
  const [topic] = await admin.listOffsets({
    topics: [{ name, partitions: [{ partitionIndex: 0, timestamp: ListOffsetTimestamps.EARLIEST }] }],
  });
  return Number(topic?.partitions[0]?.offset);
}

/** Waits until the broker has looked through all topics that were there before. */
async function untilLooked(name: string): Promise<void> {
  await topicOf(name, hour, undefined, [100]);
  while ((await firstOffset(name)) === 0) await new Promise((resolve) => setImmediate(resolve));
}

const everyHour = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.round(from - to) + 1 }, (_, index) => from - index);

test("an event older than retention.ms is still there while its segment is written to, as the gate reckons", async () => {
  await topicOf("open-segment", hour, 48 * hour, everyHour(40, 0));
  await untilLooked("looked-1");
  expect(await firstOffset("open-segment")).toBe(0);
  const { span } = keepingOf(brokers, "open-segment", [{ retentionMs: hour, segmentMs: 48 * hour }]);
  expect(span).toBeGreaterThan(40 * hour);
}, 120_000);

test("no event is older than retention.ms, segment.ms and a look together", async () => {
  const ages = everyHour(120, 0);
  await topicOf("rolled-segments", 5 * hour, 24 * hour, ages);
  await untilLooked("looked-2");
  const { span } = keepingOf(brokers, "rolled-segments", [{ retentionMs: 5 * hour, segmentMs: 24 * hour }]);
  const oldest = ages[await firstOffset("rolled-segments")] ?? Number.NaN;
  expect(oldest * hour).toBeGreaterThan(5 * hour);
  expect(oldest * hour).toBeLessThanOrEqual(span ?? 0);
}, 120_000);

test("a topic that says nothing of segments is written to for the broker's seven days", async () => {
  await topicOf("silent", hour, undefined, everyHour(160, 0));
  await untilLooked("looked-3");
  expect(await firstOffset("silent")).toBe(0);
  expect(keepingOf(brokers, "silent", [{ retentionMs: hour }]).span).toBeGreaterThan(160 * hour);
}, 120_000);
