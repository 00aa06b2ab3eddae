import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { failpointNames, openDatabase } from "../src/index.ts";
import type { Database } from "../src/index.ts";
import { judge } from "./support/effects.ts";
import { wipe } from "./support/embedded.ts";
import { postgresForTests } from "../../../scripts/postgres/server.ts";
import { rowsOf, until } from "./support/world.ts";

const server = await postgresForTests();
let observer: Database;
const children = new Set<ChildProcess>();
beforeEach(async () => {
  observer = await openDatabase({ url: server?.url ?? "", maxConnections: 3 });
});
afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  children.clear();
  await wipe(observer);
  await observer.close();
});
afterAll(async () => {
  await server?.close();
});

interface Member {
  readonly child: ChildProcess;
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  /** Sets its clock, which is wrong by so much then. */
  setClock(offsetMs: number): void;
  said(word: string): Promise<void>;
}

const support = (name: string): string => new URL(`./support/${name}.ts`, import.meta.url).pathname;

function member(environment: Record<string, string> = {}): Member {
  const child = spawn(process.execPath, ["--no-warnings", "--import", support("shifted-clock"), support("member")], {
    env: { ...process.env, NODE_OPTIONS: "", DATABASE_URL: server?.url ?? "", ...environment },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  children.add(child);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  const setClock = (clockOffsetMs: number): void => void child.send({ clockOffsetMs });
  return {
    child,
    exit,
    setClock,
    said: (word) => until(() => output.includes(word), `the member to say ${word}`, 90_000),
  };
}

/** In one statement, hence at one moment: nothing to send, nothing to read, nothing parked. */
const drained = async (): Promise<boolean> => {
  const [row] = await rowsOf(
    observer,
    "broker",
    `select (select count(*) from sales.outbox) + (select count(*) from stock.outbox) + (select count(*) from audit.outbox)
       + (select count(*) from sales.parked) + (select count(*) from stock.parked) + (select count(*) from audit.parked)
       + (select count(*) from partitions p join assignments a using (topic, partition)
          where p.next_offset > coalesce(a.committed, 0)) as n`,
  );
  return Number(row?.["n"]) === 0;
};

(server === undefined ? describe.skip : describe)("kill -9", () => {
  const points = failpointNames.filter((name) => !name.startsWith("retry."));
  test.each(points)("at %s, then a new process: nothing lost, doubled or out of order", async (point) => {
    const victim = member({ FAILPOINTS: `${point}=kill@5`, COMMANDS: "40" });
    expect(await victim.exit).toMatchObject({ signal: "SIGKILL" });
    const heir = member({ COMMANDS: "10" });
    await heir.said("sent");
    await until(drained, "everything to be handled", 60_000);
    const verdict = await judge(observer);
    expect(verdict).toMatchObject({ valid: true, anomalies: [] });
    expect(verdict.sent).toBeGreaterThanOrEqual(20);
    heir.child.kill("SIGTERM");
    expect(await heir.exit).toEqual({ code: 0, signal: null });
  });

  test("a member frozen past its session comes back as a zombie and harms nothing", async () => {
    const frozen = member({ COMMANDS: "60" });
    await frozen.said("ready");
    await until(async () => (await rowsOf(observer, "broker", "select 1 from records limit 5")).length === 5);
    frozen.child.kill("SIGSTOP");
    const heir = member({ COMMANDS: "30" });
    await heir.said("sent");
    frozen.child.kill("SIGCONT");
    await frozen.said("sent");
    await until(drained, "everything to be handled", 60_000);
    expect(await judge(observer)).toMatchObject({ valid: true, anomalies: [] });
  });

  test("a member whose event loop is blocked past its session loses its partitions, and harms nothing when it goes on", async () => {
    const blocked = member({ COMMANDS: "60", BLOCK_MS: "6000" });
    await blocked.said("ready");
    await until(async () => (await rowsOf(observer, "broker", "select 1 from records limit 5")).length === 5);
    blocked.child.kill("SIGUSR2");
    await blocked.said("blocked");
    const heir = member({ COMMANDS: "30" });
    await heir.said("sent");
    await blocked.said("unblocked");
    await blocked.said("sent");
    await until(drained, "everything to be handled", 60_000);
    const verdict = await judge(observer);
    expect(verdict).toMatchObject({ valid: true, anomalies: [] });
    expect(verdict.sent).toBeGreaterThanOrEqual(60);
    for (const { child, exit } of [blocked, heir]) {
      child.kill("SIGTERM");
      expect(await exit).toEqual({ code: 0, signal: null });
    }
  });
});

const HOUR = 3_600_000;
/** Retries are two seconds apart; members know the database's time as exactly as its quickest answer says. */
const RETRY_MS = 2_000;
const INEXACT_MS = 500;

(server === undefined ? describe.skip : describe)("clocks that are hours apart and jump", () => {
  test("keep every retry on the database's time: none is early, none an hour late, nothing is lost, doubled or out of order", async () => {
    await rowsOf(observer, "public", "create table tries (event_id text, attempt int, at timestamptz)");
    const count = async (sql: string): Promise<number> => Number((await rowsOf(observer, "public", sql))[0]?.["n"]);
    const began = Date.now();
    const ahead = member({ FAILS: "3", COMMANDS: "7", CLOCK_OFFSET_MS: String(2 * HOUR) });
    const behind = member({ FAILS: "3", CLOCK_OFFSET_MS: String(-HOUR) });
    await Promise.all([ahead.said("sent"), behind.said("ready")]);
    await until(
      async () => (await count("select count(distinct event_id)::int as n from tries")) >= 7,
      "a first try of each key",
      90_000,
    );
    ahead.setClock(-HOUR);
    behind.setClock(2 * HOUR);
    await until(
      async () => (await count("select count(*)::int as n from tries where attempt = 2")) >= 4,
      "second tries",
      90_000,
    );
    // What it has parked goes to others, whose clocks say something else.
    ahead.child.kill("SIGKILL");
    const heir = member({ FAILS: "3", COMMANDS: "3", CLOCK_OFFSET_MS: String(-3 * HOUR) });
    await heir.said("sent");
    behind.setClock(0);
    await until(async () => (await count("select count(*)::int as n from stock.effects")) >= 20, "all effects", 90_000);
    await until(drained, "everything to be handled", 60_000);
    const verdict = await judge(observer);
    expect(verdict).toMatchObject({ valid: true, anomalies: [] });
    expect(await count("select count(*)::int as n from stock.dead_letters")).toBe(0);
    const tries = await rowsOf(
      observer,
      "public",
      `select one.event_id, one.attempt, extract(epoch from min(next.at) - max(one.at)) * 1000 as ms
       from tries one join tries next on next.event_id = one.event_id and next.attempt = one.attempt + 1
       group by one.event_id, one.attempt`,
    );
    expect(tries.length).toBeGreaterThanOrEqual(3 * 20 - 7);
    expect(tries.filter(({ ms }) => Number(ms) < RETRY_MS - INEXACT_MS)).toEqual([]);
    const [told] = await rowsOf(
      observer,
      "broker",
      `select min(convert_from(value, 'UTF8')::jsonb ->> 'timestamp') as first, max(convert_from(value, 'UTF8')::jsonb ->> 'timestamp') as last
       from records where topic not like '%.dlq'`,
    );
    expect(Date.parse(String(told?.["first"]))).toBeGreaterThan(began - 5_000);
    expect(Date.parse(String(told?.["last"]))).toBeLessThan(Date.now() + 5_000);
    for (const { child, exit } of [behind, heir]) {
      child.kill("SIGTERM");
      expect(await exit).toEqual({ code: 0, signal: null });
    }
    await rowsOf(observer, "public", "drop table tries");
  });
});
