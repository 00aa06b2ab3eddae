import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startShop } from "./support/shop.ts";
import { newFolder } from "./support/stories.ts";

const script = join(import.meta.dirname, "..", "scripts", "load.ts");

async function load(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, NODE_OPTIONS: "" } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child, "close");
  return { code: child.exitCode, output };
}

test("a load with all its failures ends, is counted, and its books are found to add up", async () => {
  const folder = await newFolder();
  const shop = await startShop(folder, { KAFKA_BROKERS: "", DATABASE_URL: "" });
  const { code, output } = await load("--orders", "60", "--rate", "20", "--seed", "7", "--url", shop.url);
  expect(output).toContain("Stock and money are conserved, and every order ended as its customer was told.");
  expect(output).toMatch(/^accepted orders +60$/m);
  expect(output).toMatch(/^CANCELLED PAYMENT_FAILED +\d+$/m);
  expect(output).toMatch(/^placed to DELIVERED +\d+ .*\d/m);
  expect(code).toBe(0);
  await shop.stop();
  await rm(folder, { recursive: true, force: true });
});

test.each([
  ["another machine", ["--url", "http://shop.example"], "--anywhere"],
  ["nobody", ["--url", "http://127.0.0.1:9"], "npm start"],
  ["a rate beyond all bounds", ["--rate", "100000"], "--rate 100000"],
])("a load for %s is refused with the way out", async (_whom, args, words) => {
  const { code, output } = await load(...args);
  expect([code, output]).toEqual([2, expect.stringContaining(words)]);
});
