import type { Admin, BaseOptions } from "@platformatic/kafka";
import type { Logger } from "pino";

/** Times in milliseconds, sizes in bytes. */
export interface KafkaTuning {
  /** A member that is silent for so long loses its partitions. Longer than `revokeDeadlineMs`. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  /** How long a rebalance waits for a member to come. */
  readonly rebalanceTimeoutMs: number;
  /** How long a partition that goes to another member may take to finish and commit what it has begun. */
  readonly revokeDeadlineMs: number;
  /** How long the start waits for a broker that answers and knows the topics. */
  readonly startTimeoutMs: number;
  /** How long anything else is tried that is asked of a broker, retries included: then it counts as failed. */
  readonly callTimeoutMs: number;
  /** How long a batch is tried before it counts as not sent. */
  readonly sendTimeoutMs: number;
  /** The largest batch of one partition. At most the `max.message.bytes` of the topics, which holds for batches. */
  readonly batchBytes: number;
  /** How long the broker holds a fetch when there is nothing new. */
  readonly fetchWaitMs: number;
  readonly fetchBytes: number;
  /** Budgets of what waits for one partition. Fetching pauses at either. */
  readonly queueRecords: number;
  readonly queueBytes: number;
  /** Budget of what waits for all partitions of one subscription together; each gets an equal share. */
  readonly totalBytes: number;
  /** How often added partitions are looked for. */
  readonly partitionsCheckMs: number;
  /** The first and the longest pause after a failure. */
  readonly backoffMs: readonly [first: number, longest: number];
}

export const tuning: KafkaTuning = {
  sessionTimeoutMs: 30_000,
  heartbeatMs: 3_000,
  rebalanceTimeoutMs: 30_000,
  revokeDeadlineMs: 10_000,
  startTimeoutMs: 60_000,
  callTimeoutMs: 20_000,
  sendTimeoutMs: 15_000,
  batchBytes: 1_000_000,
  fetchWaitMs: 500,
  fetchBytes: 8 * 1_048_576,
  queueRecords: 2_000,
  queueBytes: 4 * 1_048_576,
  totalBytes: 64 * 1_048_576,
  partitionsCheckMs: 10_000,
  backoffMs: [200, 10_000],
};

export interface KafkaOptions {
  /** `host:port`, one or more of the cluster. */
  readonly brokers: readonly string[];
  readonly clientId?: string | undefined;
  readonly tls?: BaseOptions["tls"];
  readonly sasl?: BaseOptions["sasl"];
  /** For topics that are created here; the brokers' own default without it. */
  readonly replicas?: number | undefined;
  readonly tuning?: Partial<KafkaTuning> | undefined;
  readonly log?: Logger | undefined;
}

/** What every part of the adapter is given. */
export interface KafkaContext {
  readonly base: BaseOptions;
  readonly tuning: KafkaTuning;
  readonly log: Logger | undefined;
  readonly replicas: number;
  /** For topics, offsets and commits; on connections that no long poll and no rebalance blocks. */
  readonly admin: Admin;
}

/** The options all of the client's classes share. */
export function baseOptions(options: KafkaOptions, tuned: KafkaTuning): BaseOptions {
  return {
    clientId: options.clientId ?? "eventpact",
    bootstrapBrokers: [...options.brokers],
    connectTimeout: 5_000,
    // A join is answered when the slowest member has come: the client must not give up before the broker does.
    requestTimeout: tuned.rebalanceTimeoutMs + 5_000,
    retries: 3,
    retryDelay: 250,
    metadataMaxAge: 5_000,
    autocreateTopics: false,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
  };
}
