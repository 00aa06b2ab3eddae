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

/** A broker in this process, for tests: gone with it, deterministic for a seed, and as nasty as asked for. */
export function memoryTransport(options: MemoryOptions = {}): MemoryTransport {
  const { clock = systemClock, seed = 1, faults = {} } = options;
  const random = seededRandom(seed);
  const chance = (of: number | undefined): boolean => of !== undefined && random() < of;
  const log: Log = { topics: new Map(), changed: new Set() };
  const groups = createGroups(log, chance, faults, random);
  const refused = new Map<string, MessagingError>();
  let down = false;
  let closed = false;
  const partitionsOf = (topic: string): Partition[] => {
    const found = log.topics.get(topic);
    if (found === undefined)
      throw new MessagingError("broker-unavailable", `There is no topic ${topic}.`, { retryable: false });
    return found;
  };
  const append = (
    topic: string,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: Record<string, string>,
    at?: number,
  ): StoredRecord => {
    const partitions = partitionsOf(topic);
    const partition = at ?? partitionOf(key ?? new Uint8Array(), partitions.length);
    const target = partitions[partition];
    if (target === undefined) throw new RangeError(`Topic ${topic} has no partition ${partition}.`);
    const record = {
      topic,
      partition,
      offset: target.begin + target.records.length,
      key,
      value,
      headers,
      timestamp: clock.now().getTime(),
    };
    target.records.push(record);
    return record;
  };
  const sendOne = (record: OutgoingRecord, failed: Set<string>): SendResult => {
    const place = `${record.topic}\n${record.key}`;
    const error = refused.get(record.key);
    if (error !== undefined || failed.has(place) || chance(faults.refuse)) {
      failed.add(place);
      return { ok: false, error: error ?? new MessagingError("broker-unavailable", "Refused by chance.") };
    }
    const key = new TextEncoder().encode(record.key);
    const { topic, partition, offset } = append(record.topic, key, record.value, { ...record.headers });
    if (chance(faults.duplicate)) append(record.topic, key, record.value, { ...record.headers });
    return { ok: true, topic, partition, offset };
  };
  const notify = (): void => {
    for (const wake of log.changed) wake();
  };
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
    send: (batch) => {
      if (closed) return Promise.reject(new MessagingError("closed", "The transport is closed."));
      if (down) return Promise.reject(new MessagingError("broker-unavailable", "The broker is down."));
      const failed = new Set<string>();
      const results = batch.map((record) => sendOne(record, failed));
      notify();
      return Promise.resolve(results);
    },
    subscribe: (subscribe: SubscribeOptions, subscriber: Subscriber): Promise<Subscription> => {
      for (const topic of subscribe.topics) partitionsOf(topic);
      return groups.join(subscribe, subscriber);
    },
    lag: (group, topics) =>
      Promise.resolve(
        topics.flatMap((topic) =>
          partitionsOf(topic).map(({ records, begin }, partition) => {
            const end = begin + records.length;
            const committed = Math.min(end, Math.max(begin, groups.committed(group, { topic, partition }) ?? begin));
            return { topic, partition, end, committed, lag: end - committed };
          }),
        ),
      ),
    bounds: (topic) =>
      Promise.resolve(
        partitionsOf(topic).map(({ records, begin }, partition) => ({
          topic,
          partition,
          begin,
          end: begin + records.length,
        })),
      ),
    read: ({ topic, partition }, offset, limit) => {
      const source = partitionsOf(topic)[partition];
      const from = Math.max(0, offset - (source?.begin ?? 0));
      return Promise.resolve(source?.records.slice(from, from + limit) ?? []);
    },
    close: async (deadlineMs) => {
      closed = true;
      await groups.close(deadlineMs);
    },
    ...controls(log, groups, refused, append, notify, (on) => (down = on)),
  };
}

function controls(
  log: Log,
  groups: Groups,
  refused: Map<string, MessagingError>,
  append: (
    topic: string,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: Record<string, string>,
    at?: number,
  ) => StoredRecord,
  notify: () => void,
  outage: (on: boolean) => void,
): Omit<MemoryTransport, keyof Transport> {
  return {
    records: (topic) => (log.topics.get(topic) ?? []).flatMap((partition) => partition.records),
    inject: ({ topic, key, value, headers = {}, partition }) => {
      const record = append(topic, key, value, headers, partition);
      notify();
      return record;
    },
    revoke: (group, place, announced = true) => groups.revoke(group, place, announced),
    outage,
    refuse: (key, error) => void (error === undefined ? refused.delete(key) : refused.set(key, error)),
    trim: ({ topic, partition }, offset) => {
      const target = log.topics.get(topic)?.[partition];
      if (target === undefined || offset <= target.begin) return;
      target.records.splice(0, offset - target.begin);
      target.begin = offset;
    },
  };
}
