import type { Transaction as KyselyTransaction } from "kysely";

/** Tables by name. Services give their own shape: `context.db.withTables<Tables>()` or `db as Transaction<Tables>`. */
export type Tables = Record<string, Record<string, unknown>>;

/** A Kysely transaction whose search_path is the service's schema. */
export type Transaction<DB = Tables> = KyselyTransaction<DB>;

export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  /** Rows changed by an insert, update or delete. */
  readonly affected: number;
}

/** One open transaction, below Kysely: the runtime's own statements go through here. */
export interface Session {
  readonly db: Transaction;
  /** Somebody urgent waits for this transaction to end (embedded): work that can be divided stops early. */
  readonly pressed: boolean;
  /** One statement with `$1` parameters. Numbers come back for int8, Dates for timestamptz, objects for jsonb. */
  query<Row = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>>;
  /** Several statements without parameters. */
  execute(text: string): Promise<void>;
  /**
   * Runs `work` so that its failure undoes only its own statements. The savepoint is set by the first
   * statement that `work` sends: work that never touches the database pays nothing.
   */
  nested<T>(work: () => Promise<T>): Promise<T>;
  /** Makes every later statement of this transaction fail with `transaction-closed`: for work that was given up. */
  poison(): void;
}

/** Who goes first where work takes turns: people who wait for an answer, then the usual, then what can wait and grow. */
export type Urgency = "urgent" | "usual" | "patient";

export interface TransactionOptions {
  readonly schema: string;
  readonly readOnly?: boolean;
  /** The server ends the transaction when one statement (30 s by default), or the silence between two (10 s), takes longer. */
  readonly timeoutMs?: number;
  /** Where transactions wait for their turn: `urgent` when a person waits for the answer. `usual` by default. */
  readonly urgency?: Urgency;
}

/** One PostgreSQL: embedded (one process, transactions one after the other) or a server (many of both). */
export interface Database {
  readonly kind: "pglite" | "postgres";
  /** BEGIN, work, COMMIT; ROLLBACK and rethrow when `work` rejects. */
  transaction<T>(options: TransactionOptions, work: (session: Session) => Promise<T>): Promise<T>;
  /** One statement that is its own transaction; tables are named with their schema. */
  query<Row = Record<string, unknown>>(
    text: string,
    parameters?: readonly unknown[],
    urgency?: Urgency,
  ): Promise<QueryResult<Row>>;
  /** Resolves when the database answers; rejects with `database-unavailable`. */
  ping(): Promise<void>;
  /** Transactions that run and that wait for a connection, for those who look into trouble. */
  readonly usage: { readonly taken: number; readonly waiting: number };
  close(): Promise<void>;
}
