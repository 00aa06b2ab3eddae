import { randomUUID } from "node:crypto";
import {
  Admin,
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
  ProduceAcks,
  Producer,
} from "@platformatic/kafka";
import { openKafka, type KafkaOptions, type KafkaTuning } from "../../src/adapters/kafka/kafka.ts";
import type {
  OutgoingRecord,
  StoredRecord,
  Subscriber,
  Subscription,
  TopicPartition,
  Transport,
} from "../../src/ports/transport.ts";
import { quick } from "./timing.ts";
import { sharedKafka } from "../../../../scripts/kafka/shared.ts";

const opened = new Set<Transport>();

export async function transport(
  tuning: Partial<KafkaTuning> = {},
  options: Partial<KafkaOptions> = {},
): Promise<Transport> {
  const created = await openKafka({ brokers: await sharedKafka(), ...options, tuning: { ...quick, ...tuning } });
  opened.add(created);
  return created;
}

/** Closes what the tests of a file opened. */
export async function closeAll(): Promise<void> {
  await Promise.all([...opened].map((each) => each.close(5_000)));
  opened.clear();
  await testAdmin?.client.close();
  await testAdmin?.producer.close();
  testAdmin = undefined;
}

export const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;

export async function topicWith(on: Transport, partitions: number, name = "orders"): Promise<string> {
  const topic = unique(name);
  await on.ensureTopics([{ name: topic, partitions }]);
  return topic;
}

export const record = (topic: string, key: string, value: string, headers = {}): OutgoingRecord => ({
  topic,
  key,
  value: Buffer.from(value),
  headers,
});

export const numbered = (topic: string, count: number, keys = 7): OutgoingRecord[] =>
  Array.from({ length: count }, (_, at) => record(topic, `key-${at % keys}`, String(at)));

export interface Heard {
  readonly records: StoredRecord[];
  readonly values: () => string[];
  readonly assigned: Map<number, number>;
  readonly revoked: { readonly partition: number; readonly epoch: number; readonly lost: boolean }[];
  readonly lost: { readonly partition: number; readonly from: number; readonly to: number }[];
  readonly overlaps: number;
  /** Whether a batch is being handled. */
  readonly busy: () => boolean;
  /** How many revokes have begun and not ended. */
  readonly leaving: () => number;
  readonly subscription: Subscription;
}

export interface ListenOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly maxRecords?: number;
  readonly commit?: boolean;
  /** Work for each batch, before it counts as heard. */
  readonly handle?: (records: readonly StoredRecord[], place: TopicPartition, epoch: number) => Promise<void>;
  readonly onRevoke?: (place: TopicPartition, epoch: number) => Promise<void>;
}

/** A member of a group that writes down what it hears and commits after each batch. */
export async function listen(on: Transport, options: ListenOptions): Promise<Heard> {
  const records: StoredRecord[] = [];
  const assigned = new Map<number, number>();
  const revoked: Heard["revoked"] = [];
  const lost: Heard["lost"] = [];
  const busy = new Map<string, Promise<void>>();
  let overlaps = 0;
  let leaving = 0;
  const subscriber: Subscriber = {
    onAssign: async ({ partition }, epoch) => {
      assigned.set(partition, epoch);
    },
    onRecords: async (place, epoch, batch) => {
      const name = `${place.topic}/${place.partition}`;
      if (busy.has(name)) overlaps += 1;
      const work = (async () => {
        await options.handle?.(batch, place, epoch);
        records.push(...batch);
        const last = batch.at(-1);
        if (options.commit !== false && last !== undefined) await subscription.commit(place, last.offset + 1, epoch);
      })();
      busy.set(name, work);
      await work.finally(() => busy.delete(name));
    },
    onRevoke: async (place, epoch, gone) => {
      leaving += 1;
      await options.onRevoke?.(place, epoch);
      if (!gone) await busy.get(`${place.topic}/${place.partition}`)?.catch(() => undefined);
      leaving -= 1;
      assigned.delete(place.partition);
      revoked.push({ partition: place.partition, epoch, lost: gone });
    },
    onLost: ({ partition }, from, to) => {
      lost.push({ partition, from, to });
    },
  };
  const { group, topics, maxRecords = 100 } = options;
  const subscription = await on.subscribe({ group, topics, maxRecords }, subscriber);
  return {
    records,
    values: () => records.map(({ value }) => value?.toString() ?? "null"),
    assigned,
    revoked,
    lost,
    get overlaps() {
      return overlaps;
    },
    busy: () => busy.size > 0,
    leaving: () => leaving,
    subscription,
  };
}

/** What only a test does to a broker. */
export interface TestAdmin {
  removeBefore(topic: string, partition: number, offset: number): Promise<void>;
  deleteTopic(topic: string): Promise<void>;
  restoreOffset(group: string, topic: string, partition: number, offset: number): Promise<void>;
  addPartitions(topic: string, count: number): Promise<void>;
  setConfig(topic: string, name: string, value: string): Promise<void>;
  config(topic: string, name: string): Promise<string | null | undefined>;
  /** A record without key and value. */
  produceRaw(topic: string, headers: readonly [string, string][]): Promise<void>;
}

let testAdmin: { client: Admin; producer: Producer } | undefined;

export async function admin(): Promise<TestAdmin> {
  const bootstrapBrokers = [...(await sharedKafka())];
  testAdmin ??= {
    client: new Admin({ clientId: "test-admin", bootstrapBrokers }),
    producer: new Producer({ clientId: "test-producer", bootstrapBrokers }),
  };
  const { client, producer } = testAdmin;
  const resource = { resourceType: ConfigResourceTypes.TOPIC } as const;
  return {
    removeBefore: async (topic, partition, offset) => {
      await client.deleteRecords({ topics: [{ name: topic, partitions: [{ partition, offset: BigInt(offset) }] }] });
    },
    deleteTopic: (topic) => client.deleteTopics({ topics: [topic] }),
    restoreOffset: (groupId, topic, partition, offset) =>
      client.alterConsumerGroupOffsets({
        groupId,
        topics: [{ name: topic, partitionOffsets: [{ partition, offset: BigInt(offset) }] }],
      }),
    addPartitions: (name, count) => client.createPartitions({ topics: [{ name, count, assignments: null }] }),
    setConfig: (topic, name, value) =>
      client.incrementalAlterConfigs({
        resources: [
          {
            ...resource,
            resourceName: topic,
            configs: [{ name, configOperation: IncrementalAlterConfigOperationTypes.SET, value }],
          },
        ],
      }),
    config: async (topic, name) => {
      const [found] = await client.describeConfigs({
        resources: [{ ...resource, resourceName: topic, configurationKeys: [name] }],
      });
      return found?.configs[0]?.value;
    },
    produceRaw: async (topic, headers) => {
      await producer.send({
        acks: ProduceAcks.ALL,
        messages: [
          {
            topic,
            partition: 0,
            headers: new Map(headers.map(([name, value]) => [Buffer.from(name), Buffer.from(value)])),
          },
        ],
      });
    },
  };
}

/** Whether the numbers of every key rise: order per key. */
export function inOrderPerKey(records: readonly StoredRecord[]): boolean {
  const last = new Map<string, number>();
  return records.every(({ key, value }) => {
    const name = String(key);
    const number = Number(String(value));
    const rises = number > (last.get(name) ?? -1);
    last.set(name, number);
    return rises;
  });
}
