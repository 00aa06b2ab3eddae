import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runCommand } from "../support/run-command.ts";
import type { PactBroker } from "./support/pact-broker.ts";
import { startPactBroker } from "./support/pact-broker.ts";
import type { Shop } from "./support/small-shop.ts";
import { base, shopFolder } from "./support/small-shop.ts";

const { order = {}, email = {} } = base.services;

/** The repository of one service: no document of anybody else. */
const alone = (name: string, service: object, more: Partial<Shop> = {}): Shop => ({
  ...base,
  services: { [name]: service },
  ...more,
});

const emailNeeds = (data: object, event = "OrderShipped.v1"): Shop =>
  alone(
    "email",
    { receives: [event], needs: { order: { [event]: data } } },
    { events: { ...base.events, [event]: { fields: {} } } },
  );

/** A version of email publishes what it needs, from a repository of its own. */
async function publishes(broker: PactBroker, version: string, shop: Shop, branch = "main") {
  using folder = shopFolder(shop);
  const words = ["publish", "--all", "--version", version, "--branch", branch];
  await runCommand(folder.path, words, { env: { PACT_BROKER_BASE_URL: broker.url } });
}

async function verifies(folder: string, broker: PactBroker, ...more: string[]) {
  const words = ["verify", "--from-broker", "--record", "--format", "json", ...more];
  const { exitCode, stdout, stderr } = await runCommand(folder, words, { env: { PACT_BROKER_BASE_URL: broker.url } });
  const value = stdout === "" ? { contracts: [], diagnostics: [] } : JSON.parse(stdout);
  return {
    exitCode,
    stderr,
    contracts: value.contracts as readonly { consumer: string; status: string; wanted?: { reason: string } }[],
    told: value.diagnostics as readonly {
      code: string;
      hint?: string;
      severity: string;
      message: string;
      file: string;
      line: number;
    }[],
  };
}

