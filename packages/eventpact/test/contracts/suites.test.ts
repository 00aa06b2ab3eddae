import { describe, expect, test } from "@jest/globals";
import { readPact } from "../../src/contracts/pact.ts";
import { runCommand } from "../support/run-command.ts";
import { dropped, modest, pactOf, repository, rule } from "./support/folder.ts";

interface Told {
  readonly code: string;
  readonly severity: string;
  readonly file: string;
  readonly message: string;
  readonly hint?: string;
}

async function verified(files: Readonly<Record<string, string>>) {
  using folder = repository(files);
  const { stdout, exitCode } = await runCommand(folder.path, ["verify", "--format", "json", "--only-schemas"]);
  const report = JSON.parse(stdout);
  return {
    exitCode,
    told: report.diagnostics as readonly Told[],
    contracts: report.contracts as readonly { readonly pact: string; readonly interactions: number }[],
  };
}

const pactWith = (interactions: readonly object[], consumer = "post", provider = "sales", version = "4.0"): string =>
  JSON.stringify(
    {
      consumer: { name: consumer },
      provider: { name: provider },
      [version === "3.0.0" ? "messages" : "interactions"]: interactions,
      metadata: { pactSpecification: { version } },
    },
    undefined,
    1,
  );

const both = pactOf([modest, dropped]);
const interactionsIn = (text: string): readonly object[] => JSON.parse(text).interactions;

describe("several files of one pair", () => {
  test("are one contract, as if one file said it all; what two of them say alike counts once", async () => {
    const one = await verified({ "contracts/pacts/post-sales.json": both });
    const several = await verified({
      "contracts/pacts/worker-1/post-sales.json": pactOf([modest]),
      "contracts/pacts/worker-2/post-sales.json": pactOf([dropped]),
      "contracts/pacts/worker-3/post-sales.json": pactOf([modest]),
    });
    expect(several).toEqual(one);
    expect(one).toMatchObject({ exitCode: 0, told: [], contracts: [{ interactions: 2 }] });
  });

  test("keep their places: what is wrong in one is found there, and what two call alike is said with both", async () => {
    const { told } = await verified({
      "contracts/pacts/a.json": pactOf([modest, dropped]),
      "contracts/pacts/b.json": pactOf([{ ...modest, description: "a sale", operationId: "receivePlaces" }]),
      "contracts/pacts/c.json": pactOf([{ ...modest, rules: {} }]),
    });
    expect(told).toMatchObject([
      { code: "pact-operation-unknown", file: "contracts/pacts/b.json" },
      {
        code: "pact-unreadable",
        file: "contracts/pacts/c.json",
        message: expect.stringContaining("only one of them would be verified"),
        hint: "The other is contracts/pacts/a.json:9.",
      },
    ]);
  });

  test("may be of two specifications: each is read by its own, and both count", async () => {
    const old = {
      description: "Dropped.v1",
      contents: { data: { id: "1" } },
      matchingRules: { body: { "$.data.id": rule("type") } },
    };
    const { told, contracts } = await verified({
      "contracts/pacts/a.json": pactOf([modest]),
      "contracts/pacts/b.json": pactWith([old], "post", "sales", "3.0.0"),
    });
    expect(told).toEqual([]);
    expect(contracts).toMatchObject([{ interactions: 1 }, { interactions: 1 }]);
  });
});

