import type { KafkaTuning } from "../../src/adapters/kafka/kafka.ts";

/** Everything happens soon, so that tests need not wait. */
export const quick: Partial<KafkaTuning> = {
  sessionTimeoutMs: 6_000,
  heartbeatMs: 200,
  rebalanceTimeoutMs: 10_000,
  revokeDeadlineMs: 4_000,
  fetchWaitMs: 100,
  partitionsCheckMs: 300,
  backoffMs: [50, 500],
};

/** The session of members that are going to be frozen. */
export const sessionMs = 4_500;
