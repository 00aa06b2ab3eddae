import type { Features, OutgoingRecord, Transport } from "../ports/transport.ts";

/** What a case is given: two clients of one broker, a topic of its own, and patience. */
export interface Bench {
  readonly transport: Transport;
  readonly other: Transport;
  readonly topic: string;
  readonly group: string;
  readonly patienceMs: number;
}

export interface Behaviour {
  readonly name: string;
  readonly needs?: keyof Features;
  run(bench: Bench): Promise<void>;
}

export const PARTITIONS = 4;

/** Records `from` … `to` of a key, their number as the value. */
export function numbered(topic: string, key: string, from: number, to: number): OutgoingRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    topic,
    key,
    value: new TextEncoder().encode(String(from + index)),
    headers: {},
  }));
}

/** The numbers in records of a key, in the order heard. */
export function numbersOf(
  records: readonly { readonly key: Uint8Array | null; readonly value: Uint8Array | null }[],
  key: string,
): number[] {
  const text = new TextDecoder();
  return records
    .filter((record) => record.key !== null && text.decode(record.key) === key)
    .map((record) => Number(text.decode(record.value ?? new Uint8Array())));
}

export const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
