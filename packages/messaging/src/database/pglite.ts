import { PGlite } from "@electric-sql/pglite";
import { MessagingError } from "../errors.ts";
import type { Database } from "../ports/database.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import { transactionOver, type Link } from "./session.ts";

export interface EmbeddedOptions {
  /** A directory that this process alone uses; in memory without one. */
  readonly dataDir?: string;
  /** A data directory packed by PGlite's `dumpDataDir`, to start from (tests: ten times faster than making one). */
  readonly image?: Blob;
}

/** PostgreSQL inside this process. It has one connection: transactions run one after the other. */
export async function embedded(options: EmbeddedOptions): Promise<Database> {
  const unlock = options.dataDir === undefined ? undefined : lockDataDir(options.dataDir);
  const pglite = await PGlite.create({
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(options.image === undefined ? {} : { loadDataDir: options.image }),
  }).catch((error: unknown) => {
    unlock?.();
    throw new MessagingError(
      "database-unavailable",
      `The embedded database in ${options.dataDir ?? "memory"} cannot be opened.`,
      { cause: error, retryable: false },
    );
  });
  const turns = queue();
  let closed = false;
  const connect = async (): Promise<Link> => {
    if (closed) throw new MessagingError("closed", "The database is closed.");
    const release = await turns();
    return {
      query: async (text, parameters) => {
        const { rows, affectedRows } = await pglite.query<never>(text, [...parameters]);
        return { rows, affected: affectedRows ?? 0 };
      },
      execute: async (text) => {
        await pglite.exec(text);
      },
      release: (broken) => {
        // There is no second connection to fall back to: whatever still runs ends first, then its transaction.
        if (broken)
          void pglite
            .exec("rollback")
            .catch(() => undefined)
            .finally(release);
        else release();
      },
    };
  };
  return {
    kind: "pglite",
    transaction: transactionOver(connect),
    ping: async () => {
      if (closed) throw new MessagingError("closed", "The database is closed.");
      await pglite.query("select 1");
    },
    close: async () => {
      if (closed) return;
      closed = true;
      const release = await turns();
      await pglite.close();
      unlock?.();
      release();
    },
  };
}

/** Turns in the order asked for: resolves with the function that ends one's turn. */
function queue(): () => Promise<() => void> {
  let last = Promise.resolve();
  return () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const mine = last.then(() => resolve);
    last = promise;
    return mine;
  };
}
