import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "@jest/globals";
import { runCommand } from "../support/run-command.ts";
import type { Shop } from "./support/small-shop.ts";
import { base, becomes, shopFolder, text, withVersion2 } from "./support/small-shop.ts";

const schemaOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../schema/${name}.schema.json`, import.meta.url), "utf8"));
const isAnswer = new Ajv2020({ strict: false, schemas: [schemaOf("plan")] }).compile(schemaOf("can-i-deploy"));

const verify = (folder: string) => runCommand(folder, ["verify", "--record"]);

/** The shop as it is, verified and deployed. */
async function deploy(folder: string, version: string, today: string, ...services: string[]): Promise<void> {
  await verify(folder);
  const which = services.length > 0 ? services.flatMap((service) => ["--service", service]) : ["--all"];
  await runCommand(folder, ["record-deployment", ...which, "--here", "--version", version], { today });
}

async function ask(folder: string, service: string, today = "2026-01-10", ...more: string[]) {
  const words = ["can-i-deploy", "--service", service, "--format", "json", ...more];
  const { exitCode, stdout, stderr } = await runCommand(folder, words, { today });
  if (stdout === "") throw new Error(stderr);
  const value = JSON.parse(stdout);
  expect(isAnswer(value) ? [] : isAnswer.errors).toEqual([]);
  return { exitCode, value, answer: value.answers[0] };
}

const changed = (fields: Shop["events"][string]["fields"], email?: object): Shop => ({
  ...base,
  events: { "OrderShipped.v1": { fields } },
  ...(email === undefined
    ? {}
    : {
        services: {
          ...base.services,
          email: { receives: ["OrderShipped.v1"], needs: { order: { "OrderShipped.v1": email } } },
        },
      }),
});

describe("the matrix", () => {
  test("says yes when the producer's code kept every contract", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    const { exitCode, answer } = await ask(folder.path, "order");
    expect([exitCode, answer.verdict, answer.reasons]).toEqual([0, "yes", []]);
    expect(
      answer.rows.map(({ event, status, consumer }: never) => [
        event,
        status,
        (consumer as { service: string }).service,
      ]),
    ).toEqual([
      ["OrderShipped.v1", "verified", "analytics"],
      ["OrderShipped.v1", "verified", "email"],
    ]);
  });

  test("says unknown, exit code 3, while nobody has verified the code, and what to run", async () => {
    using folder = shopFolder(base);
    await runCommand(folder.path, ["record-deployment", "--all", "--here", "--version", "1.0.0"]);
    const { exitCode, answer } = await ask(folder.path, "order");
    expect([exitCode, answer.verdict]).toEqual([3, "unknown"]);
    expect(answer.reasons).toEqual([
      expect.objectContaining({ verdict: "unknown", way: "eventpact verify --provider order" }),
    ]);
  });

  test("proves a new contract against code that was deployed before the contract was written", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    const analytics = {
      receives: ["OrderShipped.v1"],
      needs: { order: { "OrderShipped.v1": { trackingNumber: "SP1" } } },
    };
    becomes(folder.path, { ...base, services: { ...base.services, analytics } });
    const { exitCode, answer } = await ask(folder.path, "analytics");
    expect([exitCode, answer.rows[0].status]).toEqual([0, "proved"]);
  });

  test("says no when a contract relies on what the deployed producer may leave out, and names the field", async () => {
    using folder = shopFolder(changed({ orderId: text, "trackingNumber?": text }, { orderId: "o1" }));
    await deploy(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, changed({ orderId: text, "trackingNumber?": text }, { trackingNumber: "SP1" }));
    const { exitCode, answer } = await ask(folder.path, "email");
    expect([exitCode, answer.verdict]).toEqual([1, "no"]);
    expect(answer.reasons).toContainEqual(
      expect.objectContaining({ service: "email", event: "OrderShipped.v1", field: "$.data.trackingNumber" }),
    );
    expect(answer.rows[0].problems[0].witness.data).not.toHaveProperty("trackingNumber");
  });

  test("names who breaks when a field is renamed: by its contract, or by its own copy of the schema", async () => {
    const renamed = changed({ orderId: text, tracking: text });
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, renamed);
    const { exitCode, answer, value } = await ask(folder.path, "order");
    expect(exitCode).toBe(1);
    const problems = answer.rows.map(
      (row: { consumer: { service: string }; problems: { kind: string; field?: string }[] }) => [
        row.consumer.service,
        row.problems.map(({ kind, field }) => field ?? kind),
      ],
    );
    expect(problems).toEqual([
      ["analytics", ["validator"]],
      ["email", ["$.data.trackingNumber", "validator"]],
    ]);
    expect(value.plan.migrations[0]).toMatchObject({
      event: "OrderShipped.v1",
      to: "OrderShipped.v2",
      strategy: "side-by-side",
      at: 1,
    });
    becomes(folder.path, { ...renamed, deploy: { readers: "contract" } });
    const tolerant = await ask(folder.path, "order");
    const breaks = tolerant.answer.reasons.filter(({ verdict }: { verdict: string }) => verdict === "no");
    expect(breaks.map(({ service }: { service: string }) => service)).toEqual(["email"]);
  });

  test("holds what the verification of the code found against it, with the field", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, { ...base, says: { order: { "OrderShipped.v1": { orderId: "o1" } } } });
    await verify(folder.path);
    const { exitCode, answer } = await ask(folder.path, "order");
    expect(exitCode).toBe(1);
    expect(answer.rows.every(({ status }: { status: string }) => status === "failed")).toBe(true);
    expect(answer.reasons[0].message).toContain("what its schema refuses");
  });

  test("a contract of a consumer that is not there yet stops nobody", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    const sms = { receives: ["OrderShipped.v1"], needs: { order: { "OrderShipped.v1": { phone: "+1" } } } };
    becomes(folder.path, { ...base, services: { ...base.services, sms } });
    expect(
      (await ask(folder.path, "order")).answer.rows.map(
        ({ consumer }: never) => (consumer as { service: string }).service,
      ),
    ).toEqual(["analytics", "email"]);
  });

  test("counts released versions too, until they are supported no longer", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01", "order");
    await runCommand(folder.path, ["record-release", "--service", "email", "--here", "--version", "1.0.0"]);
    becomes(folder.path, changed({ orderId: text, tracking: text }, { orderId: "o1" }));
    await verify(folder.path);
    expect((await ask(folder.path, "order")).exitCode).toBe(1);
    await runCommand(folder.path, ["record-undeployment", "--service", "email", "--version", "1.0.0"]);
    expect((await ask(folder.path, "order")).exitCode).toBe(0);
  });
});

describe("what is retained", () => {
  async function movedToVersion2(deploySettings: object = {}, topic?: object) {
    const more = { deploy: deploySettings, ...(topic ? { topic } : {}) };
    const folder = shopFolder({ ...base, ...more });
    await deploy(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, { ...withVersion2({}), ...more });
    await deploy(folder.path, "2.0.0", "2026-01-05");
    return { folder, more };
  }

  test("a version that nobody sends any more must be read until outbox, topic and dead letters are free of it", async () => {
    const { folder, more } = await movedToVersion2({ deadLetters: "5d" });
    using _ = folder;
    becomes(folder.path, { ...withVersion2({ email: ["OrderShipped.v2"] }), ...more });
    await verify(folder.path);
    const early = await ask(folder.path, "email", "2026-01-10");
    expect([early.exitCode, early.answer.reasons]).toEqual([
      1,
      [
        expect.objectContaining({
          message: expect.stringContaining("email 0.0.0 must read OrderShipped.v1, which can still be met in orders"),
          // 5 January, an outbox of one day, ten days in the topic, five as a dead letter.
          from: "2026-01-21T12:00:00.000Z",
        }),
      ],
    ]);
    const held = early.answer.retained.find(({ event }: { event: string }) => event === "OrderShipped.v1");
    expect(held).toMatchObject({
      lastSender: "order 1.0.0",
      places: ["topic", "dead letters"],
      mustRead: true,
      can: "no",
    });
    const late = await ask(folder.path, "email", "2026-01-22");
    expect([late.exitCode, late.answer.retained.length]).toEqual([0, 1]);
  });

  test("a compacted topic has no end, unless eventpact.yaml says how long it really keeps", async () => {
    const { folder, more } = await movedToVersion2({}, { "cleanup.policy": ["compact"] });
    using _ = folder;
    becomes(folder.path, { ...withVersion2({ email: ["OrderShipped.v2"] }), ...more });
    await verify(folder.path);
    const forever = await ask(folder.path, "email", "2036-01-01");
    expect([forever.exitCode, forever.answer.reasons[0].from]).toEqual([1, null]);
    becomes(folder.path, {
      ...withVersion2({ email: ["OrderShipped.v2"] }),
      ...more,
      deploy: { retention: { orders: "30d" } },
    });
    expect((await ask(folder.path, "email", "2036-01-01")).exitCode).toBe(0);
  });

  test("what the documents call retained and no record sent is as old as the records", async () => {
    using folder = shopFolder(withVersion2({ retained: true }));
    await deploy(folder.path, "1.0.0", "2026-01-01");
    const { answer } = await ask(folder.path, "email");
    expect(answer.retained[0]).toMatchObject({
      event: "OrderShipped.v1",
      lastSender: "somebody before the records began",
      topicUntil: "2026-01-12T12:00:00.000Z",
      can: "yes",
    });
  });

  test("older states of a schema count: what became required is not in the events of before", async () => {
    const before = changed({ orderId: text, "trackingNumber?": text }, { orderId: "o1" });
    using folder = shopFolder(before);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    const after = changed({ orderId: text, trackingNumber: text }, { orderId: "o1" });
    becomes(folder.path, after);
    await deploy(folder.path, "1.1.0", "2026-01-05", "order");
    const soon = await ask(folder.path, "email", "2026-01-06");
    expect([soon.exitCode, soon.answer.reasons[0].from]).toEqual([1, "2026-01-26T12:00:00.000Z"]);
    expect((await ask(folder.path, "email", "2026-01-27")).exitCode).toBe(0);
  });
});

describe("the way back", () => {
  test("is open until readers may have dropped what the older version sends", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, withVersion2({}));
    await deploy(folder.path, "2.0.0", "2026-01-05", "email", "analytics");
    const { answer } = await ask(folder.path, "order", "2026-01-06");
    expect(answer.rollBack).toMatchObject({ to: "1.0.0", verdict: "yes", until: "2026-01-27T12:00:00.000Z" });
    expect(answer.rollBack.untilWhy).toContain("OrderShipped.v1");
  });

  test("is closed for a consumer that does not know what is sent by now", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, withVersion2({}));
    await deploy(folder.path, "2.0.0", "2026-01-05", "email", "analytics", "order");
    becomes(folder.path, withVersion2({ analytics: ["OrderShipped.v1", "OrderShipped.v2"] }));
    const back = await ask(folder.path, "email", "2026-01-06", "--version", "1.0.0");
    expect([back.exitCode, back.answer.reasons[0].message]).toEqual([
      1,
      expect.stringContaining("it receives OrderShipped.v1, not OrderShipped.v2"),
    ]);
  });
});

describe("the command", () => {
  test("asks about every service that changed with --dry-run-change", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    const none = await runCommand(folder.path, ["can-i-deploy", "--dry-run-change"]);
    expect([none.exitCode, none.stdout]).toEqual([0, "Nothing differs from what is deployed in production.\n"]);
    becomes(folder.path, withVersion2({}));
    await verify(folder.path);
    const { stdout } = await runCommand(folder.path, ["can-i-deploy", "--dry-run-change", "--format", "json"]);
    const value = JSON.parse(stdout);
    expect(isAnswer(value) ? [] : isAnswer.errors).toEqual([]);
    expect([value.verdict, value.order]).toEqual(["yes", [["analytics", "email"], ["order"]]]);
    const alone = await ask(folder.path, "order");
    expect(alone.value.plan.services).toEqual([
      expect.objectContaining({ service: "analytics", verdict: "yes" }),
      expect.objectContaining({ service: "email", verdict: "yes" }),
      expect.objectContaining({ service: "order", verdict: "no" }),
    ]);
    const told = await runCommand(folder.path, ["can-i-deploy", "--dry-run-change"]);
    expect([told.exitCode, told.stdout]).toEqual([
      0,
      "May this change go to production? Yes.\nIn this order:\n  1. analytics, email\n  2. order\n",
    ]);
  });

  test("lets go first whoever is known to go, and asks about the rest beside it", async () => {
    using folder = shopFolder(base);
    // Nobody has verified what runs.
    await runCommand(folder.path, ["record-deployment", "--all", "--here", "--version", "1.0.0"]);
    const needs = { order: { "OrderShipped.v1": { orderId: "o1", trackingNumber: "SP1" } } };
    const analytics = { receives: ["OrderShipped.v1"], needs };
    const says = { order: { "OrderShipped.v1": { orderId: "o2", trackingNumber: "SP2" } } };
    becomes(folder.path, { ...base, services: { ...base.services, analytics }, says });
    await verify(folder.path);
    expect((await ask(folder.path, "analytics")).answer.verdict).toBe("unknown");
    const { stdout } = await runCommand(folder.path, ["can-i-deploy", "--dry-run-change", "--format", "json"]);
    const { verdict, order } = JSON.parse(stdout);
    expect([verdict, order]).toEqual(["yes", [["order"], ["analytics"]]]);
  });

  test("says who cannot go in whatever order, and why", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    const sms = { receives: ["OrderShipped.v1"], needs: { order: { "OrderShipped.v1": { orderId: "o1" } } } };
    becomes(folder.path, {
      ...changed({ orderId: text, tracking: text }),
      services: { ...base.services, sms },
      deploy: { readers: "contract" },
    });
    await verify(folder.path);
    const { exitCode, stdout } = await runCommand(folder.path, ["can-i-deploy", "--dry-run-change"]);
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringMatching(
        /^May this change go to production\? No\.\n.*sms\n[^]*✗ order cannot go, in whatever order\n +✗ email \(this change\) reads OrderShipped\.v1 of order \(this change\): its contract needs \$\.data\.trackingNumber/,
      ),
    ]);
  });

  test("says it to people with a table, the dates and the plan", async () => {
    using folder = shopFolder(base);
    await deploy(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, withVersion2({}));
    await verify(folder.path);
    const { exitCode, stdout } = await runCommand(folder.path, ["can-i-deploy", "--service", "order"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "May order 0.0.0 go to production? No.\n  This is about what lies here: documents, contracts and code as they are.\n  ✗ analytics 1.0.0 reads OrderShipped.v2 of order 0.0.0: it receives OrderShipped.v1, not OrderShipped.v2",
    );
    expect(stdout).toContain("✗ order 0.0.0 → email 1.0.0      incompatible: OrderShipped.v2");
    expect(stdout).toContain("OrderShipped.v1 → OrderShipped.v2: side by side.");
    expect(stdout).toContain("▶ 2. Consumers: everybody who hears OrderShipped reads OrderShipped.v2 too");
  });

  test("refuses settings that it does not understand, at their place", async () => {
    using folder = shopFolder({ ...base, deploy: { outbox: "soon" } });
    const { exitCode, stderr } = await runCommand(folder.path, ["can-i-deploy", "--service", "order"]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/^eventpact\.yaml:17:15: error: .* \[config-invalid\]/),
    ]);
    const check = await runCommand(folder.path, ["check", "--format", "json"]);
    expect(JSON.parse(check.stdout).diagnostics).toContainEqual(expect.objectContaining({ code: "config-invalid" }));
  });
});
