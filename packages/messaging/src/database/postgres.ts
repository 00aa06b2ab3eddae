import { Pool, types } from "pg";
import type { PoolClient, QueryArrayResult, QueryConfig } from "pg";
import { isMessagingError, MessagingError } from "../errors.ts";
import type { Database, TransactionOptions, Urgency } from "../ports/database.ts";
import { identifier, transactionOver, type Link } from "./session.ts";
import { createTurns, type Turns } from "./turns.ts";

const INT8 = 20;

/** int8 as a number, as the embedded database gives it; everything else as pg has it. */
const numbers = {
  getTypeParser: ((oid: number, format: "text" | "binary" = "text") =>
    oid === INT8 ? Number : types.getTypeParser(oid, format as "text")) as typeof types.getTypeParser,
};

/** The driver takes a limit for each statement, which its types do not know. */
interface Timed extends QueryConfig {
  readonly query_timeout: number;
}

export interface ServerOptions {
  readonly url: string;
  readonly maxConnections?: number;
}

/**
 * A PostgreSQL server, through a pool. Rejects with `database-unavailable` when it does not answer.
 *
 * Who waits for a free connection waits for as long as those before take: the pool's own limit for that cannot tell a
 * busy process from a server that is away, and a member that took the one for the other would stop consuming.
 */
export async function server(options: ServerOptions): Promise<Database> {
  const max = options.maxConnections ?? 20;
  const turns = createTurns(max);
  const pool = new Pool({
    connectionString: options.url,
    max,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: numbers,
  });
  // An idle connection that breaks is replaced; without a listener it would end the process.
  pool.on("error", () => undefined);
  let closed = false;
  const connect = async ({
    urgency = "usual",
    timeoutMs = STATEMENT_MS,
  }: Partial<TransactionOptions>): Promise<Link> => {
    const release = await turnOf(turns, urgency, max);
    try {
      if (closed) throw new MessagingError("closed", "The database is closed.");
      return linkOver(await pool.connect().catch(rethrow), timeoutMs + MARGIN_MS, release);
    } catch (error) {
      release();
      throw error;
    }
  };
  const database: Database = {
    kind: "postgres",
    transaction: transactionOver(connect, opening),
    query: async (text, parameters = [], urgency = "usual") => {
      // Not the pool's own `query`: it listens to one error, and a server that goes down sends two.
      const link = await connect({ urgency });
      let broken = true;
      try {
        const result = await link.query(text, parameters);
        broken = false;
        return result;
      } catch (error) {
        broken = isMessagingError(error, "database-unavailable");
        throw error;
      } finally {
        link.release(broken);
      }
    },
    ping: async () => {
      await database.query("select 1", [], "urgent");
    },
    get usage() {
      return turns.usage;
    },
    close: async () => {
      if (closed) return;
      closed = true;
      await pool.end();
    },
  };
  await database.ping();
  return database;
}

/** Longer than any transaction may take that is not a migration: who waits so long waits for somebody who waits for him. */
const LONGEST_WAIT_MS = 60_000;

async function turnOf(turns: Turns, urgency: Urgency, max: number): Promise<() => void> {
  const turn = turns.take(urgency);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    void turn.then((release) => release());
    const what = `All ${max} connections of this process were busy for ${LONGEST_WAIT_MS / 1_000} s.`;
    late.reject(new MessagingError("database-unavailable", `${what} Is a transaction begun within another?`));
  }, LONGEST_WAIT_MS);
  try {
    return await Promise.race([turn, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Silence within a transaction that has nothing to wait for but its own process. */
const SILENCE_MS = 10_000;
/** One statement, the wait for its locks included. */
const STATEMENT_MS = 30_000;
/** So much later than the server should have, this end gives up: then the server, or the way to it, is gone. */
const MARGIN_MS = 5_000;

/**
 * A process that is frozen in mid-transaction keeps its locks: the server ends such a transaction, so that one
 * sick member cannot stop the others.
 */
function opening({ schema, readOnly = false, timeoutMs }: TransactionOptions): string {
  const idle = `set local idle_in_transaction_session_timeout = ${Math.ceil(timeoutMs ?? SILENCE_MS)}`;
  const statement = `set local statement_timeout = ${Math.ceil(timeoutMs ?? STATEMENT_MS)}`;
  return `begin${readOnly ? " read only" : ""}; set local search_path to ${identifier(schema)}; ${idle}; ${statement}`;
}

/** `limitMs`: a server that is frozen, or a connection whose other end is gone, never answers and never fails. */
function linkOver(client: PoolClient, limitMs: number, release: () => void): Link {
  const onError = (): void => undefined;
  client.on("error", onError);
  const run = (text: string, values?: unknown[]): Promise<QueryArrayResult> => {
    const query: Timed = { text, query_timeout: limitMs, ...(values === undefined ? {} : { values }) };
    return client.query<never>(query).catch(rethrow);
  };
  const execute = async (text: string): Promise<void> => {
    await run(text);
  };
  return {
    query: async (text, parameters) => {
      const result = await run(text, parameters.map(literal));
      return { rows: result.rows as never[], affected: result.rowCount ?? 0 };
    },
    control: execute,
    prepare: execute,
    execute,
    release: (broken) => {
      client.off("error", onError);
      client.release(broken);
      release();
    },
  };
}

/** What has to be escaped within an array. The driver looks at each element by itself, which takes longer than the rest. */
const SPECIAL = /["\\]/;

/** Arrays of numbers and of plain text as PostgreSQL writes them; everything else is the driver's. */
function literal(value: unknown): unknown {
  if (!Array.isArray(value) || value.length < 8) return value;
  if (value.every((one) => typeof one === "number")) return `{${value.join(",")}}`;
  const plain = value.every((one) => typeof one === "string" || one === null) && !SPECIAL.test(value.join(""));
  return plain ? `{${value.map((one) => (one === null ? "NULL" : `"${one}"`)).join(",")}}` : value;
}

/** SQLSTATE classes and codes that mean: the server, not the statement. */
const OUTAGE = /^(08|53|57P0|25P03|58)/;
const SOCKET = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;
const TERMINATED =
  /Connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable|Client was closed|Query read timeout/i;

function rethrow(error: unknown): never {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const message = error instanceof Error ? error.message : String(error);
  if (OUTAGE.test(code) || SOCKET.test(code) || TERMINATED.test(message)) {
    throw new MessagingError(
      "database-unavailable",
      `The database does not answer: ${message === "" ? code : message}`,
      { cause: error },
    );
  }
  throw error;
}
