import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { runCommand } from "../support/run-command.ts";
import type { PactBroker } from "./support/pact-broker.ts";
import { startPactBroker } from "./support/pact-broker.ts";
import { base, shopFolder } from "./support/small-shop.ts";

const { order = {} } = base.services;
const says = { orderId: "o1", trackingNumber: "SP1" };

/** Four versions of email: deployed, of the main branch, of a branch that asks for more, and one that nobody looked at. */
async function filled(): Promise<PactBroker> {
  const broker = await startPactBroker();
  const versions = [
    ["1.0.0", "main", { orderId: "o1" }],
    ["2.0.0", "main", { orderId: "o1", trackingNumber: "SP1" }],
    ["3.0.0", "red", { colour: "red" }],
    ["4.0.0", "size", { size: "L" }],
  ] as const;
  for (const [version, branch, data] of versions) {
    const email = { receives: ["OrderShipped.v1"], needs: { order: { "OrderShipped.v1": data } } };
    using folder = shopFolder({ ...base, services: { email } });
    const words = ["publish", "--all", "--version", version, "--branch", branch];
    await runCommand(folder.path, words, { env: { PACT_BROKER_BASE_URL: broker.url } });
    if (version === "1.0.0") {
      const deployed = ["record-deployment", "--all", "--version", version];
      await runCommand(folder.path, deployed, { env: { PACT_BROKER_BASE_URL: broker.url } });
    }
  }
  return broker;
}

/** What was published about each version of email, by whoever verified. */
const published = ({ contents }: PactBroker) =>
  contents.map(({ versions, results }) => [
    versions.map(({ number }) => number),
    results.map(({ success }) => success),
  ]);

const cases = [
  { title: "what is usual", selectors: [{ mainBranch: true }, { deployedOrReleased: true }], words: [], pending: [] },
  {
    title: "a branch that asks for what the code does not say",
    selectors: [{ mainBranch: true }, { branch: "red" }],
    words: ["--selector", "mainBranch", "--selector", "branch=red"],
    pending: [],
  },
  {
    title: "the same while it is pending",
    selectors: [{ mainBranch: true }, { branch: "red" }],
    words: ["--selector", "mainBranch", "--selector", "branch=red"],
    pending: ["email 3.0.0"],
  },
  {
    title: "what is deployed to one environment, and work in progress",
    selectors: [{ deployed: true, environment: "production" }],
    words: ["--selector", "deployed,environment=production", "--wip-since", "2020-01-01"],
    wip: "2020-01-01",
    pending: [],
  },
];

test.each(cases)("Pact's own verifier and ours ask a broker alike and come to the same: $title", async (one) => {
  await using ours = await filled();
  await using theirs = await filled();
  for (const name of one.pending) for (const broker of [ours, theirs]) broker.pending.add(name);
  using folder = shopFolder({ ...base, services: { order } });
  const options = {
    provider: "order",
    pactBrokerUrl: theirs.url,
    consumerVersionSelectors: one.selectors,
    enablePending: true,
    ...(one.wip === undefined ? {} : { includeWipPactsSince: one.wip }),
    providerVersion: "9.0.0",
    providerVersionBranch: "main",
    publishVerificationResult: true,
  };
  const message = { eventType: "OrderShipped", version: 1, data: says };
  const answer = join(folder.path, "answer");
  const script = join(import.meta.dirname, "support", "official-verification.ts");
  const words = [script, JSON.stringify(options), JSON.stringify({ "OrderShipped.v1": message }), answer];
  await promisify(execFile)(process.execPath, words, {
    env: { ...process.env, NODE_OPTIONS: "", PACT_DO_NOT_TRACK: "true" },
  });
  const isKept = readFileSync(answer, "utf8") === "kept";

  const env = { PACT_BROKER_BASE_URL: ours.url };
  const { exitCode, stdout } = await runCommand(
    folder.path,
    ["verify", "--from-broker", "--branch", "main", "--format", "json", ...one.words],
    { env },
  );
  const { contracts } = JSON.parse(stdout) as { contracts: readonly { wanted: object; status: string }[] };
  await runCommand(folder.path, ["publish", "--all", "--version", "9.0.0", "--branch", "main", ...one.words], { env });
  expect(exitCode).toBe(isKept ? 0 : 1);
  expect(published(ours)).toEqual(published(theirs));
  // A contract that is pending may be kept: that it does not count is told beside it.
  expect(contracts.map(({ status }) => ["kept", "pending", "broken"].includes(status) && status !== "broken")).toEqual(
    theirs.contents.flatMap(({ results }) => results.map(({ success }) => success)),
  );
});