describe("what a suite holds beside events", () => {
  const request = { method: "GET", path: "/sales" };
  const response = { status: 200 };

  test("is counted and named with its place, in every spelling of HTTP, and is no error", async () => {
    const { told, exitCode, contracts } = await verified({
      "contracts/pacts/mixed.json": pactWith([
        ...interactionsIn(both),
        { type: "Synchronous/HTTP", description: "the sales", request, response },
      ]),
      "contracts/pacts/web.json": JSON.stringify({
        consumer: { name: "post" },
        provider: { name: "sales" },
        interactions: [{ description: "the sales", providerState: "some", request, response }],
        metadata: { pactSpecification: { version: "2.0.0" } },
      }),
      "contracts/pacts/strangers.json": pactWith(
        [{ type: "Synchronous/HTTP", description: "x", request, response }],
        "web",
        "backend",
      ),
    });
    expect([exitCode, contracts]).toMatchObject([0, [{ interactions: 2 }]]);
    expect(told.map(({ code, severity, file, message }) => [code, severity, file, message])).toEqual(
      ["mixed", "strangers", "web"].map((name) => [
        "pact-other-interactions",
        "info",
        `contracts/pacts/${name}.json`,
        `1 interaction ${name === "strangers" ? '"x"' : '"the sales"'}: Synchronous/HTTP: not about events, nothing here judges it.`,
      ]),
    );
  });

  test.each<readonly [string, object]>([
    ["text", { content: "placed", contentType: "text/plain", encoded: false }],
    ["Protobuf", { content: "CgEx", contentType: "application/protobuf; message=Placed", encoded: "base64" }],
    ["JSON that cannot be decoded", { content: "e30tLQ==", contentType: "application/json", encoded: "base64" }],
  ])("%s about an event is a contract that no schema proves", async (_what, contents) => {
    const { told, exitCode, contracts } = await verified({
      "contracts/pacts/a.json": pactWith([
        ...interactionsIn(pactOf([dropped])),
        { type: "Asynchronous/Messages", description: "Placed.v1", contents },
        { type: "Asynchronous/Messages", description: "something else", contents },
      ]),
    });
    expect(told.map(({ code, severity }) => [code, severity])).toEqual([
      ["pact-other-interactions", "info"],
      ["pact-event-unknown", "info"],
    ]);
    expect([exitCode, contracts]).toMatchObject([0, [{ interactions: 2 }]]);
  });

  test("JSON in Base64 or as text is read as the JSON that it is", () => {
    const value = { data: { id: "1" } };
    const text = JSON.stringify(value);
    const read = (content: string, encoded: unknown) =>
      readPact(
        "x.json",
        Buffer.from(
          pactWith([{ description: "x", contents: { content, contentType: "application/cloudevents+json", encoded } }]),
        ),
      ).pact?.interactions[0];
    for (const one of [
      read(Buffer.from(text).toString("base64"), "base64"),
      read(Buffer.from(text).toString("base64"), true),
      read(text, "JSON"),
    ])
      expect([one?.contents, one?.opaque]).toEqual([value, undefined]);
  });
});

describe("parties that no document describes", () => {
  const codes = async (text: string) => {
    const { told, exitCode } = await verified({ "contracts/pacts/a.json": both, "contracts/pacts/b.json": text });
    return [exitCode, ...told.map(({ code, severity }) => `${code} ${severity}`)];
  };

  test.each<readonly [string, string, string, readonly unknown[]]>([
    ["other teams among themselves", "warehouse", "billing", [0, "pact-party-unknown info"]],
    ["a consumer of another repository", "warehouse", "sales", [0, "pact-party-unknown warning"]],
    ["a producer of another repository", "post", "billing", [0, "pact-party-unknown warning"]],
    ["a misspelt name", "pots", "sales", [1, "pact-party-unknown error"]],
    [
      "a misspelt name beside a stranger",
      "pots",
      "billing",
      [1, "pact-party-unknown error", "pact-party-unknown error"],
    ],
  ])("%s", async (_what, consumer, provider, expected) => {
    const text = pactOf(
      [{ ...modest, operationId: provider === "sales" ? "sendPlaced" : "receivePlaced" }],
      consumer,
      provider,
    );
    expect(await codes(text)).toEqual(expected);
  });

  test("are held to what is known of the other: what the producer here does not write is an error", async () => {
    const text = pactOf([{ ...modest, operationId: "receivePlaced" }], "warehouse", "post");
    expect(await codes(text)).toEqual([1, "pact-party-unknown warning", "pact-undeclared error"]);
  });
});

