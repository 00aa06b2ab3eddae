/** Everything about the runtime that may be tuned. Times in milliseconds, sizes in bytes. */
export interface Settings {
  /** Records handled in one transaction, at most. 1 for services whose effects outside the database must not repeat with a batch. */
  readonly batchRecords: number;
  /** A batch is committed early when it has taken this long. */
  readonly batchMs: number;
  readonly handlerTimeoutMs: number;
  /** Moments of the attempts, counted from the first: five by default. */
  readonly attemptsAtMs: readonly number[];
  /** Each delay is lengthened by up to this share, never shortened. */
  readonly jitter: number;
  /** How long `wait()` may wait. */
  readonly patienceMs: number;
  /** How long an event waits for a missing predecessor of its key. */
  readonly gapPatienceMs: number;
  /** How long an event of a newer version than any known waits for a newer consumer. */
  readonly versionPatienceMs: number;
  /** The largest event, headers included, that may be committed. Below the broker's own limit. */
  readonly maxMessageBytes: number;
  readonly eventsPerTransaction: number;
  /** How long inbox marks are kept: at least topic retention, dead letter age and replay window. */
  readonly inboxWindowMs: number;
  /** Fallback when no wake-up comes from inside the process. */
  readonly pollMs: number;
  readonly relayBatch: number;
  /** How long a relay or job owner may be silent before another takes over. */
  readonly leaseMs: number;
  /** A partition with a backlog that stands still for so long is said aloud, and its group joined again. */
  readonly stallMs: number;
  readonly breaker: BreakerSettings;
}

export interface BreakerSettings {
  /** Opens after this many failures in a row … */
  readonly failures: number;
  /** … over at least this many keys. */
  readonly keys: number;
  readonly pauseMs: number;
  readonly maxPauseMs: number;
}

const DAY = 86_400_000;

export const defaults: Settings = {
  batchRecords: 500,
  batchMs: 1_000,
  handlerTimeoutMs: 30_000,
  attemptsAtMs: [0, 1_000, 3_000, 7_000, 15_000],
  jitter: 0.1,
  patienceMs: 3_600_000,
  gapPatienceMs: 60_000,
  versionPatienceMs: DAY,
  maxMessageBytes: 900_000,
  eventsPerTransaction: 1_000,
  inboxWindowMs: 30 * DAY,
  pollMs: 1_000,
  relayBatch: 500,
  leaseMs: 10_000,
  stallMs: 60_000,
  breaker: { failures: 20, keys: 5, pauseMs: 1_000, maxPauseMs: 30_000 },
};
