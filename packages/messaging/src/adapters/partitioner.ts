/**
 * The partition of a key as Kafka's default partitioner for Java chooses it (murmur2, seed 0x9747b28c), so that
 * a key stays where it is when a team moves from one broker to another.
 */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

const M = 0x5bd1e995;

/** MurmurHash2 by Austin Appleby (public domain), as in `org.apache.kafka.common.utils.Utils.murmur2`. */
function murmur2(data: Uint8Array): number {
  let hash = 0x9747b28c ^ data.length;
  const whole = data.length - (data.length % 4);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(view.getInt32(at, true), M);
    k = Math.imul(k ^ (k >>> 24), M);
    hash = Math.imul(hash, M) ^ k;
  }
  const rest = data.subarray(whole);
  if (rest.length > 0) {
    rest.forEach((byte, index) => (hash ^= byte << (8 * index)));
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
