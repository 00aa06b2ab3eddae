import {
  DefaultQueryExecutor,
  DummyDriver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  Transaction,
} from "kysely";
import type { CompiledQuery, DatabaseConnection, Dialect } from "kysely";
import { MessagingError } from "../errors.ts";
import type { Database, QueryResult, Session, Tables, TransactionOptions } from "../ports/database.ts";

/** One connection with exclusive use, as the two kinds of database offer it. */
export interface Link {
  query(text: string, parameters: readonly unknown[]): Promise<QueryResult<never>>;
  /** Statements of the runtime that steer the transaction: commit, rollback. */
  control(text: string): Promise<void>;
  /** The same where nothing but the next statement depends on it (begin, savepoints): it may go with that one. */
  prepare(text: string): Promise<void>;
  /** Several statements of anybody's, which may change tables. */
  execute(text: string): Promise<void>;
  /** Somebody urgent waits for this connection. */
  readonly pressed?: boolean;
  /** `broken`: never to be used again. */
  release(broken: boolean): void;
}

const dialect: Dialect = {
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
};

/** A Kysely transaction over a connection that is already in one. Its own begin and commit are never called. */
function kyselyOver(
  query: (text: string, parameters: readonly unknown[]) => Promise<QueryResult<never>>,
): Transaction<Tables> {
  const connection: DatabaseConnection = {
    executeQuery: async (compiled: CompiledQuery) => {
      const result = await query(compiled.sql, compiled.parameters);
      return { rows: [...result.rows], numAffectedRows: BigInt(result.affected) };
    },
    streamQuery: () => {
      throw new MessagingError("transaction-closed", "Streaming a query is not supported; use limit and paging.");
    },
  };
  const executor = new DefaultQueryExecutor(dialect.createQueryCompiler(), dialect.createAdapter(), {
    provideConnection: (consumer) => consumer(connection),
  });
  return new Transaction<Tables>({ config: { dialect }, dialect, driver: new DummyDriver() as never, executor });
}

/** Quotes an SQL identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

type Guard = "none" | "armed" | "set" | "stale";

interface OwnedSession extends Session {
  readonly poisoned: boolean;
  end(): void;
}

function sessionOver(link: Link): OwnedSession {
  let guard: Guard = "none";
  let guarded = 0;
  // An error is made only for those who run into it: a stack at the end of every transaction costs more than its commit.
  let closed: string | undefined;
  let db: Transaction<Tables> | undefined;
  let poisoned = false;
  const ready = async (): Promise<void> => {
    if (closed !== undefined) throw new MessagingError("transaction-closed", closed);
    if (guard !== "armed") return;
    // One savepoint at a time: the one before is released in the same round trip.
    guard = "set";
    await link.prepare(guarded++ === 0 ? "savepoint work" : "release savepoint work; savepoint work");
  };
  const query = async (text: string, parameters: readonly unknown[] = []): Promise<QueryResult<never>> => {
    await ready();
    return link.query(text, parameters);
  };
  const close = (why: string): void => {
    closed ??= why;
  };
  return {
    get db() {
      return (db ??= kyselyOver(query));
    },
    get pressed() {
      return link.pressed === true;
    },
    get poisoned() {
      return poisoned;
    },
    query,
    execute: async (text) => {
      await ready();
      await link.execute(text);
    },
    nested: async (work) => {
      guard = "armed";
      try {
        return await work();
      } catch (error) {
        if (guardIs(guard, "set") && !poisoned) await link.control("rollback to savepoint work");
        throw error;
      } finally {
        guard = "stale";
      }
    },
    poison: () => {
      poisoned = true;
      close("This work was given up; its transaction is rolled back.");
    },
    end: () => close("This transaction has ended; something was not awaited."),
  };
}

/** Comparison after an await, where the compiler would still believe the earlier value. */
const guardIs = (guard: Guard, expected: Guard): boolean => guard === expected;

/** The transaction function of a database, over whatever hands out its connections. */
export function transactionOver(
  connect: (options: TransactionOptions) => Promise<Link>,
  opening: (options: TransactionOptions) => string,
): Database["transaction"] {
  return async <T>(options: TransactionOptions, work: (session: Session) => Promise<T>): Promise<T> => {
    const link = await connect(options);
    const session = sessionOver(link);
    let broken = false;
    try {
      await link.prepare(opening(options));
      const result = await work(session);
      session.end();
      await link.control("commit");
      return result;
    } catch (error) {
      session.end();
      // Waiting for a rollback behind a statement that hangs would hang too; a closed connection rolls back by itself.
      broken = session.poisoned || isUnavailable(error) || !(await rolledBack(link));
      throw error;
    } finally {
      link.release(broken);
    }
  };
}

async function rolledBack(link: Link): Promise<boolean> {
  try {
    await link.control("rollback");
    return true;
  } catch {
    return false;
  }
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof MessagingError && error.code === "database-unavailable";
