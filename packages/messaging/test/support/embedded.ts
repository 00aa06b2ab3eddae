import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { openDatabase } from "../../src/index.ts";
import type { Database } from "../../src/index.ts";

const cache = join(import.meta.dirname, "../../../../.cache/messaging");

/** An empty data directory, packed: making one takes seconds, unpacking it a tenth of that. */
async function image(): Promise<Blob> {
  const file = join(cache, "pglite-0.5.16.tar");
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    const pglite = await PGlite.create();
    const packed = await pglite.dumpDataDir("none");
    await pglite.close();
    const mine = `${file}.${process.pid}`;
    writeFileSync(mine, Buffer.from(await packed.arrayBuffer()));
    renameSync(mine, file);
  }
  return new Blob([readFileSync(file)]);
}

/** An embedded database in memory for one test file. */
export async function embeddedForTests(): Promise<Database> {
  return openDatabase({ memory: true, image: await image() });
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
