import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { runCommand } from "../support/run-command.ts";
import { base, shopFolder } from "./support/small-shop.ts";

const event = "OrderShipped.v1";

async function asked(file: string, pact: object) {
  using folder = shopFolder(base);
  await runCommand(folder.path, ["verify", "--record"]);
  await runCommand(folder.path, ["record-deployment", "--all", "--here", "--version", "1"], { today: "2026-01-01" });
  const path = join(folder.path, "contracts/pacts", file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ consumer: { name: "email" }, provider: { name: "order" }, ...pact }));
  const words = ["can-i-deploy", "--service", "email", "--format", "json"];
  const { stdout, stderr } = await runCommand(folder.path, words, { today: "2026-01-10" });
  if (stdout === "") throw new Error(stderr);
  const [answer] = JSON.parse(stdout).answers;
  return [answer.verdict, answer.rows[0].status];
}

const old = (contents: object, metadata: object = {}) => ({
  messages: [
    {
      description: event,
      contents,
      metadata,
      matchingRules: { body: { "$.data.orderId": { matchers: [{ match: "type" }] } } },
    },
  ],
  metadata: { pactSpecification: { version: "3.0.0" } },
});

test("contents that are no JSON are proved by no schema: nobody knows until the code was asked", async () => {
  const contents = { content: "CgEx", contentType: "application/protobuf", encoded: "base64" };
  const pact = (comments: object) => ({
    interactions: [{ type: "Asynchronous/Messages", description: "packed", contents, comments }],
    metadata: { pactSpecification: { version: "4.0" } },
  });
  const named = { references: { AsyncAPI: { message: event } } };
  expect(await asked("plugin/email-order.json", pact(named))).toEqual(["unknown", "unverified"]);
  expect(await asked("plugin/email-order.json", pact({}))).toEqual(["yes", "verified"]);
});

test("contracts of a pair in two specifications both count: what the one proves, the other may still break", async () => {
  expect(await asked("old/email-order.json", old({ data: { orderId: "o2" } }))).toEqual(["yes", "proved"]);
  expect(await asked("old/email-order.json", old({ data: { colour: "red" } }))).toEqual(["no", "incompatible"]);
});
