// The broker's client alone, used as its own documentation has it: the peer of everything we measure.
import { randomUUID } from "node:crypto";
import { Consumer, ProduceAcks, Producer, stringSerializers } from "@platformatic/kafka";

export const BATCH = 500;

/** Sends ready bytes, 500 at a time, idempotent and acknowledged by all replicas. Answers records per second. */
export async function rawProduce(
  brokers: readonly string[],
  topic: string,
  messages: readonly { readonly key: string; readonly value: string; readonly headers: Record<string, string> }[],
): Promise<number> {
  const producer = new Producer({
    clientId: "bench-raw",
    bootstrapBrokers: [...brokers],
    serializers: stringSerializers,
    idempotent: true,
    acks: ProduceAcks.ALL,
  });
  try {
    await producer.metadata({ topics: [topic] });
    const since = performance.now();
    for (let at = 0; at < messages.length; at += BATCH) {
      await producer.send({ messages: messages.slice(at, at + BATCH).map((message) => ({ topic, ...message })) });
    }
    return messages.length / ((performance.now() - since) / 1_000);
  } finally {
    await producer.close(true);
  }
}

export interface RawConsume {
  /** Offsets are committed, and waited for, after so many records; never without it. */
  readonly commitEvery?: number;
  /** Work for each record. */
  readonly each?: (value: Buffer) => Promise<void> | void;
}

/** Reads `count` records as a stream in a fresh group, keys and values as bytes. Answers records per second from the first on. */
export async function rawConsume(
  brokers: readonly string[],
  topic: string,
  count: number,
  { commitEvery = 0, each }: RawConsume,
): Promise<number> {
  const consumer = new Consumer({
    clientId: "bench-raw",
    bootstrapBrokers: [...brokers],
    groupId: `raw-${randomUUID()}`,
    autocommit: false,
    // As our adapter asks. The default takes all of the measurement in one answer, before the first record is seen.
    maxBytes: 8 * 1_048_576,
  });
  try {
    const stream = await consumer.consume({ topics: [topic], mode: "earliest", maxWaitTime: 500 });
    let since = 0;
    let seen = 0;
    const offsets = new Map<number, bigint>();
    for await (const { value, partition, offset } of stream) {
      if (seen === 0) since = performance.now();
      seen += 1;
      const working = each?.(value as Buffer);
      if (working !== undefined) await working;
      offsets.set(partition, offset + 1n);
      if (commitEvery > 0 && (seen % commitEvery === 0 || seen === count)) {
        await consumer.commit({
          offsets: [...offsets].map(([of, next]) => ({ topic, partition: of, offset: next, leaderEpoch: 0 })),
        });
        offsets.clear();
      }
      if (seen === count) break;
    }
    return count / ((performance.now() - since) / 1_000);
  } finally {
    await consumer.close(true);
  }
}
