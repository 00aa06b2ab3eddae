import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { MessagingError } from "../errors.ts";
import type { Database, Session } from "../ports/database.ts";
import { identifier } from "./session.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** A change of a large table takes its time. */
const LONGEST_MS = 600_000;

const FILE = /^(\d{3})-[a-z0-9-]+\.sql$/;

/**
 * The migrations of a folder: `001-stock.sql`, `002-…`. Rejects with `migration-misnumbered` for a gap,
 * a double or another name. Line ends do not count towards the checksum.
 */
export async function readMigrations(folder: URL): Promise<readonly Migration[]> {
  const base = folder.href.endsWith("/") ? folder : new URL(`${folder.href}/`);
  const names = (await readdir(base)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(FILE.exec(name)?.[1] ?? 0);
      if (number !== index + 1) {
        const expected = String(index + 1).padStart(3, "0");
        throw new MessagingError(
          "migration-misnumbered",
          `${name} should be ${expected}-some-name.sql, in lower case and with dashes.`,
        );
      }
      const sql = (await readFile(new URL(name, base), "utf8")).replaceAll("\r\n", "\n");
      return { number, name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

/**
 * Brings a schema up to date: creates it, then applies what is missing of each part (`runtime`, `service`),
 * all in one transaction and under an advisory lock, so that any number of processes may start at once.
 * Rejects with `migration-changed` when an applied file was edited or has gone, `migration-failed` when one fails.
 */
export async function migrate(
  database: Database,
  schema: string,
  parts: readonly { readonly part: string; readonly migrations: readonly Migration[] }[],
): Promise<void> {
  await createSchema(database, schema);
  await database.transaction({ schema, timeoutMs: LONGEST_MS }, async (session) => {
    await session.query(`select pg_advisory_xact_lock(hashtextextended($1, 7))`, [`migrate ${schema}`]);
    await session.execute(
      `create table if not exists migrations (part text, number integer, name text not null, checksum text not null,
         applied_at timestamptz not null default now(), primary key (part, number))`,
    );
    for (const { part, migrations } of parts) await apply(session, schema, part, migrations);
  });
}

const UNIQUE_VIOLATION = "23505";

/** "If not exists" does not keep two processes from creating a schema at once: the second then finds it there. */
async function createSchema(database: Database, schema: string): Promise<void> {
  const create = `create schema if not exists ${identifier(schema)}`;
  await database
    .transaction({ schema: "public" }, (session) => session.execute(create))
    .catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === UNIQUE_VIOLATION)) throw error;
    });
}

async function apply(session: Session, schema: string, part: string, migrations: readonly Migration[]): Promise<void> {
  const { rows } = await session.query<{ number: number; name: string; checksum: string }>(
    "select number, name, checksum from migrations where part = $1 order by number",
    [part],
  );
  for (const done of rows) {
    const file = migrations[done.number - 1];
    if (file?.checksum !== done.checksum || file.name !== done.name) {
      const what = file === undefined ? "is gone" : file.name === done.name ? "was edited" : `is now ${file.name}`;
      throw new MessagingError(
        "migration-changed",
        `Migration ${done.name} of "${schema}" was applied and ${what}. Restore it, and put the change into a new file.`,
      );
    }
  }
  for (const migration of migrations.slice(rows.length)) {
    await session.execute(migration.sql).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw new MessagingError("migration-failed", `Migration ${migration.name} of "${schema}" failed: ${why}`, {
        cause: error,
      });
    });
    await session.query("insert into migrations (part, number, name, checksum) values ($1, $2, $3, $4)", [
      part,
      migration.number,
      migration.name,
      migration.checksum,
    ]);
  }
}
