import type { Transport } from "../../ports/transport.ts";
import type { KafkaOptions } from "./options.ts";

export type { KafkaOptions, KafkaTuning } from "./options.ts";

/**
 * Apache Kafka 3.5 or newer as a transport. Loads its client (half a second) only now, so that programs without Kafka
 * never pay for it, and connects when it is first used: trouble with the broker shows as `broker-unavailable`.
 */
export async function openKafka(options: KafkaOptions): Promise<Transport> {
  const { createTransport } = await import("./transport.ts");
  return createTransport(options);
}
