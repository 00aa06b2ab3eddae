import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import { runCommand } from "../support/run-command.ts";
import type { Shop } from "./support/small-shop.ts";
import { base, becomes, shopFolder, text } from "./support/small-shop.ts";

const without = { "OrderShipped.v1": { orderId: "o1" } };

/** order says less than email was tested with; its schema has nothing against that. */
const says = (ignore?: readonly object[]): Shop => ({
  ...base,
  events: { "OrderShipped.v1": { fields: { orderId: text, "trackingNumber?": text } } },
  says: { order: without },
  deploy: { readers: "contract", ...(ignore === undefined ? {} : { ignore }) },
});

const pairing = { consumer: "email", provider: "order", reason: "email is switched off", until: "2026-01-20" };

async function asked(ignore: readonly object[], today = "2026-01-15") {
  using folder = shopFolder({ ...base, deploy: { readers: "contract" } });
  await runCommand(folder.path, ["verify", "--record"]);
  await runCommand(folder.path, ["record-deployment", "--all", "--version", "1.0.0", "--here"]);
  becomes(folder.path, says(ignore));
  await runCommand(folder.path, ["verify", "--record"]);
  const words = ["can-i-deploy", "--service", "order", "--here"];
  const shown = await runCommand(folder.path, words, { today });
  const json = await runCommand(folder.path, [...words, "--format", "json"], { today });
  const change = await runCommand(folder.path, ["can-i-deploy", "--dry-run-change"], { today });
  return { ...shown, json: json.stdout === "" ? undefined : JSON.parse(json.stdout), change };
}

describe("deploy: { ignore } in eventpact.yaml", () => {
  test("lets a version go that only breaks what is named, and says so, why and until when, in text and JSON", async () => {
    const { exitCode, stdout, json, change } = await asked([pairing]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("May order 0.0.0")]);
    expect(stdout).toContain("order → email: email is switched off (until 2026-01-20)\n");
    expect(stdout).toContain("email 1.0.0 reads OrderShipped.v1 of order");
    expect(json.answers[0]).toMatchObject({ verdict: "yes", reasons: [], ignored: [{ ...pairing, isOver: false }] });
    // The row itself is told as it is.
    expect(json.answers[0].rows).toContainEqual(expect.objectContaining({ event: "OrderShipped.v1", verdict: "no" }));
    expect([change.exitCode, change.stdout]).toEqual([
      0,
      expect.stringContaining("email is switched off (until 2026-01-20)"),
    ]);
    const schema = (name: string) =>
      JSON.parse(readFileSync(new URL(`../../schema/${name}.schema.json`, import.meta.url), "utf8"));
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(schema("plan"), "plan.schema.json");
    const validate = ajv.compile(schema("can-i-deploy"));
    expect([validate(json), validate.errors]).toEqual([true, null]);
  });

  test.each([
    ["its last day", "2026-01-20", 0],
    ["the day after", "2026-01-21", 1],
  ])("holds until %s", async (_what, today, exitCode) => {
    const answer = await asked([pairing], today);
    expect(answer.exitCode).toBe(exitCode);
    expect(answer.stdout.includes("ended on 2026-01-20, and counts again")).toBe(exitCode === 1);
  });

  test.each([
    ["another consumer", { ...pairing, consumer: "analytics" }],
    ["the other direction", { ...pairing, consumer: "order", provider: "email" }],
    ["another event", { ...pairing, event: "OrderShipped.v2" }],
  ])("changes nothing for %s than the one that is broken", async (_what, ignore) => {
    const { exitCode, json } = await asked([ignore]);
    expect([exitCode, json.answers[0].ignored]).toEqual([1, []]);
  });

  test.each([
    ["without a reason", { reason: " " }, "without a reason is refused"],
    ["without a last day", { until: undefined }, '"until" is a day'],
    ["until no day", { until: "soon" }, "is a day"],
  ])("is refused %s", async (_what, change, words) => {
    const { exitCode, stderr } = await asked([{ ...pairing, ...change }]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
  });
});
