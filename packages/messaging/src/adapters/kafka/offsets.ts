import { ListOffsetTimestamps } from "@platformatic/kafka";
import type { Lag, TopicPartition } from "../../ports/transport.ts";
import { placeName } from "./batches.ts";
import type { KafkaContext } from "./options.ts";
import { inTime } from "./backoff.ts";
import { orUnavailable } from "./trouble.ts";

export interface Bounds extends TopicPartition {
  /** The oldest kept offset. */
  readonly begin: number;
  /** The offset the next record will get. */
  readonly end: number;
}

/** All partitions of the topics. Rejects when one of them does not exist. */
export async function partitionsOf(
  { admin, tuning }: KafkaContext,
  topics: readonly string[],
): Promise<TopicPartition[]> {
  const metadata = await inTime(tuning.callTimeoutMs, "asking for topics", admin.metadata({ topics: [...topics] }));
  return topics.flatMap((topic) =>
    Array.from({ length: metadata.topics.get(topic)?.partitionsCount ?? 0 }, (_, partition) => ({ topic, partition })),
  );
}

async function list(
  { admin, tuning }: KafkaContext,
  partitions: readonly TopicPartition[],
  timestamp: bigint,
): Promise<Map<string, number>> {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic);
  const asked = admin.listOffsets({
    topics: [...byTopic].map(([name, list]) => ({
      name,
      partitions: list.map(({ partition }) => ({ partitionIndex: partition, timestamp })),
    })),
  });
  const found = await inTime(tuning.callTimeoutMs, "asking for offsets", asked);
  return new Map(
    found.flatMap((topic) =>
      topic.partitions.map(({ partitionIndex, offset }) => [placeName(topic.name, partitionIndex), Number(offset)]),
    ),
  );
}

/** First kept and next offset of each partition. */
export async function boundsOf(context: KafkaContext, partitions: readonly TopicPartition[]): Promise<Bounds[]> {
  if (partitions.length === 0) return [];
  const [begins, ends] = await Promise.all([
    list(context, partitions, ListOffsetTimestamps.EARLIEST),
    list(context, partitions, ListOffsetTimestamps.LATEST),
  ]);
  return partitions.map(({ topic, partition }) => {
    const name = placeName(topic, partition);
    const begin = begins.get(name);
    const end = ends.get(name);
    if (begin === undefined || end === undefined) throw new Error(`no offsets for ${name}`);
    return { topic, partition, begin, end };
  });
}

/** What a group has committed, by `topic/partition`; partitions it never committed are missing. */
export async function committedOf({ admin, tuning }: KafkaContext, group: string): Promise<Map<string, number>> {
  const asked = admin.listConsumerGroupOffsets({ groups: [group] });
  const [found] = await inTime(tuning.callTimeoutMs, "asking for committed offsets", asked);
  const entries = (found?.topics ?? []).flatMap(({ name, partitions }) =>
    partitions
      .filter(({ committedOffset }) => committedOffset >= 0n)
      .map(({ partitionIndex, committedOffset }): [string, number] => [
        placeName(name, partitionIndex),
        Number(committedOffset),
      ]),
  );
  return new Map(entries);
}

/** End minus committed for every partition of the topics, whoever owns it. */
export const lagOf = (context: KafkaContext, group: string, topics: readonly string[]): Promise<Lag[]> =>
  orUnavailable(`asking for the lag of ${group}`, async () => {
    // Committed first: records that come in between make the lag larger, never negative.
    const committed = await committedOf(context, group);
    const bounds = await boundsOf(context, await partitionsOf(context, topics));
    return bounds.map(({ topic, partition, begin, end }) => {
      const position = Math.min(Math.max(committed.get(placeName(topic, partition)) ?? begin, begin), end);
      return { topic, partition, end, committed: position, lag: end - position };
    });
  });