describe("eventpact verify --from-broker", () => {
  test("asks the producer's code about contracts of consumers that this repository does not describe", async () => {
    await using broker = await startPactBroker();
    await publishes(broker, "1.0.0", emailNeeds({ orderId: "o1" }));
    using folder = shopFolder(alone("order", order));
    const { exitCode, contracts, told } = await verifies(folder.path, broker);
    expect(told).toEqual([]);
    expect([exitCode, contracts]).toEqual([
      0,
      [
        expect.objectContaining({
          consumer: "email",
          status: "kept",
          wanted: { reason: "latest from main branch", pending: false },
        }),
      ],
    ]);
    const published = await runCommand(folder.path, ["publish", "--all", "--version", "1.0.0", "--branch", "main"], {
      env: { PACT_BROKER_BASE_URL: broker.url },
    });
    expect([published.exitCode, published.stdout]).toEqual([0, expect.stringContaining("✓ order and email: kept\n")]);
    expect(broker.pacts.get("email order")?.results).toMatchObject([{ success: true, version: "1.0.0" }]);
  });

  test("tells what the code does not keep, at a line that can be looked at, and fails", async () => {
    await using broker = await startPactBroker();
    await publishes(broker, "1.0.0", emailNeeds({ orderId: "o1", colour: "red" }));
    using folder = shopFolder(alone("order", order));
    const { exitCode, contracts, told } = await verifies(folder.path, broker);
    expect([exitCode, contracts[0]?.status]).toEqual([1, "broken"]);
    expect(told.map(({ code }) => code)).toContain("pact-failed");
    const hint = told.find(({ code }) => code === "pact-failed")?.hint;
    const [, file = "", line = ""] = /The contract is (.+):(\d+)\./.exec(hint ?? "") ?? [];
    const lines = readFileSync(join(folder.path, file), "utf8").split("\n");
    expect(lines.slice(Number(line) - 1, Number(line) + 2).join("\n")).toContain("OrderShipped.v1");
  });

  test("holds nothing against the producer that the broker calls pending, whatever is wrong with it", async () => {
    await using broker = await startPactBroker();
    await publishes(broker, "1.0.0", emailNeeds({ orderId: "o1" }));
    await publishes(broker, "2.0.0", emailNeeds({ colour: "red" }), "red");
    await publishes(broker, "3.0.0", emailNeeds({ orderId: "o1" }, "OrderPainted.v1"), "paint");
    broker.pending.add("email 2.0.0").add("email 3.0.0");
    using folder = shopFolder(alone("order", order));
    const selectors = ["mainBranch", "branch=red", "branch=paint"].flatMap((words) => ["--selector", words]);
    const { exitCode, contracts, told } = await verifies(folder.path, broker, ...selectors);
    expect([exitCode, contracts.map(({ status }) => status)]).toEqual([0, ["kept", "broken", "schema"]]);
    expect(new Set(told.map(({ severity }) => severity))).toEqual(new Set(["warning"]));
    expect(new Set(told.map(({ code }) => code))).toEqual(new Set(["pact-pending", "pact-event-unknown"]));
  });

  test("asks about work in progress from a day on, and not without being told", async () => {
    await using broker = await startPactBroker();
    await publishes(broker, "1.0.0", emailNeeds({ orderId: "o1" }));
    await publishes(broker, "2.0.0", emailNeeds({ colour: "red" }), "red");
    using folder = shopFolder(alone("order", order));
    expect((await verifies(folder.path, broker)).contracts).toHaveLength(1);
    const { exitCode, contracts } = await verifies(folder.path, broker, "--wip-since", "2026-01-01");
    expect([exitCode, contracts.map(({ wanted }) => wanted?.reason)]).toEqual([
      0,
      ["latest from main branch", "work in progress"],
    ]);
  });

  test("asks once about what several versions say alike, and about each that says something else", async () => {
    await using broker = await startPactBroker();
    await publishes(broker, "1.0.0", emailNeeds({ orderId: "o1" }));
    broker.pending.add("email 2.0.0");
    await publishes(broker, "2.0.0", emailNeeds({ orderId: "o1", trackingNumber: "SP1" }), "more");
    using folder = shopFolder({ ...base, services: { order, email } });
    const { contracts } = await verifies(folder.path, broker, "--selector", "mainBranch", "--selector", "branch=more");
    // What the repository has itself is asked about as its own: it counts.
    expect(contracts.map(({ wanted, status }) => [wanted?.reason ?? "here", status])).toEqual([
      ["here", "kept"],
      ["latest from main branch", "kept"],
    ]);
  });

  test("a producer that the broker has never heard of has nothing to keep", async () => {
    await using broker = await startPactBroker();
    using folder = shopFolder(alone("order", order));
    expect(await verifies(folder.path, broker)).toMatchObject({ exitCode: 0, contracts: [], told: [] });
  });

  test("--needed runs nothing, and says by its exit code and in JSON that a contract requires verification", async () => {
    await using broker = await startPactBroker();
    await publishes(broker, "1.0.0", emailNeeds({ orderId: "o1" }));
    using folder = shopFolder(alone("order", order));
    const env = { PACT_BROKER_BASE_URL: broker.url };
    const words = ["verify", "--from-broker", "--needed", "--format", "json"];
    const needed = async () => {
      const { exitCode, stdout } = await runCommand(folder.path, words, { env });
      return [
        exitCode,
        JSON.parse(stdout).producers.map(({ provider, open }: Record<string, unknown>) => [provider, open]),
      ];
    };
    expect(await needed()).toEqual([3, [["order", true]]]);
    expect(await needed()).toEqual([3, [["order", true]]]);
    await verifies(folder.path, broker);
    expect(await needed()).toEqual([0, [["order", false]]]);
    await publishes(broker, "2.0.0", emailNeeds({ orderId: "o1", trackingNumber: "SP1" }));
    broker.pending.add("email 2.0.0");
    expect(await needed()).toEqual([3, [["order", true]]]);
    for (const other of ["--known", "--only-schemas", "--record"]) {
      const { exitCode, stderr } = await runCommand(folder.path, ["verify", "--needed", other], { env });
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`does not go with ${other}`)]);
    }
  });

  test.each([
    [["--selector", "deployedOrRelased"], 'no Pact Broker knows "deployedOrRelased"'],
    [["--selector", "branch"], "branch needs a value"],
    [["--selector", "latest=no"], "latest takes no value"],
    [["--selector", "consumer=email"], "says of whom, and not which versions"],
    [["--selector", "branch=a,branch=b"], "says one thing twice"],
    [["--selector", "matchingBranch"], "which branch?"],
    [["--branch", ""], "--branch must not be empty"],
    [["--wip-since", "2026-02-30"], "--wip-since is a day"],
    [["--known"], "--known asks nobody"],
  ])("refuses %j", async (words, reason) => {
    await using broker = await startPactBroker();
    using folder = shopFolder(alone("order", order));
    expect(await verifies(folder.path, broker, ...words)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(reason),
    });
    expect(broker.requests).toEqual([]);
  });

  test("flags that only a broker understands are refused without it, and so is a broker that nobody named", async () => {
    using folder = shopFolder(alone("order", order));
    const idle = await runCommand(folder.path, ["verify", "--selector", "mainBranch"]);
    expect([idle.exitCode, idle.stderr]).toEqual([2, expect.stringContaining("it needs --from-broker")]);
    const nobody = await runCommand(folder.path, ["verify", "--from-broker"]);
    expect([nobody.exitCode, nobody.stderr]).toEqual([2, expect.stringContaining("PACT_BROKER_BASE_URL")]);
  });
});
