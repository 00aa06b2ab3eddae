import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { lockDataDir } from "../../src/database/data-dir-lock.ts";
import { MessagingError, openDatabase } from "../../src/index.ts";
import type { Database } from "../../src/index.ts";
import { until } from "./world.ts";

const cache = join(import.meta.dirname, "../../../../.cache/messaging");
const seed = join(cache, "pglite-0.5.16-seed");

/**
 * An empty data directory, `data`, and the same packed, `data.tar`. Making one takes seconds, copying it a fraction of
 * that; and because every test file copies it several times, it has one database instead of three and a short log.
 */
async function seeded(): Promise<string> {
  await until(() => existsSync(seed) || made(), "another process to make the data directory", 120_000);
  return seed;
}

/** Makes it; answers false when another process is making it. */
async function made(): Promise<boolean> {
  const unlock = lockedHere();
  if (unlock === undefined) return false;
  try {
    if (!existsSync(seed)) await make();
    return true;
  } finally {
    unlock();
  }
}

function lockedHere(): (() => void) | undefined {
  try {
    return lockDataDir(`${seed}.lock`);
  } catch (error) {
    if (error instanceof MessagingError && error.code === "data-dir-in-use") return undefined;
    throw error;
  }
}

async function make(): Promise<void> {
  const mine = mkdtempSync(`${seed}.`);
  const pglite = await PGlite.create({
    dataDir: join(mine, "data"),
    initDbStartParams: ["--wal-segsize=1"],
    postgresqlconf: ["shared_buffers = 16MB", "min_wal_size = 2MB"],
  });
  for (const template of ["template0", "template1"]) {
    await pglite.exec(`alter database ${template} is_template false`);
    await pglite.exec(`drop database ${template}`);
  }
  await pglite.exec("checkpoint");
  const packed = await pglite.dumpDataDir("none");
  await pglite.close();
  writeFileSync(join(mine, "data.tar"), Buffer.from(await packed.arrayBuffer()));
  renameSync(mine, seed);
}

/** An embedded database in memory for one test file. */
export async function embeddedForTests(): Promise<Database> {
  return openDatabase({ memory: true, image: new Blob([readFileSync(join(await seeded(), "data.tar"))]) });
}

/** Makes `folder` the data directory of an empty embedded database that nobody has opened yet. */
export async function seedDataDir(folder: string): Promise<void> {
  cpSync(join(await seeded(), "data"), folder, { recursive: true });
}

/** Drops every schema that tests made. */
export async function wipe(database: Database): Promise<void> {
  await database.transaction({ schema: "public" }, async (session) => {
    const { rows } = await session.query<{ name: string }>(
      `select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')`,
    );
    for (const { name } of rows) await session.execute(`drop schema "${name}" cascade`);
  });
}

/**
 * Empties the tables of the schemas that tests made, or of one, so that the next story starts from nothing. It deletes:
 * `truncate` makes a new file for every table and every index of it, which takes many times as long.
 */
export async function emptyTables(database: Database, schema = ""): Promise<void> {
  const made = (column: string): string =>
    schema === "" ? `${column} !~ '^pg_' and ${column} not in ('public', 'information_schema')` : `${column} = $1`;
  await database.transaction({ schema: schema || "public" }, async (session) => {
    const { rows } = await session.query<{ statement: string }>(
      `select format('delete from %I.%I', schemaname, tablename) as statement
         from pg_tables where ${made("schemaname")} and tablename <> 'migrations'
       union all
       select format('select setval(%L, %s, false)', format('%I.%I', schemaname, sequencename), start_value)
         from pg_sequences where ${made("schemaname")}`,
      schema === "" ? [] : [schema],
    );
    // Without the triggers that keep references, the order of the tables does not matter.
    const statements = ["set local session_replication_role = replica", ...rows.map(({ statement }) => statement)];
    await session.execute(statements.join(";"));
  });
}
