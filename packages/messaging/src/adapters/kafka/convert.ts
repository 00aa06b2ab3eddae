import type { RecordsBatch } from "@platformatic/kafka";
import type { Headers, StoredRecord } from "../../ports/transport.ts";

const controlBit = 0b100000;
const logAppendTimeBit = 0b1000;

/** The offset after the last one of `batches`, also where compaction or control records leave nothing to deliver. */
export function nextOffset(batches: readonly RecordsBatch[]): number | undefined {
  const last = batches.at(-1);
  return last === undefined ? undefined : Number(last.firstOffset) + last.lastOffsetDelta + 1;
}

/** The records at or after `from`: a batch begins before the wanted offset when it was asked for from its middle. */
export function recordsOf(
  topic: string,
  partition: number,
  batches: readonly RecordsBatch[],
  from: number,
): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (const batch of batches) {
    if ((batch.attributes & controlBit) !== 0) continue;
    const first = Number(batch.firstOffset);
    const appendTime = (batch.attributes & logAppendTimeBit) !== 0 ? Number(batch.maxTimestamp) : undefined;
    for (const record of batch.records) {
      const offset = first + record.offsetDelta;
      if (offset < from) continue;
      const timestamp = appendTime ?? Number(batch.firstTimestamp + record.timestampDelta);
      records.push(new Fetched(topic, partition, offset, timestamp, record));
    }
  }
  return records;
}

type Raw = RecordsBatch["records"][number];

/** A record as it came. Few look at all of its headers, and making text of them costs more than a trivial handler. */
class Fetched implements StoredRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly #raw: Raw["headers"];
  #headers: Headers | undefined;

  constructor(topic: string, partition: number, offset: number, timestamp: number, raw: Raw) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.key = raw.key;
    this.value = raw.value;
    this.#raw = raw.headers;
  }

  get headers(): Headers {
    return (this.#headers ??= headersOf(this.#raw));
  }
}

/** Anybody may have written them: `fromEntries` makes even `__proto__` an ordinary name. The last of a name counts. */
const headersOf = (headers: readonly (readonly [Buffer | null, Buffer | null])[]): Headers =>
  Object.fromEntries(
    headers.map(([name, value]) => [(name ?? "").toString("utf8").toLowerCase(), (value ?? "").toString("utf8")]),
  );

/** What a record holds in memory, nearly. */
export const heldBytes = (record: StoredRecord): number =>
  200 + (record.key?.byteLength ?? 0) + (record.value?.byteLength ?? 0);
