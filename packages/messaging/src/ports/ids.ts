import { randomFillSync } from "node:crypto";

/** Identity and chance, as a port so that tests can repeat them. */
export interface Ids {
  /** A UUIDv7 (RFC 9562, 5.7) for the moment `now`: sortable by time, monotonic within one process. */
  newId(now: Date): string;
  /** Fills and returns `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** A number in [0, 1), for jitter. */
  chance(): number;
}

/** Ids from a source of random bytes. */
export function idsFrom(fill: (bytes: Uint8Array) => Uint8Array): Ids {
  let lastMs = 0;
  let counter = 0;
  const bytes = (length: number): Uint8Array => fill(new Uint8Array(length));
  return {
    bytes,
    chance: () => new DataView(bytes(4).buffer).getUint32(0) / 2 ** 32,
    newId: (now) => {
      const tail = bytes(10);
      const ms = Math.max(now.getTime(), lastMs);
      // A counter in rand_a keeps ids of one millisecond in order (method 1 of RFC 9562, 6.2).
      counter = ms === lastMs ? counter + 1 : ((tail[0] ?? 0) << 2) | ((tail[1] ?? 0) >> 6);
      lastMs = counter > 0xfff ? ms + 1 : ms;
      counter &= 0xfff;
      const hex =
        lastMs.toString(16).padStart(12, "0") +
        (0x7000 | counter).toString(16) +
        Buffer.from(tail.subarray(2)).toString("hex");
      const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
    },
  };
}

export const systemIds: Ids = idsFrom((bytes) => randomFillSync(bytes));

/** Ids that repeat for the same `seed` (mulberry32), for tests and simulations. */
export function seededIds(seed: number): Ids {
  const random = seededRandom(seed);
  return idsFrom((bytes) => bytes.map(() => Math.floor(random() * 256)));
}

/** Numbers in [0, 1) that repeat for the same seed: mulberry32 by Tommy Ettinger (public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
