import type { Database } from "../ports/database.ts";
import { embedded } from "./pglite.ts";
import { server } from "./postgres.ts";

export type OpenDatabaseOptions =
  /** A PostgreSQL server: `postgres://user:password@host:port/database`. */
  | { readonly url: string; readonly maxConnections?: number }
  /** Embedded: this process alone, in this directory. */
  | { readonly dataDir: string }
  /** Embedded, gone with the process. `image` is a packed data directory to start from. */
  | { readonly memory: true; readonly image?: Blob };

/**
 * Opens a database. Rejects with `database-unavailable`, or with `data-dir-in-use` naming the directory and
 * the process that has it.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  if ("url" in options) return server(options);
  if ("dataDir" in options) return embedded({ dataDir: options.dataDir });
  return embedded(options.image === undefined ? {} : { image: options.image });
}
