import { MessagingError } from "../errors.ts";
import type { Database } from "../ports/database.ts";

export type OpenDatabaseOptions =
  /** A PostgreSQL server. */
  | { readonly url: string; readonly maxConnections?: number }
  /** Embedded: this process alone, in this directory. */
  | { readonly dataDir: string }
  /** Embedded, gone with the process. */
  | { readonly memory: true };

/**
 * Opens a database. Rejects with `database-unavailable`, or with `data-dir-in-use` naming the directory and
 * the process that has it.
 */
export function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  void options;
  return Promise.reject(new MessagingError("closed", "not there yet"));
}
