import type { ErrorCode } from "../errors.ts";
import type { Headers } from "../ports/transport.ts";

export type DeadLetterStatus = "open" | "redriven" | "discarded";

export interface AuditEntry {
  readonly at: Date;
  /** Who: an operator's name, or `runtime`. */
  readonly by: string;
  readonly action: "died" | "redriven" | "edited" | "handled" | "discarded";
  readonly note: string;
}

/** An event that was given up, with everything needed to judge and repair it. */
export interface DeadLetter {
  readonly id: string;
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The original bytes. */
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  readonly eventId: string | undefined;
  readonly event: string | undefined;
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack: string | undefined;
  readonly attempts: number;
  /** When the record was written, first tried and given up. */
  readonly recordedAt: Date;
  readonly firstTriedAt: Date;
  readonly diedAt: Date;
  readonly status: DeadLetterStatus;
  readonly audit: readonly AuditEntry[];
}

export interface DeadLetterQuery {
  readonly status?: DeadLetterStatus;
  readonly topic?: string;
  readonly key?: string;
  readonly event?: string;
  readonly code?: ErrorCode;
  /** At most this many, in the order of topic, key and sequence; 100 by default, 1,000 at most. */
  readonly limit?: number;
  /** Only those that follow the letter with this id in that order: the last of a page, to get the next one. */
  readonly after?: string;
}

/** Open dead letters of one service that died of the same thing. */
export interface DeadLetterCause {
  readonly code: ErrorCode;
  readonly event: string | undefined;
  readonly topic: string;
  readonly count: number;
  /** When the newest of them was given up, and what it died of. */
  readonly newestAt: Date;
  readonly message: string;
}

export interface Signed {
  /** Who does it; kept in the audit trail. */
  readonly by: string;
  readonly note?: string;
}

/**
 * The dead letters of one service. A redriven event is handled by the group that failed, in the order of
 * its key, through the same attempts as before; its effect happens once, however often and by whomever it
 * is redriven.
 */
export interface DeadLetters {
  list(query?: DeadLetterQuery): Promise<readonly DeadLetter[]>;
  /** Rejects with `dead-letter-not-found`. */
  show(id: string): Promise<DeadLetter>;
  /** Answers false when it was settled before. `edited` replaces the bytes, never the identity (`payload-conflict`). */
  redrive(id: string, options: Signed & { readonly edited?: Uint8Array }): Promise<boolean>;
  /** Redrives every open one that fits, in order and each once, at most `limit` if it is given; answers how many. */
  redriveAll(query: DeadLetterQuery, options: Signed): Promise<number>;
  /** Answers false when it was settled before. */
  discard(id: string, options: Signed): Promise<boolean>;
  /** The open ones by what they died of, the most numerous first; at most 200 causes. */
  causes(): Promise<readonly DeadLetterCause[]>;
  /** How many are open. */
  depth(): Promise<number>;
}
