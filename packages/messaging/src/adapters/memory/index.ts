import { MessagingError } from "../../errors.ts";
import { systemClock, type Clock } from "../../ports/clock.ts";
import { seededRandom } from "../../ports/ids.ts";
import type {
  Features,
  OutgoingRecord,
  SendResult,
  StoredRecord,
  SubscribeOptions,
  Subscriber,
  Subscription,
  TopicPartition,
  Transport,
} from "../../ports/transport.ts";
import { partitionOf } from "../partitioner.ts";
import { createGroups, type Groups } from "./groups.ts";

/** Chances in [0, 1) of what a real broker may do at any time. All 0 by default. */
export interface MemoryFaults {
  /** A record is appended twice (a producer that lost the answer and sent again). */
  readonly duplicate?: number;
  /** A batch of records is delivered, then the partition is revoked and given out anew. */
  readonly revoke?: number;
  /** A revocation is not announced: the member learns of it by its commit being refused. */
  readonly lose?: number;
  /** Records buffered before a revocation arrive after it. */
  readonly stale?: number;
  /** A record is refused with a retryable error; later ones of its key in the batch are, too. */
  readonly refuse?: number;
}

export interface MemoryOptions {
  readonly clock?: Clock;
  /** Same seed, same choices. */
  readonly seed?: number;
  readonly faults?: MemoryFaults;
}

export interface MemoryTransport extends Transport {
  /** Everything that was appended to a topic, by partition and offset. */
  records(topic: string): readonly StoredRecord[];
  /** Appends whatever bytes, as a stranger could. */
  inject(record: {
    readonly topic: string;
    readonly key: Uint8Array | null;
    readonly value: Uint8Array | null;
    readonly headers?: Record<string, string>;
    readonly partition?: number;
  }): StoredRecord;
  /** Takes a partition from its member and gives it out anew; `announced: false` skips `onRevoke`'s grace. */
  revoke(group: string, place: TopicPartition, announced?: boolean): Promise<void>;
  /** All members a group has now fall silent, as killed or frozen processes do: what they own is free at once. */
  expire(group: string): void;
  /** While true, `send` rejects with `broker-unavailable`. */
  outage(on: boolean): void;
  /** The next records of a key are refused with this error until it is cleared. */
  refuse(key: string, error: MessagingError | undefined): void;
  /** Removes records before `offset`, as retention does. */
  trim(place: TopicPartition, offset: number): void;
}

const features: Features = {
  persistent: false,
  multiProcess: false,
  denseOffsets: true,
  addPartitions: true,
  retention: true,
  groups: true,
  orderedFailures: true,
};

interface Partition {
  readonly records: StoredRecord[];
  begin: number;
}

export interface Log {
  readonly topics: Map<string, Partition[]>;
  readonly changed: Set<() => void>;
}

/** What all the functions of one memory broker share. */
interface Broker {
  readonly log: Log;
  readonly clock: Clock;
  readonly groups: Groups;
  readonly faults: MemoryFaults;
  readonly chance: (of: number | undefined) => boolean;
  readonly refused: Map<string, MessagingError>;
  down: boolean;
  closed: boolean;
}

/** A broker in this process, for tests: gone with it, deterministic for a seed, and as nasty as asked for. */
export function memoryTransport(options: MemoryOptions = {}): MemoryTransport {
  const { clock = systemClock, seed = 1, faults = {} } = options;
  const random = seededRandom(seed);
  const chance = (of: number | undefined): boolean => of !== undefined && random() < of;
  const log: Log = { topics: new Map(), changed: new Set() };
  const groups = createGroups(log, chance, faults, random);
  const broker: Broker = { log, clock, groups, faults, chance, refused: new Map(), down: false, closed: false };
  return {
    name: "memory",
    features,
    ensureTopics: (topics) => {
      for (const { name, partitions } of topics) {
        const existing = log.topics.get(name) ?? [];
        while (existing.length < partitions) existing.push({ records: [], begin: 0 });
        log.topics.set(name, existing);
      }
      return groups.rebalance();
    },
    send: async (batch) => sendAll(broker, batch),
    subscribe: async (subscribe: SubscribeOptions, subscriber: Subscriber): Promise<Subscription> => {
      requireOpen(broker);
      for (const topic of subscribe.topics) partitionsOf(log, topic);
      return groups.join(subscribe, subscriber);
    },
    lag: async (group, topics) => topics.flatMap((topic) => lagOf(broker, group, topic)),
    bounds: async (topic) => boundsOf(log, topic),
    read: async ({ topic, partition }, offset, limit) => {
      const source = partitionsOf(log, topic)[partition];
      const from = Math.max(0, offset - (source?.begin ?? 0));
      return source?.records.slice(from, from + limit) ?? [];
    },
    close: async (deadlineMs) => {
      broker.closed = true;
      await groups.close(deadlineMs);
    },
    ...controls(broker),
  };
}

