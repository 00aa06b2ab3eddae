import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { contractCodes } from "../../src/contracts/codes.ts";
import { runCommand } from "../support/run-command.ts";
import { dropped, modest, pactOf, repository, rule, type Wish } from "./support/folder.ts";

interface Told {
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly hint?: string;
  readonly severity: string;
}

/** What `eventpact verify` finds in a repository, as JSON. */
async function findings(files: Readonly<Record<string, string>>, ...flags: readonly string[]) {
  using folder = repository(files);
  return await verifyIn(folder.path, ...flags);
}

async function verifyIn(path: string, ...flags: readonly string[]) {
  const { stdout, stderr, exitCode } = await runCommand(path, ["verify", "--format", "json", ...flags]);
  const report = stdout === "" ? { diagnostics: [], contracts: [] } : JSON.parse(stdout);
  return {
    exitCode,
    stderr,
    told: report.diagnostics as readonly Told[],
    contracts: report.contracts as readonly { status: string }[],
  };
}

const withWish = (wish: Wish) => ({ "contracts/pacts/post-sales.json": pactOf([wish, dropped]) });
const holds = { "contracts/pacts/post-sales.json": pactOf([modest, dropped]) };

describe("contracts against schemas", () => {
  test("hold where the schema guarantees what the consumer relies on", async () => {
    expect(await findings(holds, "--only-schemas")).toMatchObject({ exitCode: 0, told: [] });
  });

  test.each<readonly [string, string, RegExp, Wish]>([
    [
      "an optional field relied on",
      "pact-field-optional",
      /post relies on \$\.data\.note, which Placed\.v1 may leave out\. The schema allows \{/,
      { contents: { data: { note: "x" } }, rules: { "$.data.note": rule("type") } },
    ],
    [
      "a field nobody declares",
      "pact-field-undeclared",
      /\$\.data\.colour, which the schema of Placed\.v1 does not declare/,
      { contents: { data: { colour: "red" } } },
    ],
    [
      "a pattern narrower than the enumeration",
      "pact-value-narrower",
      /\$\.data\.status of Placed\.v1, but the schema allows more\. The schema allows "LOST"/,
      { contents: { data: { status: "NEW" } }, rules: { "$.data.status": rule("regex", { regex: "NEW|PAID" }) } },
    ],
    ["one value of an enumeration", "pact-value-narrower", /const "NEW"/, { contents: { data: { status: "NEW" } } }],
    [
      "a list that may be empty",
      "pact-value-narrower",
      /minItems 1 at \$\.data\.lines/,
      {
        contents: { data: { lines: [{ sku: "a" }] } },
        rules: { "$.data.lines": rule("type", { min: 1 }), "$.data.lines[*].sku": rule("type") },
      },
    ],
    [
      "an optional field of an item",
      "pact-field-optional",
      /\$\.data\.lines\[\*\]\.count/,
      {
        contents: { data: { lines: [{ count: 1 }] } },
        rules: { "$.data.lines": rule("type"), "$.data.lines[*].count": rule("integer") },
      },
    ],
  ])("find %s, and only that", async (_what, code, message, wish) => {
    const { told, exitCode } = await findings(withWish(wish), "--only-schemas");
    expect(told).toEqual([
      expect.objectContaining({
        code,
        message: expect.stringMatching(message),
        file: "asyncapi/channels.json",
        hint: expect.stringContaining("contracts/pacts/post-sales.json:"),
      }),
    ]);
    expect([exitCode, told[0]!.line > 1]).toEqual([1, true]);
  });

  test("take an example that is only a part of an event, and refuse one that is part of none", async () => {
    const wrong = {
      contents: { data: { id: "1", status: "GONE" } },
      rules: { "$.data.id": rule("type"), "$.data.status": rule("type") },
    };
    const { told } = await findings(withWish(wrong), "--only-schemas");
    expect(told).toMatchObject([
      {
        code: "pact-example-invalid",
        file: "contracts/pacts/post-sales.json",
        message: expect.stringMatching(/data\.status" must be one of "NEW", "PAID", "LOST"/),
      },
    ]);
  });
});

describe("contracts against documents", () => {
  test.each<readonly [string, readonly string[], Readonly<Record<string, string>>]>([
    ["a received event without a contract", ["pact-missing"], { "contracts/pacts/post-sales.json": pactOf([modest]) }],
    [
      "a consumer that nobody declares",
      ["pact-party-unknown"],
      { ...holds, "contracts/pacts/x.json": pactOf([modest], "pots") },
    ],
    [
      "an event that nobody declares",
      ["pact-event-unknown"],
      withBoth({ ...modest, event: "Lost.v1", operationId: "receivePlaced" }),
    ],
    [
      "an operation that does not exist",
      ["pact-operation-unknown"],
      { "contracts/pacts/post-sales.json": pactOf([{ ...modest, operationId: "receivePlaces" }, dropped]) },
    ],
    [
      "an operation of another event",
      ["pact-operation-unknown"],
      { "contracts/pacts/post-sales.json": pactOf([{ ...modest, operationId: "receiveDropped" }, dropped]) },
    ],
    [
      "an event that the consumer does not receive and the provider does not write",
      ["pact-undeclared", "pact-undeclared"],
      {
        ...holds,
        "contracts/pacts/y.json": pactOf([{ ...modest, operationId: "receivePlaced" }], "sales", "post").replaceAll(
          "receivePlaced",
          "sendPlaced",
        ),
      },
    ],
  ])("find %s", async (_what, codes, files) => {
    const { told } = await findings(files, "--only-schemas");
    expect(
      told
        .map(({ code }) => code)
        .filter((code) => !(codes.includes("pact-undeclared") && code === "pact-operation-unknown")),
    ).toEqual(codes);
  });

  test("take the producer's own operation as a name, too", async () => {
    const files = { "contracts/pacts/post-sales.json": pactOf([{ ...modest, operationId: "sendPlaced" }, dropped]) };
    expect((await findings(files, "--only-schemas")).told).toEqual([]);
  });
});

function withBoth(wish: Wish): Readonly<Record<string, string>> {
  return { "contracts/pacts/post-sales.json": pactOf([modest, dropped, wish]) };
}

describe("broken and hostile contracts", () => {
  const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
  test.each<readonly [string, string, RegExp]>([
    ["half a file", '{"consumer": {"name": "post"}, "prov', /This is no JSON/],
    ["a list", "[]", /names its consumer and its provider/],
    ["nothing", "", /This is no JSON/],
    ["no interactions", '{"consumer":{"name":"post"},"provider":{"name":"sales"}}', /list of interactions/],
    [
      "endless nesting",
      `{"consumer":{"name":"post"},"provider":{"name":"sales"},"interactions":[],"x":${deep}}`,
      /Nested deeper than/,
    ],
    ["two interactions of one name", pactOf([modest, { ...modest, rules: {} }]), /only one of them would be verified/],
    [
      "an interaction that is text",
      '{"consumer":{"name":"post"},"provider":{"name":"sales"},"interactions":["x"]}',
      /An interaction is an object/,
    ],
    ["fifty-one million bytes", `{"x":"${"x".repeat(51_000_000)}"}`, /the limit is 50,000,000/],
  ])("%s is a finding with its place, and no crash", async (_what, text, message) => {
    const { told, exitCode } = await findings({ "contracts/pacts/bad.json": text }, "--only-schemas");
    expect(exitCode).toBe(1);
    expect(told).toContainEqual(
      expect.objectContaining({
        code: "pact-unreadable",
        file: "contracts/pacts/bad.json",
        message: expect.stringMatching(message),
      }),
    );
  });

  test.each([
    ["pacts/post-sales.json", [], "contracts: ."],
    ["pacts/post-sales.json", ["--contracts", "pacts"], "contracts: ."],
    ["contracts/post-sales.json", [], "Move it there."],
  ])("%s with %j is a contract in the wrong place, and is said", async (file, flags, hint) => {
    const { told } = await findings({ [file]: pactOf([modest]) }, "--only-schemas", ...flags);
    expect(told.find(({ code }) => code === "contracts-elsewhere")).toMatchObject({
      file,
      hint: expect.stringContaining(hint),
    });
  });

  test("names such as __proto__ are names", async () => {
    const text = pactOf([modest, dropped]).replace('"id": "1"', '"id": "1", "__proto__": "x"');
    const { told } = await findings({ "contracts/pacts/post-sales.json": text }, "--only-schemas");
    expect(told.map(({ code, message }) => [code, message])).toEqual([
      ["pact-field-undeclared", expect.stringContaining("__proto__")],
    ]);
  });

  test("the first day without a contract is no fault of the command: what lacks one is named", async () => {
    const { told, exitCode } = await findings({}, "--only-schemas");
    expect([exitCode, told.map(({ code }) => code)]).toEqual([1, ["pact-missing", "pact-missing"]]);
    using folder = repository({});
    const lost = await runCommand(folder.path, ["verify", "--contracts", "contrats"]);
    expect([lost.exitCode, lost.stderr]).toEqual([2, expect.stringContaining("There is no contrats")]);
  });
});

/** A producer whose verification is a script of the repository; it notes every run. */
const producer = (answer: string): Readonly<Record<string, string>> => ({
  ...holds,
  "eventpact.yaml":
    'dir: asyncapi\nverify:\n  provider: { command: "node verify.cjs \\"{provider}\\"", sources: [src] }\n',
  "src/code.js": "1",
  "verify.cjs": `const fs = require("node:fs");
fs.appendFileSync("runs", process.argv[2] + " ");
const consumer = "post";
const message = (type) => ({ event: type + ".v1", payload: { eventType: type, version: 1, data: { id: "1", status: "NEW", lines: [] } } });
const kept = ["Placed.v1", "Dropped.v1"].map((description) => ({ consumer, description, ok: true }));
const messages = [message("Placed"), message("Dropped")];
const write = (value) => fs.writeFileSync(process.env.EVENTPACT_RESULT, JSON.stringify({ run: process.env.EVENTPACT_RUN, ...value }));
${answer}`,
});
const keeps = "write({ interactions: kept, messages });";
const breaks =
  'write({ interactions: [{ ...kept[0], ok: false, mismatches: [{ path: "$.data", message: "Actual map is missing the following keys: id" }, { path: "$.version", expected: "1", actual: "2", message: "Expected 2 to be equal to 1" }] }, kept[1]], messages }); process.exit(1);';

describe("contracts against code", () => {
  test("are kept: the code is run once, and again when it changes", async () => {
    using folder = repository(producer(keeps));
    const runs = () => readFileSync(join(folder.path, "runs"), "utf8");
    expect(await verifyIn(folder.path)).toMatchObject({ exitCode: 0, told: [], contracts: [{ status: "kept" }] });
    await verifyIn(folder.path);
    expect(runs()).toBe("sales ");
    writeFileSync(join(folder.path, "src/code.js"), "2");
    expect(await verifyIn(folder.path)).toMatchObject({ exitCode: 0 });
    expect(runs()).toBe("sales sales ");
    writeFileSync(
      join(folder.path, "contracts/pacts/post-sales.json"),
      pactOf([{ ...modest, rules: { "$.data.id": rule("regex", { regex: ".*" }) } }, dropped]),
    );
    await verifyIn(folder.path);
    expect(runs()).toBe("sales sales sales ");
  });

  test("are broken: who needs which field, what was expected, and where the schema speaks of it", async () => {
    const { told, contracts } = await findings(producer(breaks));
    expect(contracts).toMatchObject([{ status: "broken" }]);
    expect(told).toMatchObject([
      {
        code: "pact-failed",
        file: "asyncapi/channels.json",
        message: expect.stringMatching(/contract with post: Placed\.v1 at \$\.version: .*tested with 1/),
      },
      {
        code: "pact-failed",
        file: "asyncapi/channels.json",
        message: "sales does not keep its contract with post: Placed.v1 at $.data.id: It is missing.",
      },
    ]);
  });

  test("go by what is known with --known: what is broken is said again without a run, and what nobody knows is no finding", async () => {
    using folder = repository(producer(breaks));
    const known = () => verifyIn(folder.path, "--known");
    expect(await known()).toMatchObject({ exitCode: 0, told: [], contracts: [{ status: "unknown" }] });
    await verifyIn(folder.path);
    expect(await known()).toMatchObject({
      exitCode: 1,
      told: [{ code: "pact-failed" }, { code: "pact-failed" }],
      contracts: [{ status: "broken" }],
    });
    writeFileSync(join(folder.path, "src/code.js"), "2");
    expect(await known()).toMatchObject({ exitCode: 0, told: [], contracts: [{ status: "unknown" }] });
    expect(readFileSync(join(folder.path, "runs"), "utf8")).toBe("sales ");
    const told = async () => (await runCommand(folder.path, ["verify", "--known"])).stdout;
    await told();
    expect(await told()).toBe("contracts: no contract is known to be broken (unchanged)\n");
    await verifyIn(folder.path);
    expect(await told()).toContain("2 errors");
    writeFileSync(join(folder.path, "src/code.js"), "3");
    const { stdout } = await runCommand(folder.path, ["verify", "--known"]);
    expect(stdout).toContain(
      "no contract is known to be broken (1 contract, 2 interactions; 0 producers run, 0 unchanged, 1 not verified",
    );
  });

  test("that were never kept before warn where that is asked for, and fail once they were kept", async () => {
    using folder = repository(producer(breaks));
    expect(await verifyIn(folder.path, "--pending")).toMatchObject({
      exitCode: 0,
      told: [{ code: "pact-pending", severity: "warning" }, { code: "pact-pending" }],
    });
    const script = join(folder.path, "verify.cjs");
    const broken = readFileSync(script, "utf8");
    writeFileSync(script, broken.replace(breaks, keeps));
    expect(await verifyIn(folder.path, "--record")).toMatchObject({ exitCode: 0, told: [] });
    writeFileSync(script, broken);
    writeFileSync(join(folder.path, "src/code.js"), "2");
    expect(await verifyIn(folder.path, "--pending")).toMatchObject({
      exitCode: 1,
      told: [{ code: "pact-failed" }, { code: "pact-failed" }],
    });
  });

  test("are recorded by content: one file per state of the producer, without what changes from run to run", async () => {
    using folder = repository(producer(keeps));
    await verifyIn(folder.path, "--record");
    const records = join(folder.path, "contracts/verifications/sales");
    const [first = ""] = readdirSync(records);
    const text = readFileSync(join(records, first), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      format: 2,
      provider: "sales",
      producer: expect.stringMatching(/^[0-9a-f]{64}$/),
      code: expect.stringMatching(/^[0-9a-f]{64}$/),
      interactions: [
        { consumer: "post", result: "kept", said: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { consumer: "post", result: "kept" },
      ],
      sends: [{ event: "Dropped.v1", ok: true }, { event: "Placed.v1" }],
    });
    await verifyIn(folder.path, "--record", "--no-cache");
    expect(readFileSync(join(records, first), "utf8")).toBe(text);
    writeFileSync(join(folder.path, "src/code.js"), "2");
    await verifyIn(folder.path, "--record");
    expect(readdirSync(records)).toHaveLength(1);
  });

  test.each<readonly [string, string, string, RegExp]>([
    [
      "a message that its schema refuses",
      "message-invalid",
      "write({ interactions: kept, messages: [...messages, { event: 'Placed.v1', payload: {} }] });",
      /sales says a Placed\.v1 that its schema refuses/,
    ],
    [
      "a command that fails and says nothing",
      "answer-missing",
      "console.log('no database'); process.exit(3);",
      /exit code 3 and wrote no answer/,
    ],
    [
      "a command that forgets a contract",
      "answer-incomplete",
      "write({ interactions: [kept[0]], messages });",
      /says nothing of Dropped\.v1 for post/,
    ],
    [
      "a command that fails although all is kept",
      "answer-contradicts",
      "write({ interactions: kept, messages }); process.exit(1);",
      /although every contract held/,
    ],
  ])("find %s", async (_what, code, answer, message) => {
    const { told, exitCode } = await findings(producer(answer));
    expect([exitCode, told.map((one) => one.code)]).toEqual([1, expect.arrayContaining([code])]);
    const found = told.find((one) => one.code === code);
    expect(found?.message).toMatch(message);
    if (code.startsWith("answer-")) expect(found?.hint).toContain("eventpact verify --help");
  });

  test("count what was run and not verified once", async () => {
    using folder = repository(producer("process.exit(0);"));
    const { stdout } = await runCommand(folder.path, ["verify"]);
    expect(stdout).toContain("; 1 producer run, 0 unchanged, 1 not verified");
  });

  test("find a sent event that never came out", async () => {
    const files = producer("write({ interactions: [kept[0]], messages: [messages[0]] });");
    const { told } = await findings({ ...files, "contracts/pacts/post-sales.json": pactOf([modest]) });
    expect(told.find(({ code }) => code === "send-unverified")?.message).toMatch(
      /sales sends Dropped\.v1, and no verif/,
    );
  });

  test("understand the answer of Pact's verifier: what failed is believed, and what held is open without its message", async () => {
    const native = `write({ interactionResults: [{ consumer, description: "Placed.v1", result: "Error", mismatch: { mismatches: [{ path: "$.data.id", mismatch: "wrong", expected: "1", actual: "2" }] } }, { consumer, description: "Dropped.v1", result: "OK" }] }); process.exit(1);`;
    const { told, contracts } = await findings(producer(native));
    expect(told.map(({ code }) => code).toSorted()).toEqual(["answer-incomplete", "pact-failed"]);
    expect(told.find(({ code }) => code === "pact-failed")?.message).toContain("$.data.id: wrong");
    expect(contracts).toMatchObject([{ status: "broken" }]);
  });

  test("end when the time is over", async () => {
    const files = producer("setInterval(() => {}, 1000);");
    const config = files["eventpact.yaml"]!.replace("sources:", "timeoutSeconds: 0.3, sources:");
    const { told } = await findings({ ...files, "eventpact.yaml": config });
    expect(told[0]).toMatchObject({
      code: "provider-broken",
      message: expect.stringContaining("did not end within 0.3 s"),
    });
  });

  test("never hand a name to a shell", async () => {
    const files = producer(keeps);
    const sales = "asyncapi/sales.json";
    using folder = repository(files);
    const text = readFileSync(join(folder.path, sales), "utf8").replace(
      "urn:test:sales",
      "urn:test:sales$(touch owned)",
    );
    writeFileSync(join(folder.path, sales), text);
    await verifyIn(folder.path);
    expect(readdirSync(folder.path)).not.toContain("owned");
  });

  test("say how to configure a producer that nobody verifies", async () => {
    expect(await findings(holds)).toMatchObject({
      exitCode: 0,
      told: [{ code: "provider-unverified", severity: "warning" }],
    });
    const odd = { ...holds, "eventpact.yaml": "dir: asyncapi\nverify: { provider: { command: 5 }, contract: x }\n" };
    const { told } = await findings(odd, "--only-schemas");
    expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `config-invalid "verify" has no setting "contract".`,
      `config-invalid "command" is a command line, or a list of its words.`,
      `config-invalid "sources" lists files and folders.`,
    ]);
  });
});

test("text ends with a line per producer, and every code explains itself", async () => {
  using folder = repository(holds);
  const { stdout } = await runCommand(folder.path, ["verify", "--only-schemas"]);
  expect(stdout).toMatch(
    /^sales +≈ post 2\ncontracts: every contract holds \(1 contract, 2 interactions; 0 producers run, 0 unchanged; \d+ ms\)\n$/,
  );
  for (const { title, why } of contractCodes) expect([title.endsWith("."), why.length > 40]).toEqual([true, true]);
});
