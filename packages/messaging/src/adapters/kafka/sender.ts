import { ProduceAcks, Producer } from "@platformatic/kafka";
import { MessagingError } from "../../errors.ts";
import type { OutgoingRecord, SendResult } from "../../ports/transport.ts";
import { partitionOf } from "../partitioner.ts";
import { inTime } from "./backoff.ts";
import { batchesOf, fits, halves, placeName, recordBytes, type Placed } from "./batches.ts";
import type { KafkaContext } from "./options.ts";
import { appendedDespite, tooLargeIn } from "./outcomes.ts";
import { unavailable } from "./trouble.ts";

export interface Sender {
  send(batch: readonly OutgoingRecord[]): Promise<readonly SendResult[]>;
  close(): Promise<void>;
}

interface Waiting {
  readonly batch: readonly OutgoingRecord[];
  readonly resolve: (results: readonly SendResult[]) => void;
  readonly reject: (error: unknown) => void;
}

type Results = (SendResult | undefined)[];

const failed = (error: MessagingError): SendResult => ({ ok: false, error });

/** What one send to Kafka answers: the first offset of each partition. Rejects when any partition failed. */
type Produce = (batches: Iterable<readonly Placed[]>) => Promise<Map<string, number>>;

/** What a closed producer may take to reject what it was sending; not every call of it does. */
const closingMs = 2_000;

/**
 * An idempotent producer with acknowledgement of all replicas. The client has no limit for how long it tries, and its
 * requests cannot be taken back: when the time is over, the producer is closed with its connections and replaced.
 */
function createProduce({ base, tuning }: KafkaContext): { produce: Produce; close(): Promise<void> } {
  const create = (): Producer<Buffer, Buffer, Buffer, Buffer> =>
    new Producer<Buffer, Buffer, Buffer, Buffer>({
      ...base,
      idempotent: true,
      acks: ProduceAcks.ALL,
      requestTimeout: tuning.sendTimeoutMs,
      timeout: tuning.sendTimeoutMs,
      // With fewer than two it would try for ever.
      retries: Math.max(2, Math.round(tuning.sendTimeoutMs / 250)),
      retryDelay: 250,
    });
  let producer = create();
  let closed = false;
  const giveUp = (): void => {
    const old = producer;
    if (!closed) producer = create();
    old.close(true).catch(() => undefined);
  };
  const produce: Produce = async (batches) => {
    const overdue = setTimeout(giveUp, tuning.sendTimeoutMs);
    try {
      const sent = producer.send({ messages: [...batches].flat().map(message) });
      const answer = await inTime(tuning.sendTimeoutMs + closingMs, "sending", sent);
      return new Map(
        (answer.offsets ?? []).map(({ topic, partition, offset }) => [placeName(topic, partition), Number(offset)]),
      );
    } finally {
      clearTimeout(overdue);
    }
  };
  return {
    produce,
    close: () => {
      closed = true;
      return producer.close(true);
    },
  };
}

/**
 * Sends batches, never two at once: when the first of two failed and was tried again, the client would append it after
 * the second. What comes meanwhile waits, and then goes together.
 */
export function createSender(context: KafkaContext): Sender {
  const { produce, close } = createProduce(context);
  let queue: Waiting[] = [];
  let running: Promise<void> | undefined;
  let closed = false;

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      const taken = queue;
      queue = [];
      const results = await sendAll(
        produce,
        context,
        taken.flatMap((waiting) => waiting.batch),
      );
      let at = 0;
      for (const waiting of taken) settle(waiting, results.slice(at, (at += waiting.batch.length)));
    }
    running = undefined;
  };

  return {
    send: (batch) => {
      if (batch.length === 0) return Promise.resolve([]);
      if (closed) return Promise.reject(new MessagingError("closed", "The Kafka transport is closed."));
      return new Promise((resolve, reject) => {
        queue.push({ batch, resolve, reject });
        running ??= drain();
      });
    },
    close: async () => {
      closed = true;
      await close();
      await running;
    },
  };
}

function settle({ resolve, reject }: Waiting, results: readonly SendResult[]): void {
  const errors = results.map((result) => (result.ok ? undefined : result.error));
  if (errors.every((error) => error?.code === "broker-unavailable")) reject(errors[0]);
  else resolve(results);
}

async function sendAll(
  produce: Produce,
  context: KafkaContext,
  records: readonly OutgoingRecord[],
): Promise<SendResult[]> {
  const results: Results = Array.from({ length: records.length });
  const counts = await partitionCounts(context, records);
  const placed: Placed[] = [];
  const blocked = new Map<string, MessagingError>();
  for (const [index, record] of records.entries()) {
    const lane = `${record.topic}\0${record.key}`;
    const place = blocked.get(lane) ?? placeOf(record, index, counts.get(record.topic), context.tuning.batchBytes);
    if (place instanceof MessagingError) {
      results[index] = failed(place);
      blocked.set(lane, successor(place, record));
    } else {
      placed.push(place);
    }
  }
  const lanes = batchesOf(placed, context.tuning.batchBytes);
  while (lanes.size > 0) await sendRound(produce, lanes, results);
  return results.map((result) => result ?? failed(new MessagingError("broker-unavailable", "Kafka: not sent.")));
}

