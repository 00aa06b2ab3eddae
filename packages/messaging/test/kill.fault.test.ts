import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { failpointNames, openDatabase } from "../src/index.ts";
import type { Database } from "../src/index.ts";
import { judge } from "./support/effects.ts";
import { wipe } from "./support/embedded.ts";
import { postgresForTests } from "./support/postgres.ts";
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
  said(word: string): Promise<void>;
}

function member(environment: Record<string, string> = {}): Member {
  const child = spawn(process.execPath, ["--no-warnings", new URL("./support/member.ts", import.meta.url).pathname], {
    env: { ...process.env, NODE_OPTIONS: "", DATABASE_URL: server?.url ?? "", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  let output = "";
  child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once("exit", (code, signal) => resolve({ code, signal })),
  );
  return { child, exit, said: (word) => until(() => output.includes(word), `the member to say ${word}`, 30_000) };
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
