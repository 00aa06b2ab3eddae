import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "@jest/globals";
import { runCommand } from "../support/run-command.ts";
import { whyOf } from "../../src/deploy/strategy.ts";
import type { Shop } from "./support/small-shop.ts";
import { base, becomes, shopFolder, text, withVersion2 } from "./support/small-shop.ts";

const schema = JSON.parse(readFileSync(new URL("../../schema/plan.schema.json", import.meta.url), "utf8"));
const isPlan = new Ajv2020({ strict: false }).compile(schema);

async function record(folder: string, version: string, today: string, ...services: string[]): Promise<void> {
  const which = services.length > 0 ? services.flatMap((service) => ["--service", service]) : ["--all"];
  await runCommand(folder, ["record-deployment", ...which, "--here", "--version", version], { today });
}

async function plan(folder: string, today: string) {
  const { exitCode, stdout, stderr } = await runCommand(folder, ["plan", "--format", "json"], { today });
  if (stdout === "") throw new Error(stderr);
  const value = JSON.parse(stdout);
  expect(isPlan(value) ? [] : isPlan.errors).toEqual([]);
  return { exitCode, ...value.plans[0] };
}

const shipped = (fields: Shop["events"][string]["fields"]): Shop => ({
  ...base,
  events: { "OrderShipped.v1": { fields } },
  services: {
    ...base.services,
    email: { receives: ["OrderShipped.v1"], needs: { order: { "OrderShipped.v1": { orderId: "o1" } } } },
  },
});

const phasesOf = (migration: { phases: { title: string; done: boolean }[] }) =>
  migration.phases.map(({ title, done }) => `${done ? "✓" : "·"} ${title}`);

describe("the order follows from who can read whom", () => {
  const colours = (...words: string[]) => ({ orderId: text, colour: { enum: words } });
  test.each([
    [
      "an optional field more: any order",
      { orderId: text },
      { orderId: text, "weight?": { type: "integer" } },
      "any-order",
    ],
    ["a value more: consumers first", colours("red"), colours("red", "green"), "consumers-first"],
    ["a value less: producers first", colours("red", "green"), colours("red"), "producers-first"],
    [
      "an optional field that becomes required: producers first",
      { orderId: text, "weight?": text },
      { orderId: text, weight: text },
      "producers-first",
    ],
    [
      "another type: side by side, as a new version",
      { orderId: text, weight: text },
      { orderId: text, weight: { type: "integer" } },
      "side-by-side",
    ],
  ])("%s", async (_, before, after, strategy) => {
    using folder = shopFolder(shipped(before));
    await record(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, shipped(after));
    const { migrations, exitCode } = await plan(folder.path, "2026-01-02");
    expect([exitCode, migrations.map((one: { strategy: string }) => one.strategy)]).toEqual([0, [strategy]]);
  });

  test("a field's way through the shop: declared, promised by producers once the older events are gone, used by consumers", async () => {
    using folder = shopFolder(shipped({ orderId: text, "weight?": text }));
    await record(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, shipped({ orderId: text, weight: text }));
    const first = (await plan(folder.path, "2026-01-02")).migrations[0];
    expect(phasesOf(first)).toEqual(["· Producers", "· Wait", "· Consumers"]);
    expect(first.fields).toEqual([
      expect.objectContaining({
        field: "$.data.weight",
        change: "required",
        filledBy: [],
        notFilledBy: ["order 1.0.0"],
        usedBy: [],
      }),
    ]);
    await record(folder.path, "1.1.0", "2026-01-05", "order");
    const second = (await plan(folder.path, "2026-01-06")).migrations[0];
    expect([phasesOf(second), second.at, second.phases[1].opens]).toEqual([
      ["✓ Producers", "· Wait", "· Consumers"],
      2,
      "2026-01-26T12:00:00.000Z",
    ]);
    expect(second.fields[0].filledBy).toEqual(["order 1.1.0"]);
    const third = (await plan(folder.path, "2026-01-27")).migrations[0];
    expect([phasesOf(third), third.at]).toEqual([["✓ Producers", "✓ Wait", "· Consumers"], 3]);
    await record(folder.path, "1.1.0", "2026-01-28", "email", "analytics");
    expect((await plan(folder.path, "2026-01-29")).migrations).toEqual([]);
  });

  test("consumers first: the gate opens when the last of them reads the new schema", async () => {
    using folder = shopFolder(shipped({ orderId: text, colour: { enum: ["red"] } }));
    await record(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, shipped({ orderId: text, colour: { enum: ["red", "green"] } }));
    await record(folder.path, "1.1.0", "2026-01-02", "email");
    const { migrations, services } = await plan(folder.path, "2026-01-03");
    expect(migrations[0].phases[0].states).toEqual([
      expect.objectContaining({ who: "analytics 1.0.0", done: false, note: expect.stringContaining("/data/colour") }),
      expect.objectContaining({ who: "email 1.1.0", done: true }),
    ]);
    expect(services.map(({ service, verdict }: never) => [service, verdict])).toEqual([
      ["analytics", "unknown"],
      ["order", "no"],
    ]);
    await record(folder.path, "1.1.0", "2026-01-04", "analytics");
    expect((await plan(folder.path, "2026-01-05")).migrations[0].at).toBe(2);
  });
});

