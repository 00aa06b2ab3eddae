import { uptime } from "node:os";
import { systemClock, type Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";

/** Where a runtime has its time from. */
export interface Time {
  /** What due times, patience and timestamps are written and read by: the same in every process of a database. */
  readonly clock: Clock;
  /** Learns the time. Rejects with `database-unavailable`. */
  begin(schemas: readonly string[]): Promise<void>;
  /** Goes on learning until `signal` aborts; what cannot be learned now is learned later. */
  keep(signal: AbortSignal): Promise<void>;
}

/** The time of a database, which every process that uses it agrees on, however wrong the clock of its machine is. */
export const timeOf = (database: Database): Time =>
  database.kind === "pglite" ? embeddedTime(database) : serverTime(database);

/** A clock that somebody else looks after. */
export const timeBy = (clock: Clock): Time => ({
  clock,
  begin: () => Promise.resolve(),
  keep: () => Promise.resolve(),
});

const READ_EVERY_MS = 5_000;
/** The first readings meet a cold connection; the quickest of a few counts. */
const FIRST_READINGS = 3;
/** Smaller corrections never move time backwards within a process; larger ones are a step of the server's own clock. */
const STEP_MS = 1_000;

/** What another clock said at some moment between `from` and `to` of this process's `elapsed()`. */
export interface Reading {
  readonly from: number;
  readonly to: number;
  readonly time: number;
}

/**
 * Another clock's distance from `elapsed()`, by F. Cristian's method (1989): a reading bounds it by the way there and back,
 * and what lies within the bounds is kept, so the quickest reading decides and slow ones change nothing.
 */
export function corrected(offset: number | undefined, { from, to, time }: Reading): number {
  if (offset === undefined) return time - (from + to) / 2;
  return Math.min(Math.max(offset, time - to), time - from);
}

/**
 * Follows the server's clock. Between two readings time passes as `elapsed()` does, so a step of this machine's clock
 * changes nothing.
 */
function serverTime(database: Database): Time {
  const { elapsed, sleep } = systemClock;
  let offset: number | undefined;
  let shown = 0;
  const read = async (): Promise<void> => {
    const from = elapsed();
    const { rows } = await database.query<{ ms: number }>(
      "select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms",
      [],
      "urgent",
    );
    const time = rows[0]?.ms;
    if (time !== undefined) offset = corrected(offset, { from, to: elapsed(), time });
  };
  const now = (): Date => {
    if (offset === undefined) return systemClock.now();
    const time = elapsed() + offset;
    if (time > shown || shown - time > STEP_MS) shown = time;
    return new Date(shown);
  };
  return {
    clock: { ...systemClock, now },
    begin: async () => {
      for (let readings = 0; readings < FIRST_READINGS; readings += 1) await read();
    },
    keep: async (signal) => {
      while (!signal.aborted) {
        await sleep(READ_EVERY_MS, signal);
        if (!signal.aborted) await read().catch(() => undefined);
      }
    },
  };
}

const DAY_MS = 86_400_000;

/**
 * Nobody but this process uses an embedded database, so there is no clock to agree with, and steps of the machine's clock
 * are all that can go wrong: see {@link steadyTime}. It begins no earlier than what the database remembers.
 */
function embeddedTime(database: Database): Time {
  const machine: Machine = { ...systemClock, uptime: () => uptime() * 1_000 };
  let now = steadyTime(machine);
  return {
    clock: { ...systemClock, now: () => new Date(now()) },
    begin: async (schemas) => {
      let newest = 0;
      for (const schema of schemas) newest = Math.max(newest, await newestIn(database, schema));
      now = steadyTime(machine, newest);
    },
    keep: () => Promise.resolve(),
  };
}

/** The newest moment of which a service's tables know, 0 when there is none. */
async function newestIn(database: Database, schema: string): Promise<number> {
  const { rows } = await database.transaction({ schema, readOnly: true }, (session) =>
    session.query<{ newest: Date | null }>(
      "select greatest((select max(ran_at) from jobs), (select max(since) from parked)) as newest",
    ),
  );
  return rows[0]?.newest?.getTime() ?? 0;
}

export interface Machine {
  now(): Date;
  elapsed(): number;
  /** Milliseconds since the machine was started, those in which it slept included. */
  uptime(): number;
}

/**
 * Time that passes by itself and only leans towards the machine's clock: by half faster or slower until they agree again, so
 * a step of NTP makes no wait shorter or longer by more than that. It never goes backwards. Followed at once are the hours in
 * which the machine slept, and a clock that is off by more than a day: that one was not set before.
 */
export function steadyTime(machine: Machine, notBefore = 0): () => number {
  const wall = machine.now().getTime();
  let shown = notBefore > wall && notBefore - wall < DAY_MS ? notBefore : wall;
  let at = machine.elapsed();
  let slept = machine.uptime() - at;
  return () => {
    const passed = machine.elapsed() - at;
    at += passed;
    shown += passed;
    const off = machine.now().getTime() - shown;
    if (off > STEP_MS) {
      const more = machine.uptime() - at - slept;
      if (more > STEP_MS) {
        slept += more;
        shown += Math.min(more, off);
        return shown;
      }
    }
    shown += Math.abs(off) > DAY_MS ? off : Math.min(Math.max(off, -passed / 2), passed / 2);
    return shown;
  };
}