describe("synchronous messages", () => {
  const payload = (name: string, type: string) => ({
    name,
    contentType: "application/json",
    payload: { type: "object", required: [name.toLowerCase()], properties: { [name.toLowerCase()]: { type } } },
  });
  const document = (name: string, action: "send" | "receive", messages: object) =>
    JSON.stringify({
      asyncapi: "3.0.0",
      id: `urn:test:${name}`,
      info: { title: name, version: "1.0.0" },
      channels: {
        ask: { address: "ask", messages: { Sku: payload("Sku", "string") } },
        answer: { address: "answer", messages },
      },
      operations: {
        [`${action}Sku`]: {
          action,
          channel: { $ref: "#/channels/ask" },
          reply: { channel: { $ref: "#/channels/answer" } },
        },
      },
    });
  const world = (messages: object, ...interactions: readonly object[]) => ({
    "asyncapi/shelf.json": document("shelf", "receive", messages),
    "asyncapi/clerk.json": document("clerk", "send", messages),
    "contracts/pacts/a.json": both,
    "contracts/pacts/clerk.json": pactWith(interactions, "clerk", "shelf"),
  });
  const json = (content: object, more: object = {}) => ({
    contents: { content, contentType: "application/json", encoded: false },
    ...more,
  });
  const asks = (request: object, response: object, operationId?: string) => ({
    type: "Synchronous/Messages",
    description: "how many there are",
    ...(operationId === undefined ? {} : { comments: { references: { AsyncAPI: { operationId } } } }),
    request: json(request),
    response: [response],
  });
  const left = { Left: payload("Left", "integer") };
  const integer = json({ left: 3 }, { matchingRules: { body: { "$.left": rule("integer") } } });
  const told = async (messages: object, ...interactions: readonly object[]) =>
    (await verified(world(messages, ...interactions))).told.map(
      ({ code, severity, message }) => `${code} ${severity}: ${message}`,
    );

  test.each([undefined, "sendSku", "receiveSku"])(
    "belong to the operation with a reply that they name, %s, hold by its schemas, and are said to be judged by them only",
    async (operationId) => {
      expect(await told(left, asks({ sku: "a" }, integer, operationId))).toEqual([
        'pact-other-interactions info: 1 interaction "how many there are": synchronous: held against the schemas of request and reply; no code is asked.',
      ]);
    },
  );

  test("are wrong where the request is no valid message, or the reply does not say what is relied on", async () => {
    const text = json({ left: "3" }, { matchingRules: { body: { "$.left": rule("type") } } });
    expect(await told(left, asks({ sku: 1 }, text))).toEqual([
      expect.stringMatching(/^pact-value-narrower error: clerk takes the type string at \$\.left of Left/),
      expect.stringContaining("pact-other-interactions info"),
      expect.stringMatching(/^pact-example-invalid error: clerk was tested with a Sku that cannot be/),
      expect.stringMatching(/^pact-example-invalid error: clerk was tested with a Left that cannot be/),
    ]);
  });

  test("take an exact answer to a request as they take one in a state", async () => {
    expect(await told(left, asks({ sku: "a" }, json({ left: 3 })))).toEqual([
      expect.stringContaining("pact-other-interactions info"),
      expect.stringMatching(/^pact-value-by-state info: clerk takes const 3 at \$\.left of Left/),
    ]);
  });

  test("are counted and named where no operation is theirs, or nothing says which message is meant", async () => {
    const either = { ...left, Gone: payload("Gone", "string") };
    expect(await told(either, asks({ sku: "a" }, integer))).toEqual([
      expect.stringMatching(/info: .*nothing says which message of the reply an answer of it is/),
    ]);
    expect(await told(left, asks({ sku: "a" }, integer, "sendSkus"))).toEqual([
      expect.stringContaining("pact-missing error: shelf receives Sku"),
      expect.stringMatching(/info: .*no operation with a "reply" that clerk sends or shelf receives/),
    ]);
  });
});
