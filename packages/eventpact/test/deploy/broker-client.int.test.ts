import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { main } from "../../src/cli.ts";
import { readPact } from "../../src/contracts/pact.ts";
import { runCommand } from "../support/run-command.ts";
import { officialClient } from "./support/official-client.ts";
import { startPactBroker } from "./support/pact-broker.ts";
import { base, shopFolder } from "./support/small-shop.ts";

/** Runs our own command, told of the broker. */
async function ours(cwd: string, url: string, ...words: string[]): Promise<number> {
  const nowhere = { write: () => undefined, isTerminal: false };
  const now = () => new Date("2026-01-10T12:00:00Z");
  return main(words, { cwd, env: { PACT_BROKER_BASE_URL: url }, stdout: nowhere, stderr: nowhere, now });
}

test("Pact's own client and ours publish the same contracts, and each goes on from what the other told the broker", async () => {
  using folder = shopFolder(base);
  await using theirs = await startPactBroker();
  await using broker = await startPactBroker();
  await runCommand(folder.path, ["verify", "--record"]);
  const pacts = join(folder.path, "contracts", "pacts");
  for (const file of readdirSync(pacts)) {
    const words = ["publish", join(pacts, file), "--consumer-app-version", "1.0.0", "--branch", "main"];
    expect(await officialClient(theirs.url, ...words)).toMatchObject({ exitCode: 0 });
  }
  await ours(folder.path, broker.url, "publish", "--all", "--version", "1.0.0", "--branch", "main");
  // Theirs writes its own version into each; what a contract says is the same.
  const said = (one: typeof broker) =>
    [...one.pacts].map(([key, { content }]) => [key, readPact(key, Buffer.from(JSON.stringify(content))).pact?.hash]);
  expect(said(broker)).toEqual(said(theirs));
  expect(said(broker)).toContainEqual(["email order", expect.stringMatching(/^[0-9a-f]{64}$/)]);

  // Who goes where is told by ours, asked by theirs, and the other way round.
  const version = ["--pacticipant", "email", "--version", "1.0.0"];
  const may = () => officialClient(broker.url, "can-i-deploy", ...version, "--to-environment", "production");
  expect(await may()).toMatchObject({ exitCode: 0, output: expect.stringContaining("Computer says yes") });
  await officialClient(broker.url, "record-deployment", ...version, "--environment", "production");
  await ours(folder.path, broker.url, "record-deployment", "--service", "order", "--version", "1.0.0");
  expect([...broker.there]).toEqual([
    ["production email 1.0.0", "deployed"],
    ["production order 1.0.0", "deployed"],
  ]);
  const question = ["can-i-deploy", "--service", "order", "--version", "1.0.0"];
  expect(await ours(folder.path, broker.url, ...question)).toBe(0);
  broker.pacts.get("email order")?.results.push({ success: false, version: "1.0.0", body: {} });
  expect([(await may()).exitCode, await ours(folder.path, broker.url, ...question)]).toEqual([1, 1]);
  const gone = ["--pacticipant", "order", "--environment", "production"];
  expect(await officialClient(broker.url, "record-undeployment", ...gone)).toMatchObject({ exitCode: 0 });
  await ours(folder.path, broker.url, "record-deployment", "--service", "email", "--version", "1.0.0");
  await ours(folder.path, broker.url, "record-undeployment", "--service", "email");
  expect([...broker.there]).toEqual([]);
});
