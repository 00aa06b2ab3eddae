import type { OutgoingRecord } from "../../ports/transport.ts";

/** A record with its place in the batch it was given in, and what Kafka needs of it. */
export interface Placed {
  readonly index: number;
  readonly record: OutgoingRecord;
  readonly key: Buffer;
  readonly partition: number;
  readonly bytes: number;
}

/** The header of a record batch (61 bytes), and what the request around it takes. */
const batchOverhead = 512;

/** An upper bound of what a record takes in a batch: its parts, and the lengths and deltas around them. */
export function recordBytes(record: OutgoingRecord, key: Uint8Array): number {
  let bytes = 32 + key.byteLength + record.value.byteLength;
  for (const [name, value] of Object.entries(record.headers)) {
    bytes += 10 + Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return bytes;
}

/** Whether a record fits into a batch of its own. */
export const fits = (bytes: number, batchBytes: number): boolean => bytes + batchOverhead <= batchBytes;

export const placeName = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * Splits records into batches by partition: in order, none larger than `batchBytes`. The client would send all records of
 * a partition as one batch, and the broker refuses a batch that is larger than the topic's limit.
 */
export function batchesOf(records: readonly Placed[], batchBytes: number): Map<string, Placed[][]> {
  const lanes = new Map<string, Placed[][]>();
  const sizes = new Map<string, number>();
  for (const placed of records) {
    const name = placeName(placed.record.topic, placed.partition);
    const lane = lanes.get(name) ?? [];
    const size = sizes.get(name) ?? batchOverhead;
    const last = lane.at(-1);
    if (last === undefined || size + placed.bytes > batchBytes) {
      lane.push([placed]);
      sizes.set(name, batchOverhead + placed.bytes);
    } else {
      last.push(placed);
      sizes.set(name, size + placed.bytes);
    }
    lanes.set(name, lane);
  }
  return lanes;
}

/** Two batches out of one that the broker found too large. */
export const halves = (batch: readonly Placed[]): [Placed[], Placed[]] => [
  batch.slice(0, batch.length >> 1),
  batch.slice(batch.length >> 1),
];
