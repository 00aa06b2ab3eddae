import { describe, expect, test } from "@jest/globals";
import { compareFiles, toldOf } from "./support/compare-files.ts";
import type { Edit } from "./support/small-shop.ts";
import { edited, smallShop } from "./support/small-shop.ts";

const placed = "asyncapi/events/order-placed.v1.yaml";
const channels = "asyncapi/shared/channels.yaml";
const [order, email] = ["asyncapi/order.yaml", "asyncapi/email.yaml"];

test("equal states have no change, wherever files lie and however they are written", async () => {
  expect(await compareFiles(smallShop)).toMatchObject({ verdict: "compatible", changes: [] });
  const elsewhere = edited(
    [channels, "../events/order-placed.v1.yaml", "../events/orders/placed.yaml"],
    [placed, "name: OrderPlaced.v1\n", ""],
  );
  const moved = {
    ...elsewhere,
    "asyncapi/events/orders/placed.yaml": `# moved\n${smallShop[placed]?.replaceAll("../shared", "../../shared")}`,
  };
  expect((await compareFiles(moved)).changes).toEqual([]);
});

describe("schemas of events", () => {
  test("a change that breaks is shown by an event, with the place that refuses it and both places of the change", async () => {
    const { changes, verdicts, verdict } = await compareFiles(
      edited([placed, "email: {", "mail: {"], [placed, "email, total", "mail, total"]),
    );
    expect(verdict).toBe("breaking");
    expect(verdicts).toEqual([
      { event: "OrderPlaced.v1", mode: "FULL", backward: "incompatible", forward: "incompatible" },
    ]);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      code: "property-renamed",
      level: "breaking",
      events: ["OrderPlaced.v1"],
      directions: ["backward", "forward"],
      older: { file: `old/${placed}`, line: 17, column: 9 },
      newer: { file: `new/${placed}`, line: 17, column: 9 },
      witness: { direction: "backward", instance: "/data", value: { data: { email: expect.any(String) } } },
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(changes[0]?.witness?.value).not.toHaveProperty("data.mail");
  });

  test.each<[string, Edit[], string[]]>([
    ["an optional field is new", [[placed, "note:", "gift: { type: boolean }\n        note:"]], []],
    [
      "a required field is new",
      [
        [placed, "email, total", "email, total, gift"],
        [placed, "note:", "gift: { type: boolean }\n        note:"],
      ],
      ["required-property-added breaking OrderPlaced.v1"],
    ],
    [
      "a required field with a default is new",
      [
        [placed, "email, total", "email, total, gift"],
        [placed, "note:", "gift: { type: boolean, default: false }\n        note:"],
      ],
      [],
    ],
    ["an optional field is gone", [[placed, /note:.*\n/, "#\n"]], ["property-removed warning OrderPlaced.v1"]],
    [
      "a required field is gone",
      [
        [placed, /email:.*\n/, "#\n"],
        [placed, "email, total", "total"],
      ],
      ["property-removed breaking OrderPlaced.v1"],
    ],
    ["a value is new", [[placed, "WEB, APP", "WEB, APP, SHOP"]], ["enum-widened breaking OrderPlaced.v1"]],
    ["a value is gone", [[placed, "WEB, APP", "WEB"]], ["enum-narrowed breaking OrderPlaced.v1"]],
    [
      "a keyword is misspelt",
      [[placed, "note: { type: string", "note: { type: string, mexLength: 9"]],
      ["keyword-misspelt warning OrderPlaced.v1"],
    ],
    [
      "headers are required",
      [[placed, "headers: {", "headers: { required: [traceparent],"]],
      ["property-required breaking OrderPlaced.v1"],
    ],
    [
      "the key is another one",
      [[placed, "key: { type: string }", "key: { type: integer }"]],
      ["type-changed breaking OrderPlaced.v1"],
    ],
  ])("%s", async (_, edits, expected) => {
    expect(toldOf(await compareFiles(edited(...edits)))).toEqual(expected);
  });

  test("what several events share is one change of them all, and keeps its fingerprint whatever else changes", async () => {
    const alone = await compareFiles(edited(["asyncapi/shared/money.yaml", "integer", "number"]));
    expect(alone.changes).toHaveLength(1);
    expect(alone.changes[0]).toMatchObject({
      code: "type-widened",
      events: ["OrderPaid.v1", "OrderPlaced.v1"],
      newer: { file: "new/asyncapi/shared/money.yaml", line: 1 },
    });
    const others = await compareFiles(
      edited(
        ["asyncapi/shared/money.yaml", "integer", "number"],
        ["asyncapi/shared/money.yaml", "minimum: 0", "\ndescription: Cents.\nminimum: 0"],
        [placed, "note:", "gift: { type: boolean }\n        note:"],
      ),
    );
    expect(others.changes.find(({ code }) => code === "type-widened")?.fingerprint).toBe(alone.changes[0]?.fingerprint);
  });

  test("of many events that only a shared schema breaks some are judged and all are listed; one that differs by more is judged", async () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
    const many = (more: string): Record<string, string> => ({
      ...smallShop,
      [channels]: (smallShop[channels] ?? "").replace(
        "    OrderPaid.v1",
        `${numbers.map((at) => `    Counted${at}.v1: { $ref: ../events/counted-${at}.yaml }\n`).join("")}    OrderPaid.v1`,
      ),
      ...Object.fromEntries(
        numbers.map((at) => [
          `asyncapi/events/counted-${at}.yaml`,
          `name: Counted${at}.v1\npayload:\n  type: object\n  properties:\n    id: { const: ${at} }\n    total: { $ref: ../shared/money.yaml }\n${at === 30 ? more : ""}`,
        ]),
      ),
    });
    const newer = { ...many("  required: [total]\n"), "asyncapi/shared/money.yaml": "type: integer\nminimum: 1\n" };
    const { changes, verdicts } = await compareFiles(newer, { older: many("") });
    expect(changes.map(({ code, events }) => [code, events.length])).toEqual([
      ["constraint-tightened", 32],
      ["property-required", 1],
    ]);
    expect(verdicts.map(({ event }) => event)).toContain("Counted30.v1");
    expect(verdicts.length).toBeLessThan(20);
    const widened = { ...many(""), "asyncapi/shared/money.yaml": "type: integer\nminimum: -1\n" };
    const backward = await compareFiles(widened, { older: many(""), section: { mode: "BACKWARD" } });
    expect([backward.verdict, backward.verdicts.length]).toEqual(["compatible", 32]);
  });

  test("the same change in two events is two changes", async () => {
    const paid = "asyncapi/events/order-paid.v1.yaml";
    const { changes } = await compareFiles(
      edited([placed, "minLength: 1", "minLength: 2"], [paid, "minLength: 1", "minLength: 2"]),
    );
    expect(new Set(changes.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  test("a payload of another language is undecided when it changes, and breaking when the language does", async () => {
    const avro = (type: string): Record<string, string> => ({
      ...smallShop,
      [placed]: `name: OrderPlaced.v1\npayload:\n  schemaFormat: application/vnd.apache.avro;version=1.9.0\n  schema: { type: ${type} }\n`,
    });
    const changed = await compareFiles(avro("string"), { older: avro("int") });
    expect(toldOf(changed)).toContain("payload-undecided undecided OrderPlaced.v1");
    expect(changed.verdict).toBe("undecided");
    expect(toldOf(await compareFiles(avro("string")))).toContain("payload-format-changed breaking OrderPlaced.v1");
  });
});

describe("modes", () => {
  const widened: Edit = [placed, "WEB, APP", "WEB, APP, SHOP"];
  const mode = (value: string): Record<string, string> =>
    edited([placed, "contentType", `x-compatibility: ${value}\ncontentType`]);

  test.each([
    ["BACKWARD", "compatible"],
    ["FORWARD", "breaking"],
    ["FULL", "breaking"],
    ["NONE", "compatible"],
  ])("%s judges what it demands: %s", async (name, verdict) => {
    const older = mode(name);
    const newer = { ...older, [placed]: older[placed]!.replace("WEB, APP", "WEB, APP, SHOP") };
    expect((await compareFiles(newer, { older })).verdict).toBe(verdict);
    expect((await compareFiles(edited(widened), { section: { mode: name } })).verdict).toBe(verdict);
  });

  test("a change cannot weaken what judges it", async () => {
    const newer = { ...mode("NONE"), [placed]: mode("NONE")[placed]!.replace("WEB, APP", "WEB, APP, SHOP") };
    expect(toldOf(await compareFiles(newer))).toEqual([
      "enum-widened breaking OrderPlaced.v1",
      "compatibility-weakened warning OrderPlaced.v1",
    ]);
  });

  test("a mode that does not exist is told, with the one that was meant", async () => {
    const { changes } = await compareFiles(mode("FORWRAD"));
    expect(changes[0]).toMatchObject({
      code: "compatibility-unknown",
      level: "breaking",
      hint: `Did you mean "FORWARD"?`,
      newer: { line: 2 },
    });
  });

  test("a policy may take unknown values, or none of the tolerance", async () => {
    expect((await compareFiles(edited(widened), { section: { policy: "lenient" } })).verdict).toBe("compatible");
    const added = edited([placed, "note:", "gift: { type: boolean }\n        note:"]);
    expect((await compareFiles(added, { section: { policy: "strict" } })).verdict).toBe("breaking");
  });
});

describe("beyond the payload", () => {
  const secondTopic = `\nother-events:\n  address: other-events\n  messages: {}\n`;
  test.each<[string, Edit[], string[]]>([
    [
      "a topic's address",
      [[channels, "address: order-events", "address: orders"]],
      ["channel-address-changed breaking orders"],
    ],
    [
      "fewer partitions move keys",
      [[channels, "partitions: 6", "partitions: 3"]],
      ["partitions-changed breaking order-events"],
    ],
    ["retention", [[channels, "7776000000", "86400000"]], ["retention-shortened warning order-events"]],
    ["retention for ever", [[channels, "7776000000", "-1"]], []],
    ["cleanup policy", [[channels, "[delete]", "[compact]"]], ["cleanup-policy-changed breaking order-events"]],
    ["smaller messages", [[channels, "1000000", "1000"]], ["message-size-changed breaking order-events"]],
    [
      "where the key is",
      [[placed, "#/data/orderId", "#/data/email"]],
      ["key-location-changed breaking OrderPlaced.v1"],
    ],
    [
      "content type",
      [[placed, "application/json", "application/cbor"]],
      ["content-type-changed breaking OrderPlaced.v1"],
    ],
    ["deprecated", [[placed, "contentType", "x-lifecycle: deprecated\ncontentType"]], []],
    [
      "retained while it is sent",
      [[placed, "contentType", "x-lifecycle: retained\ncontentType"]],
      ["lifecycle-changed breaking OrderPlaced.v1"],
    ],
    [
      "an operation's direction",
      [[email, "action: receive", "action: send"]],
      ["operation-action-changed breaking email/receiveOrderPlaced"],
    ],
    [
      "an operation's id",
      [[email, "receiveOrderPlaced:", "onOrderPlaced:"]],
      ["operation-renamed warning email/receiveOrderPlaced"],
    ],
    ["a consumer's group", [[email, "const: email", "const: mailer"]], ["group-changed warning email"]],
    ["a server's host", [[email, "kafka.example.com", "other.example.com"]], ["server-changed warning kafka"]],
    ["a server's protocol", [[email, "protocol: kafka", "protocol: amqp"]], ["server-changed breaking kafka"]],
    ["a reply that comes", [[order, "  #", `    reply: { channel: { $ref: "#/channels/order-events" } }`]], []],
    [
      "nobody sends what is received",
      [[order, /^ {2}sendOrderPaid:[^]*$/m, ""]],
      ["send-stopped breaking OrderPaid.v1"],
    ],
    ["a consumer gives an event up", [[email, /^ {2}receiveOrderPaid:[^]*$/m, ""]], []],
    ["a new topic", [[channels, /$/, secondTopic]], []],
    [
      "an operation's channel",
      [
        [channels, /$/, secondTopic.replace("{}", "{ OrderPaid.v1: { $ref: ../events/order-paid.v1.yaml } }")],
        [order, "operations:", "  other-events: { $ref: ./shared/channels.yaml#/other-events }\noperations:"],
        [order, /(sendOrderPaid:[^]*)order-events" \}\n/, `$1other-events" }\n`],
        [order, "order-events/messages/OrderPaid", "other-events/messages/OrderPaid"],
      ],
      ["operation-channel-changed breaking order/sendOrderPaid"],
    ],
  ])("%s", async (_, edits, expected) => {
    expect(toldOf(await compareFiles(edited(...edits)))).toEqual(expected);
  });

  test("an event that is gone names who sent and received it, and how long it is kept", async () => {
    const gone = edited(
      [channels, /.*OrderPaid.v1.*\n/, ""],
      [order, /^ {2}sendOrderPaid:[^]*$/m, ""],
      [email, /^ {2}receiveOrderPaid:[^]*$/m, ""],
      ["asyncapi/analytics.yaml", /^ {2}receiveOrderPaid:[^]*$/m, ""],
    );
    const { changes } = await compareFiles(gone);
    expect(changes[0]).toMatchObject({
      code: "event-removed",
      level: "breaking",
      message:
        "OrderPaid.v1 is gone: order sent it, analytics and email received it. order-events keeps 90 days, and Kafka up to 7 days longer until a segment ends.",
      older: { file: "old/asyncapi/events/order-paid.v1.yaml" },
      newer: { file: "new/asyncapi/shared/channels.yaml" },
      consumers: [
        { consumer: "analytics", effect: "breaks" },
        { consumer: "email", effect: "breaks" },
      ],
    });
  });

  test("a message that takes another's name changes what that is called, and nothing else of it", async () => {
    const document = (...channels: readonly string[]): Record<string, string> => ({
      "asyncapi/a.yaml": `asyncapi: 3.0.0\ninfo: { title: A, version: 1.0.0 }\nchannels:\n${channels.join("")}operations:\n  send: { action: send, channel: { $ref: "#/channels/c" } }\n  receive: { action: receive, channel: { $ref: "#/channels/c" } }\n`,
    });
    const channel = (name: string, type: string): string =>
      `  ${name}: { address: ${name}, messages: { Created: { payload: { type: object, properties: { id: { type: ${type} } } } } } }\n`;
    const one = document(channel("c", "string"));
    const two = document(channel("a", "boolean"), channel("c", "string"));
    const three = document(channel("0", "number"), channel("a", "boolean"), channel("c", "string"));
    const codesOf = async (
      newer: Record<string, string>,
      older: Record<string, string>,
    ): Promise<readonly string[]> => {
      const { changes } = await compareFiles(newer, { older });
      return changes.map(({ code, subject }) => `${code} ${subject.name}`).toSorted();
    };
    expect(await codesOf(two, one)).toEqual(["event-added a.Created", "event-key-changed c.Created", "topic-added a"]);
    expect(await codesOf(three, two)).toEqual(["event-added 0.Created", "topic-added 0"]);
    const changed = document(channel("a", "boolean"), channel("c", "integer"));
    expect(await codesOf(changed, one)).toContain("event-key-changed c.Created");
    expect(toldOf(await compareFiles(changed, { older: one }))).toEqual(["type-changed breaking c.Created"]);
  });

  test("an event under another name is a rename", async () => {
    const rename = (text: string): string =>
      text.replaceAll("OrderPaid.v1", "OrderSettled.v1").replaceAll("const: OrderPaid", "const: OrderSettled");
    const newer = Object.fromEntries(Object.entries(smallShop).map(([file, text]) => [file, rename(text)]));
    const { changes } = await compareFiles(newer);
    expect(changes.filter(({ level }) => level === "breaking")).toMatchObject([
      { code: "event-renamed", message: expect.stringContaining("OrderSettled.v1") },
    ]);
  });

  test("a new version that not every reader reads is a warning, and taking the old one away breaks them", async () => {
    const second = smallShop[placed]!.replace("OrderPlaced.v1", "OrderPlaced.v2").replace(
      "version: { const: 1 }",
      "version: { const: 2 }",
    );
    const beside: Edit[] = [
      [channels, "    OrderPaid.v1", "    OrderPlaced.v2: { $ref: ../events/order-placed.v2.yaml }\n    OrderPaid.v1"],
      [email, /(OrderPlaced\.v1" \})/, `$1, { $ref: "#/channels/order-events/messages/OrderPlaced.v2" }`],
    ];
    const both: Edit = [
      order,
      /(OrderPlaced\.v1" \})/,
      `$1, { $ref: "#/channels/order-events/messages/OrderPlaced.v2" }`,
    ];
    const only: Edit = [order, "messages/OrderPlaced.v1", "messages/OrderPlaced.v2"];
    const file = { "asyncapi/events/order-placed.v2.yaml": second };
    expect(toldOf(await compareFiles({ ...edited(...beside, both), ...file }))).toEqual([
      "send-started warning OrderPlaced.v2",
    ]);
    const told = await compareFiles({ ...edited(...beside, only), ...file });
    expect(told.changes[0]).toMatchObject({
      code: "send-stopped",
      level: "breaking",
      message: "order sends OrderPlaced.v2 instead of OrderPlaced.v1: analytics waits for it in vain.",
    });
    expect(toldOf(told)).toContain("operation-messages-changed breaking order/sendOrderPlaced");
    const reads: Edit = [
      "asyncapi/analytics.yaml",
      /(OrderPlaced\.v1" \})/,
      `$1, { $ref: "#/channels/order-events/messages/OrderPlaced.v2" }`,
    ];
    expect(toldOf(await compareFiles({ ...edited(...beside, reads, only), ...file }))).toEqual([]);
  });

  test("a version that a service stops reading while it goes on reading another one of the same topic", async () => {
    const second = smallShop[placed]!.replace("OrderPlaced.v1", "OrderPlaced.v2").replace(
      "version: { const: 1 }",
      "version: { const: 2 }",
    );
    const two: Edit = [
      channels,
      "    OrderPaid.v1",
      "    OrderPlaced.v2: { $ref: ../events/order-placed.v2.yaml }\n    OrderPaid.v1",
    ];
    const v2: Edit = [
      email,
      /(OrderPlaced\.v1" \})/,
      `$1, { $ref: "#/channels/order-events/messages/OrderPlaced.v2" }`,
    ];
    const file = { "asyncapi/events/order-placed.v2.yaml": second };
    const older = { ...edited(two, v2), ...file };
    const newer = { ...edited(two, [email, "messages/OrderPlaced.v1", "messages/OrderPlaced.v2"]), ...file };
    expect(toldOf(await compareFiles(newer, { older }))).toEqual(["receive-stopped breaking OrderPlaced.v1"]);
  });

  test("a document that is gone is told with what it leaves behind", async () => {
    const { [order]: _, ...rest } = smallShop;
    expect(toldOf(await compareFiles(rest))).toEqual([
      "send-stopped breaking OrderPaid.v1",
      "send-stopped breaking OrderPlaced.v1",
    ]);
  });
});

describe("what cannot be read", () => {
  test("on the newer side is undecided at its place, and nothing else is guessed", async () => {
    const { changes, verdict } = await compareFiles(edited([channels, "order-events:", "order-events: [\n"]));
    expect(verdict).toBe("undecided");
    expect(new Set(changes.map(({ code }) => code))).toEqual(new Set(["newer-unreadable"]));
    expect(changes[0]?.newer?.file).toBe(`new/${channels}`);
  });

  test("on the older side is undecided; the rest is compared", async () => {
    const older = edited([email, "asyncapi: 3.0.0", "asyncapi: 3.0.0\n\tbroken: [}"]);
    const told = toldOf(await compareFiles(edited([channels, "partitions: 6", "partitions: 3"]), { older }));
    expect(told).toContain("partitions-changed breaking order-events");
    expect(told.filter((line) => line.startsWith("older-unreadable undecided")).length).toBeGreaterThan(0);
  });

  test("a reference that leads nowhere hides nothing", async () => {
    const { changes } = await compareFiles(edited([placed, "../shared/money.yaml", "../shared/mony.yaml"]));
    expect(changes.filter(({ level }) => level === "undecided")).toMatchObject([
      {
        code: "payload-undecided",
        message: expect.stringContaining(`"../shared/mony.yaml" leads nowhere.`),
        newer: { file: `new/${placed}`, line: 20 },
      },
    ]);
  });

  test("a side without documents has nothing to compare, and says so", async () => {
    const none = { "README.md": "hello" };
    for (const outcome of [await compareFiles(smallShop, { older: none }), await compareFiles(none)])
      expect(outcome).toMatchObject({
        verdict: "undecided",
        changes: [{ code: "nothing-to-compare", message: expect.stringContaining("no AsyncAPI document") }],
      });
  });

  test("names such as __proto__ are names", async () => {
    const older = edited([placed, "note:", "__proto__: { type: string }\n        note:"]);
    const newer = edited([placed, "note:", "__proto__: { type: integer }\n        note:"]);
    expect(toldOf(await compareFiles(newer, { older }))).toEqual(["type-changed breaking OrderPlaced.v1"]);
  });
});
