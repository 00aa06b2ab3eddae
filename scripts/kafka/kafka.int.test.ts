import { afterAll, expect, test } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { probe } from "./reach.ts";

const folder = mkdtempSync(join(tmpdir(), "eventpact-kafka-script-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ready {
  readonly brokers: string[];
  readonly pid?: number;
  readonly source: string;
}

async function start(): Promise<{ child: ChildProcess; ready: Ready }> {
  const script = join(import.meta.dirname, "..", "kafka.ts");
  const child = spawn(process.execPath, [script, "--port", "0", "--data", folder, "--json"], {
    env: { ...process.env, KAFKA_BROKERS: "" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, ready: JSON.parse(line) as Ready };
}

test("npm run kafka answers until ^C, leaves nothing behind, begins again on data that a crash left, and ends when its broker does", async () => {
  const first = await start();
  expect(await probe(first.ready.brokers)).toBeUndefined();
  first.child.kill("SIGINT");
  expect(await once(first.child, "close")).toEqual([0, null]);
  expect(await probe(first.ready.brokers, 500)).toBeDefined();

  const second = await start();
  if (second.ready.pid !== undefined) process.kill(second.ready.pid, "SIGKILL");
  second.child.kill("SIGKILL");
  await once(second.child, "close");

  const third = await start();
  expect(await probe(third.ready.brokers)).toBeUndefined();
  third.child.kill("SIGTERM");
  expect(await once(third.child, "close")).toEqual([0, null]);

  const fourth = await start();
  if (fourth.ready.pid !== undefined) process.kill(fourth.ready.pid, "SIGKILL");
  expect(await once(fourth.child, "close")).toEqual([fourth.ready.source === "java" ? 1 : 0, null]);
});