describe("a new version beside the old one", () => {
  const at = async (folder: string, today: string) => (await plan(folder, today)).migrations[0]?.at;

  test("goes through its phases, and each gate opens when its services have passed", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, withVersion2({ retained: true }));
    const first = await plan(folder.path, "2026-01-02");
    expect(phasesOf(first.migrations[0])).toEqual([
      "✓ Describe OrderShipped.v2 beside OrderShipped.v1",
      "· Consumers",
      "· Producers",
      "· Retire OrderShipped.v1",
    ]);
    await record(folder.path, "2.0.0", "2026-01-03", "email");
    expect(await at(folder.path, "2026-01-03")).toBe(2);
    await record(folder.path, "2.0.0", "2026-01-03", "analytics");
    expect(await at(folder.path, "2026-01-03")).toBe(3);
    await record(folder.path, "2.0.0", "2026-01-05", "order");
    const fourth = (await plan(folder.path, "2026-01-06")).migrations[0];
    expect([fourth.at, fourth.phases[3].opens]).toEqual([4, "2026-01-26T12:00:00.000Z"]);
    const last = (await plan(folder.path, "2026-01-27")).migrations[0].phases[3];
    expect(last).toMatchObject({
      done: false,
      states: [{ who: "documents", note: "OrderShipped.v1 may be taken out of the documents" }],
    });
    becomes(folder.path, withVersion2({ without1: true, email: ["OrderShipped.v2"], analytics: ["OrderShipped.v2"] }));
    rmSync(join(folder.path, "asyncapi/events/OrderShipped.v1.yaml"));
    const { exitCode, migrations } = await plan(folder.path, "2026-01-27");
    expect([exitCode, migrations]).toEqual([0, []]);
  });

  test("retired too early is refused by plan and check alike, with what is in the way and the day from which it may go", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, withVersion2({}));
    await record(folder.path, "2.0.0", "2026-01-05");
    becomes(folder.path, withVersion2({ without1: true, email: ["OrderShipped.v2"], analytics: ["OrderShipped.v2"] }));
    rmSync(join(folder.path, "asyncapi/events/OrderShipped.v1.yaml"));
    const early = await plan(folder.path, "2026-01-10");
    expect(early.exitCode).toBe(1);
    expect(early.tooEarly).toEqual([
      expect.objectContaining({ event: "OrderShipped.v1", may: false, from: "2026-01-26T12:00:00.000Z" }),
    ]);
    expect(early.tooEarly[0].obstacles.map(({ kind, until }: never) => [kind, until])).toEqual([
      ["topic", "2026-01-16T12:00:00.000Z"],
      ["dead-letters", "2026-01-26T12:00:00.000Z"],
    ]);
    const check = async (today: string) => {
      const { stdout } = await runCommand(folder.path, ["check", "--format", "json"], { today });
      const all = JSON.parse(stdout).diagnostics as { code: string; message: string; file: string; line: number }[];
      return all.filter(({ code }) => code === "event-retired-early");
    };
    expect(await check("2026-01-10")).toEqual([
      expect.objectContaining({
        file: "asyncapi/analytics.yaml",
        line: expect.any(Number),
        message: expect.stringMatching(
          /^OrderShipped\.v1 left orders, but production is not done with it: it may go from 2026-01-27\..*written by order 1\.0\.0/,
        ),
      }),
    ]);
    // The same question again comes from the cache, and another day is another question.
    expect(await check("2026-01-10")).toHaveLength(1);
    expect(await check("2026-01-27")).toEqual([]);
  });

  test("once every environment is done with it, its removal is told by diff and breaks nobody", async () => {
    using folder = shopFolder(base);
    using before = shopFolder(withVersion2({}));
    await record(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, withVersion2({}));
    await record(folder.path, "2.0.0", "2026-01-05");
    becomes(folder.path, withVersion2({ without1: true, email: ["OrderShipped.v2"], analytics: ["OrderShipped.v2"] }));
    rmSync(join(folder.path, "asyncapi/events/OrderShipped.v1.yaml"));
    const removed = async (today: string) => {
      const words = ["diff", "--against", before.path, "--format", "json"];
      const { stdout } = await runCommand(folder.path, words, { today });
      const changes = JSON.parse(stdout).changes as { code: string; level: string; message: string }[];
      return changes.filter(({ code }) => code === "event-removed").map(({ level, message }) => [level, message]);
    };
    expect(await removed("2026-01-10")).toEqual([["breaking", expect.not.stringContaining("Nothing sends")]]);
    expect(await removed("2026-01-27")).toEqual([
      ["info", expect.stringContaining("Nothing sends, holds or needs it any more in production.")],
    ]);
  });

  test("while it is still sent there is no day, only the earliest", async () => {
    using folder = shopFolder(base);
    await record(folder.path, "1.0.0", "2026-01-01");
    becomes(folder.path, withVersion2({ without1: true, email: ["OrderShipped.v2"], analytics: ["OrderShipped.v2"] }));
    const { tooEarly } = await plan(folder.path, "2026-01-02");
    expect(tooEarly[0]).toMatchObject({ may: false, from: null, earliest: "2026-01-23T12:00:00.000Z" });
    expect(tooEarly[0].obstacles.map(({ kind, message }: never) => [kind, message])).toEqual([
      ["sent", "order 1.0.0 sends it"],
      ["needed", "analytics 1.0.0 receives no other version of it"],
      ["needed", "email 1.0.0 receives no other version of it"],
    ]);
  });
});

