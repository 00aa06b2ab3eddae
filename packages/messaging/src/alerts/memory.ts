import { identifier } from "../database/session.ts";
import type { Database } from "../ports/database.ts";

/** Which incidents are open, for all processes together and across restarts. */
export interface IncidentMemory {
  /** Keys of the open incidents of these services. */
  open(services: readonly string[]): Promise<readonly string[]>;
  /** True for the one who is first: that one tells people. */
  claim(key: string, now: Date): Promise<boolean>;
  /** Still seen. */
  touch(key: string, now: Date): Promise<void>;
  /**
   * `closed`: it was open, nobody saw it since `quietSince`, and the caller ended it: that one tells people.
   * `seen`: somebody else still sees it. `gone`: somebody else ended it.
   */
  release(key: string, quietSince: Date): Promise<"closed" | "seen" | "gone">;
}

const SCHEMA = "alerts";

/** In a schema of its own in the services' database, made when it is first needed. */
export function incidentMemory(database: Database): IncidentMemory {
  let prepared: Promise<void> | undefined;
  const prepare = (): Promise<void> => {
    prepared ??= database
      .transaction({ schema: "public" }, async (session) => {
        // Two processes that create the same thing at once trip over each other, "if not exists" or not.
        await session.query("select pg_advisory_xact_lock(hashtext('eventpact alerts'))");
        await session.execute(
          `create schema if not exists ${identifier(SCHEMA)};
           create table if not exists ${identifier(SCHEMA)}.incidents (key text primary key, opened_at timestamptz not null, seen_at timestamptz not null)`,
        );
      })
      .catch((error: unknown) => {
        prepared = undefined;
        throw error;
      });
    return prepared;
  };
  const query = async <Row>(text: string, parameters: readonly unknown[]) => {
    await prepare();
    return database.transaction({ schema: SCHEMA, timeoutMs: 5_000 }, (session) =>
      session.query<Row>(text, parameters),
    );
  };
  return {
    open: async (services) => {
      const { rows } = await query<{ key: string }>(
        "select key from incidents where split_part(key, '/', 1) = any($1::text[])",
        [services],
      );
      return rows.map(({ key }) => key);
    },
    claim: async (key, now) => {
      const { affected } = await query("insert into incidents values ($1, $2, $2) on conflict do nothing", [
        key,
        now.toISOString(),
      ]);
      return affected > 0;
    },
    touch: async (key, now) => {
      await query("update incidents set seen_at = greatest(seen_at, $2::timestamptz) where key = $1", [
        key,
        now.toISOString(),
      ]);
    },
    release: async (key, quietSince) => {
      const { affected } = await query("delete from incidents where key = $1 and seen_at <= $2::timestamptz", [
        key,
        quietSince.toISOString(),
      ]);
      if (affected > 0) return "closed";
      const { rows } = await query("select 1 from incidents where key = $1", [key]);
      return rows.length > 0 ? "seen" : "gone";
    },
  };
}
