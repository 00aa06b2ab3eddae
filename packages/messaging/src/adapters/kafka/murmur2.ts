const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;

/**
 * MurmurHash2 as Apache Kafka's own clients compute it (`org.apache.kafka.common.utils.Utils.murmur2`), as a signed
 * 32-bit number. Every client of a topic must agree on it, or one key lands in two partitions.
 */
export function murmur2(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let hash = seed ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    let word = Math.imul(view.getInt32(at, true), multiplier);
    word ^= word >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  if (whole < bytes.length) {
    let rest = 0;
    for (let at = bytes.length - 1; at >= whole; at -= 1) rest = (rest << 8) | view.getUint8(at);
    hash = Math.imul(hash ^ rest, multiplier);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, multiplier);
  return hash ^ (hash >>> 15);
}

/** The partition of a key among `count`, as Java's default partitioner chooses it. */
export const partitionOf = (key: Uint8Array, count: number): number => (murmur2(key) & 0x7fffffff) % count;
