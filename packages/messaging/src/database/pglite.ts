import { PGlite } from "@electric-sql/pglite";
import { MessagingError } from "../errors.ts";
import type { Database, TransactionOptions } from "../ports/database.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import { parsers, serializers, statementsOver, type Statements } from "./pglite-statements.ts";
import { identifier, transactionOver, type Link } from "./session.ts";
import { createTurns, type Turns } from "./turns.ts";

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
  const pglite = await open(options).catch((error: unknown) => {
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
    return linkOver(statements, turns, schema, await turns.take(urgency));
  };
  return {
    kind: "pglite",
    transaction: transactionOver(connect, opening),
    query: async (text, parameters = [], urgency = "usual") => {
      refuseClosed();
      const release = await turns.take(urgency);
      try {
        return await statements.query("", text, parameters);
      } finally {
        release();
      }
    },
    // It lives in this process: it answers for as long as anything does, and a probe need not wait for its turn.
    ping: async () => refuseClosed(),
    get usage() {
      return turns.usage;
    },
    close: async () => {
      if (closed) return;
      closed = true;
      const release = await turns.take("usual");
      await pglite.close();
      unlock?.();
      release();
    },
  };
}

async function open({ dataDir, image }: EmbeddedOptions): Promise<PGlite> {
  const pglite = await PGlite.create({
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(image === undefined ? {} : { loadDataDir: image }),
    parsers,
    serializers,
  });
  // Nobody gathers statistics in here, so a plan made for certain parameters is no better, only made again each time.
  await pglite.exec("set plan_cache_mode = force_generic_plan");
  return pglite;
}

/** Nobody else can be kept waiting by silence here, and nothing could end a statement from outside. */
const opening = ({ schema, readOnly = false }: TransactionOptions): string =>
  `begin${readOnly ? " read only" : ""}; set local search_path to ${identifier(schema)}`;

function linkOver(statements: Statements, turns: Turns, schema: string, release: () => void): Link {
  return {
    query: (text, parameters) => statements.query(schema, text, parameters),
    control: statements.execute,
    prepare: async (text) => statements.defer(text),
    execute: async (text) => {
      await statements.execute(text);
      await statements.forget();
    },
    get pressed() {
      return turns.pressed;
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
}
