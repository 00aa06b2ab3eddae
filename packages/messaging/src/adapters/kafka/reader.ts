import { Consumer, FetchIsolationLevels } from "@platformatic/kafka";
import type { StoredRecord, TopicPartition } from "../../ports/transport.ts";
import { nextOffset, recordsOf } from "./convert.ts";
import { boundsOf } from "./offsets.ts";
import type { KafkaContext } from "./options.ts";
import { orUnavailable } from "./trouble.ts";

export interface Reader {
  read(partition: TopicPartition, offset: number, limit: number): Promise<readonly StoredRecord[]>;
  close(): Promise<void>;
}

/** Reads without any group. One read at a time: the client keeps one fetch session for each broker. */
export function createReader(context: KafkaContext): Reader {
  const { base, tuning } = context;
  let client: Consumer | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const read = async ({ topic, partition }: TopicPartition, offset: number, limit: number): Promise<StoredRecord[]> => {
    client ??= new Consumer({
      ...base,
      groupId: "eventpact-read",
      isolationLevel: FetchIsolationLevels.READ_COMMITTED,
    });
    if (!client.topics.has(topic)) client.topics.track(topic);
    const [bounds] = await boundsOf(context, [{ topic, partition }]);
    if (bounds === undefined) return [];
    const records: StoredRecord[] = [];
    let position = Math.max(offset, bounds.begin);
    while (records.length < limit && position < bounds.end) {
      const metadata = await client.metadata({ topics: [topic] });
      const found = metadata.topics.get(topic);
      const response = await client.fetch({
        node: found?.partitions[partition]?.leader ?? -1,
        maxWaitTime: tuning.fetchWaitMs,
        minBytes: 1,
        maxBytes: tuning.fetchBytes,
        topics: [
          {
            topicId: found?.id ?? "",
            partitions: [
              {
                partition,
                fetchOffset: BigInt(position),
                partitionMaxBytes: tuning.fetchBytes,
                currentLeaderEpoch: -1,
                lastFetchedEpoch: -1,
              },
            ],
          },
        ],
      });
      const batches = response.responses
        .flatMap(({ partitions }) => partitions)
        .filter(({ partitionIndex }) => partitionIndex === partition)
        .flatMap((answer) => answer.records ?? []);
      const next = nextOffset(batches);
      if (next === undefined || next <= position) break;
      for (const record of recordsOf(topic, partition, batches, position)) records.push(record);
      position = next;
    }
    return records.slice(0, limit);
  };

  return {
    read: (partition, offset, limit) => {
      const mine = last.then(() => orUnavailable(`reading ${partition.topic}`, () => read(partition, offset, limit)));
      last = mine.catch(() => undefined);
      return mine;
    },
    close: async () => {
      await client?.close(true);
    },
  };
}
