import { describe, expect, test } from "@jest/globals";
import { compareFiles, toldOf } from "./support/compare-files.ts";
import type { Edit } from "./support/small-shop.ts";
import { edited, pact } from "./support/small-shop.ts";

const placed = "asyncapi/events/order-placed.v1.yaml";
const emailPact = "contracts/pacts/email-order.json";
const analyticsPact = "contracts/pacts/analytics-order.json";

const both = {
  [emailPact]: pact("email", { email: "a@example.com" }),
  [analyticsPact]: pact("analytics", { total: 1 }),
};
const renamed: Edit[] = [
  [placed, "email: {", "mail: {"],
  [placed, "email, total", "mail, total"],
];

describe("a change joined with the contracts", () => {
  test("names the consumer that breaks with the field it reads, and those that provably do not", async () => {
    const { changes } = await compareFiles({ ...edited(...renamed), ...both });
    expect(changes[0]).toMatchObject({
      code: "property-renamed",
      consumers: [
        { consumer: "analytics", effect: "unaffected", fields: [], reason: expect.stringContaining("proved") },
        { consumer: "email", effect: "breaks", fields: ["data.email"] },
      ],
    });
  });

  test("shows an event that the consumer cannot use", async () => {
    const { changes } = await compareFiles({
      ...edited(["asyncapi/shared/money.yaml", "integer", "[integer, string]"]),
      ...both,
    });
    const effect = changes[0]?.consumers.find(({ effect }) => effect === "breaks");
    expect(effect).toMatchObject({ consumer: "analytics", event: "OrderPlaced.v1", fields: ["data.total"] });
    expect(effect?.witness).toMatchObject({ data: { total: expect.any(String) } });
  });

  test("a consumer without a contract could break", async () => {
    const { changes } = await compareFiles({ ...edited(...renamed), [analyticsPact]: both[analyticsPact] });
    expect(changes[0]?.consumers).toMatchObject([
      { consumer: "analytics", effect: "unaffected" },
      { consumer: "email", effect: "could-break", reason: expect.stringContaining("no contract") },
    ]);
  });
});

describe("an optional field that is gone, which inclusion calls safe", () => {
  const gone = edited([placed, /note:.*\n/, "#\n"]);

  test("breaks a consumer whose contract relies on it", async () => {
    const files = { ...gone, ...both, [emailPact]: pact("email", { note: "hello" }) };
    const { changes, verdict } = await compareFiles(files);
    expect(verdict).toBe("breaking");
    expect(changes[0]).toMatchObject({
      code: "property-removed",
      level: "breaking",
      message: expect.stringContaining("email reads it."),
    });
  });

  test("could break one that reads it where it is there", async () => {
    const files = { ...gone, ...both, [emailPact]: pact("email", { email: "a@example.com" }, ["$.data.note"]) };
    const { changes } = await compareFiles(files);
    expect(changes[0]).toMatchObject({ code: "property-removed", level: "warning" });
    expect(changes[0]?.consumers).toMatchObject([
      { effect: "unaffected" },
      { consumer: "email", effect: "could-break", fields: ["data.note"] },
    ]);
  });

  test("is only told where every consumer does without it", async () => {
    const { changes } = await compareFiles({ ...gone, ...both });
    expect(changes[0]).toMatchObject({
      code: "property-removed",
      level: "info",
      message: expect.stringContaining("No consumer uses it."),
    });
  });

  test("by a pending contract nobody breaks yet", async () => {
    const pending = pact("email", { note: "hello" }).replace(
      `"type":"Asynchronous/Messages"`,
      `"type":"Asynchronous/Messages","pending":true`,
    );
    expect(toldOf(await compareFiles({ ...gone, ...both, [emailPact]: pending }))).toEqual([
      "property-removed warning OrderPlaced.v1",
    ]);
  });
});

test("a break of a contract is breaking, whatever the event's mode says", async () => {
  const { verdict } = await compareFiles({ ...edited(...renamed), ...both }, { section: { mode: "NONE" } });
  expect(verdict).toBe("breaking");
  expect((await compareFiles(edited(...renamed), { section: { mode: "NONE" } })).verdict).toBe("compatible");
});

test("an operation's id that a contract names keeps its name", async () => {
  const files = { ...edited(["asyncapi/email.yaml", "receiveOrderPlaced:", "onOrderPlaced:"]), ...both };
  expect(toldOf(await compareFiles(files))).toEqual(["operation-renamed breaking email/receiveOrderPlaced"]);
});

test("fields that no consumer uses are listed for changed events whose every receiver has a contract", async () => {
  const files = edited([placed, "note:", "gift: { type: boolean }\n        note:"]);
  expect((await compareFiles({ ...files, ...both })).unusedFields).toEqual([
    { event: "OrderPlaced.v1", fields: ["data.gift", "data.note", "data.channel"] },
  ]);
  expect((await compareFiles(files)).unusedFields).toEqual([]);
});

test("contracts that cannot be read are left to verify", async () => {
  const files = {
    ...edited(...renamed),
    [emailPact]: "{",
    [analyticsPact]: "[]",
    "contracts/pacts/other.json": "null",
  };
  expect((await compareFiles(files)).checked.contracts).toBe(0);
});
