import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Shop } from "../deploy/support/small-shop.ts";
import { becomes, shopFiles, shopFolder, text } from "../deploy/support/small-shop.ts";
import { runCommand, temporaryFolder, writeFiles } from "../support/run-command.ts";

/** orders sends, billing receives, in a project with these settings; two versions of the event lie in the topic. */
const shop = (fields: Shop["events"][string]["fields"], more: Partial<Shop> = {}): Shop => ({
  events: { "OrderPlaced.v1": { fields: { id: text } }, "OrderPlaced.v2": { fields } },
  services: {
    orders: { sends: ["OrderPlaced.v2"] },
    billing: { receives: ["OrderPlaced.v1", "OrderPlaced.v2"] },
  },
  ...more,
});

/** The shop deployed as it was, then changed here. */
async function changedShop(older: Shop, newer: Shop): Promise<ReturnType<typeof temporaryFolder>> {
  const folder = shopFolder(older);
  await runCommand(folder.path, ["record-deployment", "--all", "--version", "1.0.0", "--here"], {
    today: "2026-01-01",
  });
  becomes(folder.path, newer);
  return folder;
}

const json = async (folder: string, ...args: string[]) => {
  const { exitCode, stdout } = await runCommand(folder, [...args, "--format", "json"]);
  return { exitCode, value: JSON.parse(stdout) };
};

async function catalogueOf(folder: string) {
  const { stderr } = await runCommand(folder, ["docs", "--out", "site"]);
  const page = (path: string): string => readFileSync(join(folder, "site", path), "utf8").replaceAll(/<[^>]*>/g, "");
  return { stderr, page, value: JSON.parse(readFileSync(join(folder, "site/catalogue.json"), "utf8")) };
}

const web = { enum: ["web", "shop"] };
const withPhone = { enum: ["web", "shop", "phone"] };

describe("the policy of eventpact.yaml", () => {
  test.each([
    // An open schema lets its writers write any key; only strict readers mind.
    ["strict", { id: text }, { id: text, "note?": text }, "incompatible", "compatible"],
    ["tolerant", { id: text }, { id: text, "note?": text }, "compatible", "compatible"],
    ["tolerant", { id: text, channel: web }, { id: text, channel: withPhone }, "compatible", "incompatible"],
    ["lenient", { id: text, channel: web }, { id: text, channel: withPhone }, "compatible", "compatible"],
  ] as const)("is %s in diff, check, can-i-deploy, plan and docs", async (policy, was, is, backward, forward) => {
    const settings = { compatibility: { policy } };
    using folder = await changedShop(shop(was, settings), shop(is, settings));
    using before = temporaryFolder(shopFiles(shop(was, settings)));
    const isCompatible = backward === "compatible" && forward === "compatible";

    const diff = await json(folder.path, "diff", "--against", before.path);
    expect(diff.exitCode).toBe(isCompatible ? 0 : 1);
    expect(diff.value.verdicts).toMatchObject([{ event: "OrderPlaced.v2", backward, forward }]);

    const change = await json(folder.path, "can-i-deploy", "--dry-run-change");
    expect(change.value.verdict).toBe(backward === "compatible" ? "yes" : "no");
    const orders = await json(folder.path, "can-i-deploy", "--service", "orders");
    expect(orders.value.verdict).toBe(forward === "compatible" ? "yes" : "no");

    const plan = await json(folder.path, "plan");
    const answer = { compatible: "yes", incompatible: "no" };
    expect(plan.value.plans[0].migrations.map(({ verdicts }: { verdicts?: object }) => verdicts)).toContainEqual({
      backward: answer[backward],
      forward: answer[forward],
    });
  });

  test("judges the step from one version to the next on the site, as eventpact compat does", async () => {
    for (const policy of ["strict", "tolerant"]) {
      using folder = shopFolder(shop({ id: text, "note?": text }, { compatibility: { policy } }));
      const { value } = await catalogueOf(folder.path);
      const step = value.events.find(({ key }: { key: string }) => key === "OrderPlaced.v2").sincePrevious;
      const data = (extra: object): string =>
        JSON.stringify({ type: "object", required: ["id"], properties: { id: text, ...extra } });
      writeFiles(folder.path, { "v1.json": data({}), "v2.json": data({ note: text }) });
      const compat = await json(folder.path, "compat", "v1.json", "v2.json", "--policy", policy);
      expect(step.newReadersReadOldEvents).toBe(compat.value.backward.verdict);
      expect(step.oldReadersReadNewEvents).toBe(compat.value.forward.verdict);
    }
  });
});

