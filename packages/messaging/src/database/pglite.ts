import { PGlite } from "@electric-sql/pglite";
import { MessagingError } from "../errors.ts";
import type { Database, TransactionOptions } from "../ports/database.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import { parsers, serializers, statementsOver } from "./pglite-statements.ts";
import { identifier, transactionOver, type Link } from "./session.ts";
import { createTurns } from "./turns.ts";

export interface EmbeddedOptions {
  /** A directory that this process alone uses; in memory without one. */
  readonly dataDir?: string;
  /** A data directory packed by PGlite's `dumpDataDir`, to start from (tests: ten times faster than making one). */
  readonly image?: Blob;
}

/**
 * PostgreSQL inside this process. It has one connection: transactions run one after the other, those that somebody
 * waits for first.
 */
export async function embedded(options: EmbeddedOptions): Promise<Database> {
  const unlock = options.dataDir === undefined ? undefined : lockDataDir(options.dataDir);
  const pglite = await PGlite.create({
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
    ...(options.image === undefined ? {} : { loadDataDir: options.image }),
    parsers,
    serializers,
  }).catch((error: unknown) => {
    unlock?.();
    throw new MessagingError(
      "database-unavailable",
      `The embedded database in ${options.dataDir ?? "memory"} cannot be opened.`,
      { cause: error, retryable: false },
    );
  });
  const turns = createTurns();
  const statements = statementsOver(pglite);
  let closed = false;
  const refuseClosed = (): void => {
    if (closed) throw new MessagingError("closed", "The database is closed.");
  };
  const connect = async ({ schema, urgency = "usual" }: TransactionOptions): Promise<Link> => {
    refuseClosed();
    const release = await turns(urgency);
    return {
      query: (text, parameters) => statements.query(schema, text, parameters),
      control: statements.execute,
      execute: async (text) => {
        await statements.execute(text);
        await statements.forget();
      },
      release: (broken) => {
        // There is no second connection to fall back to: whatever still runs ends first, then its transaction.
        if (broken)
          void statements
            .execute("rollback")
            .catch(() => undefined)
            .finally(release);
        else release();
      },
    };
  };
  return {
    kind: "pglite",
    transaction: transactionOver(connect, ({ schema, readOnly = false }) =>
      // Nobody else can be kept waiting by silence here, and nothing could end a statement from outside.
      `begin${readOnly ? " read only" : ""}; set local search_path to ${identifier(schema)}`,
    ),
    query: async (text, parameters = [], urgency = "usual") => {
      refuseClosed();
      const release = await turns(urgency);
      try {
        return await statements.query("", text, parameters);
      } finally {
        release();
      }
    },
    // It lives in this process: it answers for as long as anything does, and a probe need not wait for its turn.
    ping: async () => refuseClosed(),
    close: async () => {
      if (closed) return;
      closed = true;
      const release = await turns("usual");
      await pglite.close();
      unlock?.();
      release();
    },
  };
}
