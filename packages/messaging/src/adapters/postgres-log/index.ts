import { MessagingError } from "../../errors.ts";
import type { Database } from "../../ports/database.ts";
import type { Transport } from "../../ports/transport.ts";

export interface PostgresLogOptions {
  readonly database: Database;
  /** How long a member may be silent before its partitions go to others. */
  readonly sessionMs?: number;
  /** How often to look for records that other processes appended. */
  readonly pollMs?: number;
}

/** A partitioned log in tables of schema `broker`: the embedded default, and the middle tier for several processes. */
export function postgresLog(options: PostgresLogOptions): Transport {
  void options;
  throw new MessagingError("closed", "not there yet");
}