function requireOpen({ closed, down }: Broker): void {
  if (closed) throw new MessagingError("closed", "The transport is closed.");
  if (down) throw new MessagingError("broker-unavailable", "The broker is down.");
}

function partitionsOf(log: Log, topic: string): Partition[] {
  const found = log.topics.get(topic);
  if (found === undefined) {
    throw new MessagingError("broker-unavailable", `There is no topic ${topic}.`, { retryable: false });
  }
  return found;
}

const boundsOf = (log: Log, topic: string) =>
  partitionsOf(log, topic).map(({ records, begin }, partition) => ({
    topic,
    partition,
    begin,
    end: begin + records.length,
  }));

interface Appending extends Pick<StoredRecord, "topic" | "key" | "value"> {
  readonly headers: Record<string, string>;
  readonly partition?: number | undefined;
}

function append({ log, clock }: Broker, { topic, key, value, headers, partition: at }: Appending): StoredRecord {
  const partitions = partitionsOf(log, topic);
  const partition = at ?? partitionOf(key ?? new Uint8Array(), partitions.length);
  const target = partitions[partition];
  if (target === undefined) throw new RangeError(`Topic ${topic} has no partition ${partition}.`);
  const offset = target.begin + target.records.length;
  const record = { topic, partition, offset, key, value, headers, timestamp: clock.now().getTime() };
  target.records.push(record);
  return record;
}

function sendAll(broker: Broker, batch: readonly OutgoingRecord[]): readonly SendResult[] {
  requireOpen(broker);
  const failed = new Set<string>();
  const results = batch.map((record) => sendOne(broker, record, failed));
  notify(broker);
  return results;
}

function sendOne(broker: Broker, record: OutgoingRecord, failed: Set<string>): SendResult {
  const { refused, chance, faults } = broker;
  const place = `${record.topic}\n${record.key}`;
  const error = refused.get(record.key);
  if (error !== undefined || failed.has(place) || !broker.log.topics.has(record.topic) || chance(faults.refuse)) {
    failed.add(place);
    return { ok: false, error: error ?? new MessagingError("broker-unavailable", "Refused.") };
  }
  const appending = {
    topic: record.topic,
    key: new TextEncoder().encode(record.key),
    value: record.value,
    headers: { ...record.headers },
  };
  const { topic, partition, offset } = append(broker, appending);
  if (chance(faults.duplicate)) append(broker, appending);
  return { ok: true, topic, partition, offset };
}

function notify({ log }: Broker): void {
  for (const wake of log.changed) wake();
}

function lagOf({ log, groups }: Broker, group: string, topic: string) {
  return boundsOf(log, topic).map(({ begin, end, ...place }) => {
    const committed = Math.min(end, Math.max(begin, groups.committed(group, place) ?? begin));
    return { ...place, end, committed, lag: end - committed };
  });
}

function controls(broker: Broker): Omit<MemoryTransport, keyof Transport> {
  const { log, groups, refused } = broker;
  return {
    records: (topic) => (log.topics.get(topic) ?? []).flatMap((partition) => partition.records),
    inject: ({ headers = {}, ...record }) => {
      const stored = append(broker, { ...record, headers });
      notify(broker);
      return stored;
    },
    revoke: (group, place, announced = true) => groups.revoke(group, place, announced),
    expire: groups.expire,
    outage: (on) => {
      broker.down = on;
    },
    refuse: (key, error) => void (error === undefined ? refused.delete(key) : refused.set(key, error)),
    trim: ({ topic, partition }, offset) => {
      const target = log.topics.get(topic)?.[partition];
      if (target === undefined || offset <= target.begin) return;
      target.records.splice(0, offset - target.begin);
      target.begin = offset;
    },
  };
}