describe("a contract", () => {
  const pact = (interaction: object): Record<string, string> => ({
    "contracts/pacts/billing-orders.json": JSON.stringify({
      consumer: { name: "billing" },
      provider: { name: "orders" },
      interactions: [
        {
          type: "Asynchronous/Messages",
          description: "OrderPlaced.v2",
          contents: {
            content: { eventType: "OrderPlaced", version: 2, data: { id: "1" } },
            contentType: "application/json",
          },
          ...interaction,
        },
      ],
    }),
  });

  test("of another kind than asynchronous messages holds no event, in verify and in docs", async () => {
    using folder = shopFolder(shop({ id: text }));
    writeFiles(folder.path, pact({ type: "Synchronous/Messages" }));
    const verify = await json(folder.path, "verify", "--only-schemas");
    expect(verify.value.diagnostics.map(({ code }: { code: string }) => code)).toContain("pact-missing");
    const docs = await catalogueOf(folder.path);
    expect(docs.value.events.map(({ reliedOn }: { reliedOn: object }) => reliedOn)).toEqual([{}, {}]);
    expect(docs.page("services/billing.html")).not.toContain("held by a contract");
  });

  test("is read with its wildcards, in verify and in docs", async () => {
    using folder = shopFolder(shop({ id: text }));
    const body = (rule: object): object => ({ matchingRules: { body: { "$.data.*": { matchers: [rule] } } } });
    const found = async (): Promise<readonly string[]> =>
      (await json(folder.path, "verify", "--only-schemas")).value.diagnostics
        .map(({ code }: { code: string }) => code)
        .filter((code: string) => code === "pact-value-narrower");
    const reliedOn = async (): Promise<string | undefined> => {
      const { page } = await catalogueOf(folder.path);
      return /relied on by [^\n]*?(?=\s*\n)/.exec(page("events/OrderPlaced.v2.html").replace(/^[^]*?#Data/, ""))?.[0];
    };
    writeFiles(folder.path, pact(body({ match: "type" })));
    expect(await found()).toEqual([]);
    expect(await reliedOn()).toBe("relied on by billing");
    writeFiles(folder.path, pact({}));
    expect(await found()).not.toEqual([]);
    expect(await reliedOn()).toBe("relied on by billing (this very value)");
  });
});

test("an environment that cannot be read is not read by anybody", async () => {
  using folder = shopFolder(shop({ id: text }));
  await runCommand(folder.path, ["record-deployment", "--all", "--version", "1.0.0", "--here"]);
  expect((await catalogueOf(folder.path)).value.environments).toMatchObject([{ name: "production" }]);
  const file = "contracts/environments/production/orders.json";
  const { format: _format, ...rest } = JSON.parse(readFileSync(join(folder.path, file), "utf8"));
  writeFiles(folder.path, { [file]: JSON.stringify(rest) });
  const check = await json(folder.path, "check");
  expect(check.value.diagnostics.map(({ code }: { code: string }) => code)).toContain("records-unreadable");
  expect((await runCommand(folder.path, ["can-i-deploy", "--service", "orders"])).stderr).toContain("cannot be read");
  const { value, stderr } = await catalogueOf(folder.path);
  expect([value.environments, stderr]).toEqual([[], expect.stringContaining("left out: what runs in production")]);
});

test("a topic keeps as long as eventpact.yaml says, in can-i-deploy, plan and docs", async () => {
  const settings = {
    topic: { "retention.ms": 86_400_000, "cleanup.policy": ["delete"] },
    deploy: { retention: { orders: "90d" } },
  };
  using folder = await changedShop(shop({ id: text }, settings), shop({ id: text, "note?": text }, settings));
  const { value } = await json(folder.path, "can-i-deploy", "--service", "orders");
  expect(value.answers[0].retained.map(({ keeps }: { keeps: string }) => keeps)).toEqual([
    expect.stringMatching(/^orders keeps 90 days \(eventpact\.yaml\)/),
  ]);
  const docs = await catalogueOf(folder.path);
  expect(docs.value.topics).toMatchObject([{ name: "orders", retentionMs: 90 * 86_400_000 }]);
  expect(docs.page("topics/orders.html")).toContain("90 days");
  expect(docs.page("events/OrderPlaced.v1.html")).not.toContain("1 day ");
});

test("until when an event version is needed is one date in check, diff, can-i-deploy and plan", async () => {
  const settings = { deploy: { retention: { orders: "10d" }, deadLetters: "5d" } };
  const older = shop({ id: text }, settings);
  using folder = shopFolder({
    ...older,
    services: { ...older.services, orders: { sends: ["OrderPlaced.v1", "OrderPlaced.v2"] } },
  });
  using before = temporaryFolder(shopFiles(older));
  const record = (version: string, today: string) =>
    runCommand(folder.path, ["record-deployment", "--all", "--version", version, "--here"], { today });
  await record("1.0.0", "2026-01-01");
  becomes(folder.path, older);
  // The last sender of the first version is gone; then nobody describes it any more.
  await record("1.1.0", "2026-02-01");
  const newer = shop({ id: text }, settings);
  becomes(folder.path, { ...newer, services: { ...newer.services, billing: { receives: ["OrderPlaced.v2"] } } });
  await record("1.2.0", "2026-02-01");
  const { "OrderPlaced.v1": _gone, ...events } = newer.events;
  writeFiles(
    folder.path,
    shopFiles({ ...newer, events, services: { ...newer.services, billing: { receives: ["OrderPlaced.v2"] } } }),
  );
  rmSync(join(folder.path, "asyncapi/events/OrderPlaced.v1.yaml"));

  // A day in the outbox, ten in the topic, five in dead letters.
  for (const [today, isOver] of [
    ["2026-02-16", false],
    ["2026-02-18", true],
  ] as const) {
    const ask = async (...args: string[]) =>
      JSON.parse((await runCommand(folder.path, [...args, "--format", "json"], { today })).stdout);
    const codes = ({ diagnostics }: { diagnostics: readonly { code: string }[] }) =>
      diagnostics.map(({ code }) => code);
    expect(codes(await ask("check")).includes("event-retired-early")).toBe(!isOver);
    const plan = (await ask("plan")).plans[0];
    expect(plan.tooEarly.length > 0).toBe(!isOver);
    const { retained } = (await ask("can-i-deploy", "--service", "billing")).answers[0];
    expect(retained.some(({ event }: { event: string }) => event === "OrderPlaced.v1")).toBe(!isOver);
    const removed = (await ask("diff", "--against", before.path)).changes.find(
      ({ code }: { code: string }) => code === "event-removed",
    );
    expect(removed.level === "info").toBe(isOver);
  }
});
