import { describe, expect, test } from "@jest/globals";
import { main } from "../../src/cli.ts";
import { runCommand } from "../support/run-command.ts";
import { startPactBroker } from "./support/pact-broker.ts";
import { base, becomes, shopFolder } from "./support/small-shop.ts";

async function run(cwd: string, env: Readonly<Record<string, string>>, ...args: string[]) {
  const written = { stdout: "", stderr: "" };
  const output = (name: "stdout" | "stderr") => ({
    write: (text: string) => void (written[name] += text),
    isTerminal: false,
  });
  const io = {
    cwd,
    env,
    stdout: output("stdout"),
    stderr: output("stderr"),
    now: () => new Date("2026-01-10T12:00:00Z"),
  };
  return { exitCode: await main(args, io), ...written };
}

const publish = (cwd: string, url: string, ...more: string[]) =>
  run(cwd, { PACT_BROKER_BASE_URL: url }, "publish", "--all", "--version", "1.0.0", "--branch", "main", ...more);

describe("eventpact publish", () => {
  test("publishes contracts as they are, and the results of the code as it is", async () => {
    using folder = shopFolder(base);
    await using broker = await startPactBroker();
    await runCommand(folder.path, ["verify", "--record"]);
    const { exitCode, stdout, stderr } = await publish(folder.path, broker.url, "--build-url", "https://ci.example/1");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("email 1.0.0: 1 contract published.\n");
    expect(stdout).toContain("✓ order and email: kept\n");
    expect([...broker.pacts.keys()]).toEqual(["analytics order", "email order"]);
    expect(broker.pacts.get("email order")?.results).toEqual([
      {
        success: true,
        version: "1.0.0",
        body: expect.objectContaining({
          buildUrl: "https://ci.example/1",
          verifiedBy: { implementation: "eventpact", version: expect.any(String) },
        }),
      },
    ]);
  });

  test("publishes a broken contract with its mismatches, and fails unless it is pending", async () => {
    using folder = shopFolder(base);
    await using broker = await startPactBroker();
    becomes(folder.path, { ...base, says: { order: { "OrderShipped.v1": { orderId: "o1" } } } });
    await runCommand(folder.path, ["verify", "--record"]);
    const broken = await publish(folder.path, broker.url);
    expect([broken.exitCode, broken.stdout]).toEqual([1, expect.stringContaining("✗ order and email: broken\n")]);
    expect(broker.pacts.get("email order")?.results[0]?.body).toMatchObject({
      success: false,
      testResults: [
        { interactionDescription: "OrderShipped.v1", mismatches: [{ identifier: "$.data.trackingNumber" }] },
      ],
    });
    broker.pending.add("email");
    const pending = await publish(folder.path, broker.url);
    expect([pending.exitCode, pending.stdout]).toEqual([
      0,
      expect.stringContaining("✗ order and email: broken (pending: it does not count yet)"),
    ]);
  });

  test("says which contracts the broker wants verified and nobody has", async () => {
    using folder = shopFolder(base);
    await using broker = await startPactBroker();
    const { exitCode, stdout } = await publish(folder.path, broker.url);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("? order and email: unverified\n")]);
    expect(broker.pacts.get("email order")?.results).toEqual([]);
  });

  test("needs to be told of a broker", async () => {
    using folder = shopFolder(base);
    const { exitCode, stderr } = await run(folder.path, {}, "publish", "--all");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("PACT_BROKER_BASE_URL")]);
  });
});

describe("deployments with a broker", () => {
  test("are recorded in both, and both must say yes", async () => {
    using folder = shopFolder(base);
    await using broker = await startPactBroker();
    const env = { PACT_BROKER_BASE_URL: broker.url };
    await runCommand(folder.path, ["verify", "--record"]);
    await publish(folder.path, broker.url);
    const recorded = await run(folder.path, env, "record-deployment", "--all", "--version", "1.0.0");
    expect([recorded.exitCode, recorded.stderr]).toEqual([0, ""]);
    expect([...broker.there]).toEqual(
      ["analytics", "email", "order"].map((name) => [`production ${name} 1.0.0`, "deployed"]),
    );
    const yes = await run(folder.path, env, "can-i-deploy", "--service", "order", "--version", "1.0.0");
    expect([yes.exitCode, yes.stdout]).toEqual([
      0,
      expect.stringContaining("✓ Pact Broker on order 1.0.0: 2 of 2 verified"),
    ]);
    broker.pacts.get("email order")?.results.push({ success: false, version: "1.0.0", body: {} });
    const no = await run(folder.path, env, "can-i-deploy", "--service", "order", "--version", "1.0.0");
    expect([no.exitCode, no.stdout]).toEqual([1, expect.stringContaining("✗ Pact Broker on order 1.0.0")]);
    const alone = await run(
      folder.path,
      env,
      "can-i-deploy",
      "--service",
      "order",
      "--version",
      "1.0.0",
      "--no-broker",
    );
    expect(alone.exitCode).toBe(0);
    await run(folder.path, env, "record-undeployment", "--service", "email");
    expect([...broker.there.keys()]).toEqual(["production analytics 1.0.0", "production order 1.0.0"]);
  });

  test("a version that the broker has never heard of is unknown there", async () => {
    using folder = shopFolder(base);
    await using broker = await startPactBroker();
    await runCommand(folder.path, ["verify", "--record"]);
    await runCommand(folder.path, ["record-deployment", "--all", "--here", "--version", "1.0.0"]);
    const { exitCode, stdout } = await run(
      folder.path,
      { PACT_BROKER_BASE_URL: broker.url },
      "can-i-deploy",
      "--service",
      "order",
      "--version",
      "1.0.0",
    );
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining("the broker knows no order 1.0.0")]);
  });
});

describe("who asks the broker", () => {
  test("says who it is, to the broker alone, and never in a message", async () => {
    using folder = shopFolder(base);
    await using broker = await startPactBroker("Bearer s3cret");
    const wrong = await run(
      folder.path,
      { PACT_BROKER_BASE_URL: broker.url, PACT_BROKER_TOKEN: "other" },
      "publish",
      "--all",
    );
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining("(401): no access")]);
    expect(wrong.stderr).not.toContain("other");
    const right = await run(
      folder.path,
      { PACT_BROKER_BASE_URL: broker.url, PACT_BROKER_TOKEN: "s3cret" },
      "publish",
      "--all",
      "--branch",
      "main",
    );
    expect(right.exitCode).toBe(1);
    const named = broker.url.replace("http://", "http://me:pass@");
    await run(folder.path, { PACT_BROKER_BASE_URL: named }, "publish", "--all");
    expect(broker.requests.at(-1)?.authorization).toBe(`Basic ${btoa("me:pass")}`);
  });

  test("hears when nobody answers, without the address's secrets", async () => {
    using folder = shopFolder(base);
    const broker = await startPactBroker();
    await broker.close();
    const gone = broker.url.replace("http://", "http://me:pass@");
    const { exitCode, stderr } = await run(folder.path, { PACT_BROKER_BASE_URL: gone }, "publish", "--all");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("does not answer")]);
    expect(stderr).not.toContain("pass");
  });
});