function placeOf(
  record: OutgoingRecord,
  index: number,
  count: number | MessagingError | undefined,
  limit: number,
): Placed | MessagingError {
  if (count === undefined || count instanceof MessagingError) return count ?? unavailable("unknown", record.topic);
  const key = Buffer.from(record.key);
  const bytes = recordBytes(record, key);
  if (!fits(bytes, limit)) return tooLarge(record, bytes, limit);
  return { index, record, key, partition: partitionOf(key, count), bytes };
}

const tooLarge = (record: OutgoingRecord, bytes: number, limit: number): MessagingError =>
  new MessagingError(
    "event-too-large",
    `A record for ${record.topic} with key ${record.key} takes ${bytes} bytes; at most ${limit} are possible.`,
  );

/** What a record hears whose predecessor of the same key was not sent: its own turn has not come. */
const successor = (error: MessagingError, record: OutgoingRecord): MessagingError =>
  error.code === "broker-unavailable"
    ? error
    : new MessagingError("broker-unavailable", `An earlier record with key ${record.key} could not be sent.`, {
        cause: error,
      });

async function partitionCounts(
  { admin, tuning }: KafkaContext,
  records: readonly OutgoingRecord[],
): Promise<Map<string, number | MessagingError>> {
  const counts = new Map<string, number | MessagingError>();
  for (const topic of new Set(records.map((record) => record.topic))) {
    try {
      const metadata = await inTime(tuning.sendTimeoutMs, "looking", admin.metadata({ topics: [topic] }));
      counts.set(topic, metadata.topics.get(topic)?.partitionsCount ?? unavailable("no such topic", topic));
    } catch (error) {
      counts.set(topic, unavailable(error, `looking for topic ${topic}`));
    }
  }
  return counts;
}

/** Sends the first batch of every lane in one go and settles them; a lane with a failed batch goes no further. */
async function sendRound(produce: Produce, lanes: Map<string, Placed[][]>, results: Results): Promise<void> {
  const round = new Map([...lanes].map(([name, lane]) => [name, lane.shift() ?? []]));
  let appended: Map<string, number>;
  let problem: unknown;
  try {
    appended = await produce(round.values());
  } catch (error) {
    problem = error;
    appended = appendedDespite(error);
  }
  const oversized = tooLargeIn(problem);
  for (const [name, batch] of round) {
    const offset = appended.get(name);
    const lane = lanes.get(name) ?? [];
    if (offset !== undefined) {
      for (const [at, { index, record, partition }] of batch.entries()) {
        results[index] = { ok: true, topic: record.topic, partition, offset: offset + at };
      }
    } else if (oversized.has(name)) {
      splitLane(lane, batch, results);
    } else {
      const error = unavailable(problem ?? "no answer for this partition", `sending to ${name}`);
      for (const { index } of [batch, ...lane.splice(0)].flat()) results[index] = failed(error);
    }
    if (lane.length === 0) lanes.delete(name);
  }
}

/** The topic takes less than we do: look for the record that is too large, and let the others pass in order. */
function splitLane(lane: Placed[][], batch: readonly Placed[], results: Results): void {
  const [first] = batch;
  if (batch.length > 1) {
    lane.unshift(...halves(batch));
  } else if (first !== undefined) {
    const { record, index, bytes } = first;
    const error = new MessagingError(
      "event-too-large",
      `The record for ${record.topic} with key ${record.key} takes ${bytes} bytes, more than the topic's max.message.bytes.`,
    );
    results[index] = failed(error);
    const rest = lane.splice(0).map((later) =>
      later.filter((placed) => {
        if (placed.record.key !== record.key) return true;
        results[placed.index] = failed(successor(error, record));
        return false;
      }),
    );
    lane.push(...rest.filter((later) => later.length > 0));
  }
}

const message = ({
  record,
  key,
  partition,
}: Placed): {
  topic: string;
  partition: number;
  key: Buffer;
  value: Buffer;
  headers: Map<Buffer, Buffer>;
  timestamp?: bigint;
} => ({
  topic: record.topic,
  partition,
  key,
  value: Buffer.from(record.value.buffer, record.value.byteOffset, record.value.byteLength),
  // A broker refuses what comes from its future (message.timestamp.after.max.ms, an hour).
  ...(record.timestamp === undefined ? {} : { timestamp: BigInt(record.timestamp) }),
  headers: new Map(Object.entries(record.headers).map(([name, value]) => [Buffer.from(name), Buffer.from(value)])),
});