test("a plan against a folder or commit takes that as deployed, and one against nothing says what to do", async () => {
  using folder = shopFolder(base);
  const none = await runCommand(folder.path, ["plan"]);
  expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining("No environment was recorded yet")]);
  await record(folder.path, "1.0.0", "2026-01-01");
  const stranger = await runCommand(folder.path, ["plan", "--to", "prodution"]);
  expect([stranger.exitCode, stranger.stderr]).toEqual([2, expect.stringContaining('Did you mean "production"?')]);
  using older = shopFolder(base);
  becomes(folder.path, withVersion2({}));
  const { exitCode, stdout } = await runCommand(folder.path, ["plan", "--against", older.path]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("OrderShipped.v1 → OrderShipped.v2: side by side.");
  expect(stdout).toContain("– email /");
});

test("the reason for an order says of what is not decided that it is not, and why", () => {
  expect(whyOf({ backward: "yes", forward: "unknown" }, ["a pattern is beyond proof"])).toBe(
    "New readers read old events. Whether old readers read new events is not decided. Not decided: a pattern is beyond proof.",
  );
  expect(whyOf({ backward: "no", forward: "unknown" }, [])).toBe(
    "New readers do not read old events. Whether old readers read new events is not decided. No order of deployments is proved to be safe.",
  );
  expect(whyOf({ backward: "yes", forward: "no" }, [])).toBe(
    "New readers read old events, but old readers do not read new ones.",
  );
});
