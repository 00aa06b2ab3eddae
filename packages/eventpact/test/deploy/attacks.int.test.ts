import { describe, expect, test } from "@jest/globals";
import type { Parsed } from "./support/attacked-shop.ts";
import { runCommand, temporaryFolder } from "../support/run-command.ts";
import { attackedShop, contract } from "./support/attacked-shop.ts";

/** What a hostile colleague, a crashed job or a careless merge may leave, and what must not come of it: a yes. */

/** A JSON file's text with something changed in it. */
const edited =
  (change: (value: Parsed) => void) =>
  (text: string): string => {
    const value = JSON.parse(text);
    change(value);
    return JSON.stringify(value);
  };

const emailIn = (contracts: readonly { consumer: string; status: string }[]) =>
  contracts.find(({ consumer }) => consumer === "email")?.status;

describe("a contract that changed after it was verified", () => {
  const changes: readonly (readonly [string, (interaction: Parsed, pact: Parsed) => void])[] = [
    ["metadata", (one) => (one.metadata = { tenant: "acme" })],
    [
      "a rule of metadata",
      (one) => (one.matchingRules.metadata = { tenant: { combine: "AND", matchers: [{ match: "type" }] } }),
    ],
    ["a provider state", (one) => (one.providerStates = [{ name: "stock" }])],
    ["a parameter of a state", (one) => (one.providerStates = [{ name: "stock", params: { left: 0 } }])],
    ["a generator", (one) => (one.generators = { body: { "$.data.orderId": { type: "Uuid" } } })],
    ["the contents", (one) => (one.contents.content.data.orderId = "another")],
    [
      "a rule",
      (one) =>
        (one.matchingRules.body["$.data.orderId"] = { combine: "AND", matchers: [{ match: "regex", regex: ".+" }] }),
    ],
    ["that it is pending", (one) => (one.pending = true)],
    ["something that nobody knows", (one) => (one.pluginConfiguration = { x: 1 })],
    ["the specification", (_one, pact) => (pact.metadata.pactSpecification.version = "4.1")],
  ];

  test.each(changes)("in %s is asked about anew", async (_what, change) => {
    using shop = attackedShop();
    expect(emailIn((await shop.verified("--record")).contracts)).toBe("kept");
    shop.change(contract, (pact) => change(pact.interactions[0], pact));
    expect(emailIn((await shop.verified("--known")).contracts)).toMatch(/unknown|pending/);
  });

  test("in its comments or the names that tools give it is the same contract", async () => {
    using shop = attackedShop();
    await shop.verified("--record");
    shop.change(contract, ({ interactions: [one], metadata }) => {
      Object.assign(one, { key: "abc", _id: "1", pending: false });
      one.comments.text = ["better words"];
      metadata["pact-js"] = { version: "99" };
    });
    expect(emailIn((await shop.verified("--known")).contracts)).toBe("kept");
  });

  test("in metadata is not proved by a schema of payloads", async () => {
    using shop = attackedShop();
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    shop.change(contract, ({ interactions: [one] }) => (one.metadata = { tenant: "acme" }));
    expect(await shop.ask("--service email")).toMatchObject({ exitCode: 3, verdict: "unknown" });
  });

  test("that names a second event by the same words is not answered by the first", async () => {
    using shop = attackedShop();
    await shop.verified("--record");
    shop.change(contract, ({ interactions: [one] }) => (one.comments.references.AsyncAPI.message = "OrderLost.v1"));
    expect(emailIn((await shop.verified("--known")).contracts)).not.toBe("kept");
  });
});

describe("a contract that was pending", () => {
  test("is asked as strictly as all others, is remembered as pending, and counts as broken once it is pending no longer", async () => {
    using shop = attackedShop();
    shop.write("code/order.json", JSON.stringify({ "OrderShipped.v1": {} }));
    const pending = (is: boolean) =>
      ["email", "analytics"].forEach((name) =>
        shop.change(`contracts/pacts/${name}-order.json`, ({ interactions: [one] }) => (one.pending = is)),
      );
    pending(true);
    expect((await shop.verified("--record")).contracts.map(({ status }) => status)).toEqual(["pending", "pending"]);
    const [file = ""] = shop.list("contracts/verifications/order");
    const { interactions } = JSON.parse(shop.read(`contracts/verifications/order/${file}`));
    expect(interactions.map((one: { result: string }) => one.result)).toEqual(["pending", "pending"]);
    pending(false);
    expect((await shop.verified("--known")).contracts.map(({ status }) => status)).toEqual(["unknown", "unknown"]);
    expect((await shop.verified()).told.map(({ code }) => code)).toContain("pact-failed");
  });

  test("warns by the schema as it does by the code, and can-i-deploy counts neither", async () => {
    using shop = attackedShop();
    shop.change(contract, ({ interactions: [one] }) => {
      one.pending = true;
      one.contents.content.data.nothing = "declares this";
    });
    const { told, exitCode } = await shop.verified("--record");
    expect([exitCode, [...new Set(told.map(({ code }) => code))]]).toEqual([0, ["pact-pending"]]);
    await shop.run("record-deployment --all --here --version 1");
    const { answers } = await shop.ask("--service email");
    expect(answers[0].rows).toMatchObject([{ status: "pending", verdict: "yes" }]);
  });
});

describe("a contract that nobody can keep", () => {
  const deployed = async () => {
    const shop = attackedShop();
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    return shop;
  };
  const verdicts = async (shop: Awaited<ReturnType<typeof deployed>>, ...services: string[]) =>
    Promise.all(services.map(async (name) => (await shop.ask(`--service ${name}`)).verdict));

  test("is a no for the producer that says the event no longer, until its consumers do without it", async () => {
    using shop = await deployed();
    shop.change("asyncapi/order.yaml", (document) => (document.operations = {}));
    const { verdict, answers } = await shop.ask("--service order");
    expect([verdict, answers[0].reasons.map(({ service }: Parsed) => service)]).toEqual(["no", ["analytics", "email"]]);
    expect(await verdicts(shop, "email")).toEqual(["yes"]);
    shop.change("asyncapi/events/OrderShipped.v1.yaml", (event) => (event["x-lifecycle"] = "retained"));
    const { exitCode, stdout } = await shop.run("can-i-deploy --dry-run-change");
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/1\. analytics, email\n +2\. order/)]);
  });

  test("is a no for whichever of the two leaves the topic alone", async () => {
    using shop = await deployed();
    for (const name of ["order", "email"])
      shop.change(`asyncapi/${name}.yaml`, ({ channels: { orders } }) => {
        orders.address = "orders-two";
        orders.bindings.kafka.topic = "orders-two";
      });
    expect(await verdicts(shop, "order", "email")).toEqual(["no", "no"]);
  });

  test("is unknown while it is about no event of the documents, and fine while its producer is not there yet", async () => {
    using shop = await deployed();
    const pact = shop.read(contract);
    shop.change(contract, ({ interactions }) =>
      interactions.push({
        ...interactions[0],
        description: "OrderShiped.v1",
        comments: {},
        contents: { ...interactions[0].contents, content: {} },
      }),
    );
    expect((await shop.ask("--service email")).answers[0].reasons).toMatchObject([
      { verdict: "unknown", message: expect.stringContaining("OrderShiped.v1"), way: expect.any(String) },
    ]);
    shop.write(contract, pact);
    await shop.run("record-undeployment --service order --from production");
    expect(await verdicts(shop, "email")).toEqual(["yes"]);
  });
});

test("two that could go alone are held against each other when they are asked about together", async () => {
  using shop = attackedShop();
  shop.change("eventpact.yaml", (config) => (config.deploy.readers = "contract"));
  shop.change(contract, ({ interactions: [{ contents }] }) => delete contents.content.data.trackingNumber);
  await shop.verified("--record");
  await shop.run("record-deployment --all --here --version 1");
  shop.change(contract, ({ interactions: [{ contents }] }) => (contents.content.data.trackingNumber = "t"));
  await shop.run("record-build --service email --version 2");
  const file = "asyncapi/events/OrderShipped.v1.yaml";
  shop.change(file, ({ payload }) => (payload.properties.data.required = ["orderId"]));
  shop.change("code/order.json", (says) => delete says["OrderShipped.v1"].trackingNumber);
  await shop.verified("--record");
  await shop.run("record-build --service order --version 2");
  expect((await shop.ask("--version 2 --service email")).verdict).toBe("yes");
  expect((await shop.ask("--version 2 --service order")).verdict).toBe("yes");
  expect((await shop.ask("--version 2 --service order --service email")).verdict).toBe("no");
});

test("a message that its schema refuses is asked for again when a contract comes, so that the no is not forgotten", async () => {
  using shop = attackedShop();
  shop.change("code/order.json", (says) => (says["OrderShipped.v1"].orderId = 5));
  const refused = async () => (await shop.verified("--record")).told.some(({ code }) => code === "message-invalid");
  expect(await refused()).toBe(true);
  shop.change(contract, ({ interactions: [one] }) => (one.metadata = { tenant: "acme" }));
  expect([await refused(), await refused()]).toEqual([true, true]);
});

describe("an answer of a producer's command that is no evidence", () => {
  const rows = `const rows = ["analytics", "email"].map((consumer) => ({ consumer, description: "OrderShipped.v1", ok: true }));
const messages = [{ event: "OrderShipped.v1", payload: { eventType: "OrderShipped", version: 1, data: { orderId: "o", trackingNumber: "t" } } }];
const { EVENTPACT_RUN: run, EVENTPACT_RESULT: file } = process.env;
const write = (value) => require("node:fs").writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
`;
  const forms: readonly (readonly [string, string, string, RegExp])[] = [
    ["no file, exit code 0", "", "answer-missing", /wrote no answer/],
    ["an empty file", 'write("");', "answer-missing", /left its answer empty/],
    [
      "a cut file",
      "write(JSON.stringify({ run, interactions: rows, messages }).slice(0, -9));",
      "answer-unreadable",
      /cannot be read/,
    ],
    ["no JSON", 'write("all good");', "answer-unreadable", /cannot be read/],
    [
      "a key twice",
      'write(`{"run":"${run}","interactions":[],"interactions":${JSON.stringify(rows)},"messages":[]}`);',
      "answer-unreadable",
      /twice/,
    ],
    ["a list", "write([]);", "answer-unreadable", /no list "interactions"/],
    ["no rows", "write({ run, interactions: [], messages });", "answer-incomplete", /says nothing of/],
    [
      "no rows of Pact's verifier",
      "write({ run, interactionResults: [], messages });",
      "answer-incomplete",
      /says nothing of/,
    ],
    [
      "a row too few",
      "write({ run, interactions: rows.slice(1), messages });",
      "answer-incomplete",
      /says nothing of OrderShipped\.v1 for analytics/,
    ],
    [
      "rows without ok",
      "write({ run, interactions: rows.map(({ ok, ...row }) => row), messages });",
      "answer-unclear",
      /neither that it held/,
    ],
    [
      'ok: "false"',
      'write({ run, interactions: rows.map((row) => ({ ...row, ok: "false" })), messages });',
      "answer-unclear",
      /neither that it held/,
    ],
    [
      'ok: "true"',
      'write({ run, interactions: rows.map((row) => ({ ...row, ok: "true" })), messages });',
      "answer-unclear",
      /neither that it held/,
    ],
    [
      "ok: 1",
      "write({ run, interactions: rows.map((row) => ({ ...row, ok: 1 })), messages });",
      "answer-unclear",
      /neither that it held/,
    ],
    [
      "success: true instead",
      "write({ run, interactions: rows.map(({ ok, ...row }) => ({ ...row, success: true })), messages });",
      "answer-unclear",
      /neither that it held/,
    ],
    ["no message", "write({ run, interactions: rows, messages: [] });", "answer-incomplete", /not which message/],
    [
      "the message of another event",
      'write({ run, interactions: rows, messages: [{ ...messages[0], event: "OrderLost.v1" }] });',
      "answer-incomplete",
      /not which message/,
    ],
    ["no run", "write({ interactions: rows, messages });", "answer-stale", /about this run/],
    ["an earlier run", 'write({ run: "0", interactions: rows, messages });', "answer-stale", /about this run/],
    [
      "rows of somebody else",
      'write({ run, interactions: rows.map((row) => ({ ...row, consumer: "nobody" })), messages });',
      "answer-stranger",
      /was not asked/,
    ],
    [
      "rows by ids that nobody asked",
      'write({ run, interactions: rows.map((row) => ({ ...row, id: "1" })), messages });',
      "answer-stranger",
      /was not asked/,
    ],
    [
      "an exit code that says otherwise",
      "write({ run, interactions: rows, messages }); process.exitCode = 1;",
      "answer-contradicts",
      /although every contract held/,
    ],
    ["a command that throws", 'console.error("no database"); process.exit(7);', "answer-missing", /exit code 7/],
  ];

  test.each(forms)("%s", async (_what, script, code, message) => {
    using shop = attackedShop({ "verify.cjs": rows + script });
    const { told, contracts, exitCode } = await shop.verified("--record");
    expect([exitCode, contracts.every(({ status }) => status === "kept")]).toEqual([1, false]);
    expect(told.find((one) => one.code === code)?.message).toMatch(message);
    await shop.run("record-deployment --all --here --version 1");
    expect((await shop.ask("--service order")).exitCode).not.toBe(0);
  });

  test("one row that says no outweighs one that says yes", async () => {
    const script = "write({ run, interactions: [...rows, { ...rows[0], ok: false }], messages });";
    using shop = attackedShop({ "verify.cjs": rows + script });
    expect((await shop.verified()).contracts.map(({ status }) => status).toSorted()).toEqual(["broken", "kept"]);
  });

  test("what the command wrote is shown, the last of it", async () => {
    using shop = attackedShop({
      "verify.cjs": 'for (let i = 0; i < 900; i += 1) console.log("line " + i); throw new Error("no database");',
    });
    const [found] = (await shop.verified()).told.filter(({ code }) => code === "answer-missing");
    expect(found?.hint).toContain("no database");
    expect(found?.hint).not.toContain("line 1\n");
  });

  test("a filter of the environment reaches no verifier, and is told", async () => {
    const script =
      'if (process.env.PACT_DESCRIPTION) throw new Error("filtered"); write({ run, interactions: rows, messages });';
    using shop = attackedShop({ "verify.cjs": rows + script });
    const { contracts, told, exitCode } = await shop.verified("", { PACT_DESCRIPTION: "OrderShipped.v1" });
    expect([exitCode, contracts.map(({ status }) => status), told.map(({ code }) => code)]).toEqual([
      0,
      ["kept", "kept"],
      ["filter-withheld"],
    ]);
  });

  test("a producer that nobody listens to is not run, and is not red", async () => {
    using shop = attackedShop({ "verify.cjs": 'require("node:fs").writeFileSync("ran", "");' });
    const { rmSync } = await import("node:fs");
    rmSync(`${shop.path}/contracts/pacts`, { recursive: true });
    const { told } = await shop.verified();
    expect(told.map(({ code }) => code).filter((code) => code !== "pact-missing")).toEqual([]);
    expect(shop.list(".")).not.toContain("ran");
  });
});

describe("what a result is bound to", () => {
  const wide = (sources: readonly string[]) => (config: Parsed) => (config.verify.provider.sources = sources);

  test("a source that does not exist is a fault with its place, and nothing is judged", async () => {
    using shop = attackedShop();
    shop.change("eventpact.yaml", wide(["code", "scr"]));
    const { told, exitCode } = await shop.verified();
    expect([exitCode, told.find(({ code }) => code === "config-invalid")]).toMatchObject([
      1,
      {
        file: "eventpact.yaml",
        message: 'The source "scr" of order does not exist: what is in it would change without being noticed.',
      },
    ]);
    expect(await shop.ask("--service order --to production")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^eventpact: eventpact\.yaml:\d+:\d+: The source "scr"/),
    });
  });

  test.each([
    "code/dist/make.js",
    "code/build/make.js",
    "code/.cache/make.js",
    "code/node/make.js",
    "package-lock.json",
    "pnpm-lock.yaml",
  ])("%s counts, whatever it is called", async (file) => {
    using shop = attackedShop({ [file]: "{}" });
    shop.change("eventpact.yaml", wide(["code"]));
    expect(emailIn((await shop.verified("--record")).contracts)).toBe("kept");
    shop.write(file, '{"changed":1}');
    expect(emailIn((await shop.verified("--known")).contracts)).toBe("unknown");
  });

  test("what git ignores does not count in a source, and what it has does, ignored or not", async () => {
    using shop = attackedShop({ ".gitignore": "dist/\n", "code/dist/a.js": "1", "code/kept/dist/b.js": "1" });
    const { execFileSync } = await import("node:child_process");
    const git = (...words: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b.c", ...words], { cwd: shop.path });
    git("init", "--quiet");
    git("add", "--all");
    git("add", "--force", "code/kept/dist/b.js");
    git("commit", "--quiet", "--message=one");
    shop.change("eventpact.yaml", wide(["code"]));
    await shop.verified("--record");
    shop.write("code/dist/a.js", "2");
    expect(emailIn((await shop.verified("--known")).contracts)).toBe("kept");
    shop.write("code/kept/dist/b.js", "2");
    expect(emailIn((await shop.verified("--known")).contracts)).toBe("unknown");
  });

  test.each([
    ["a module", "lib/rules.cjs", 'require("./lib/rules.cjs");', "module.exports = 1;"],
    ["a file that it reads", "lib/rules.json", 'require("node:fs").readFileSync("lib/rules.json");', "1"],
    [
      "a module of a process that it starts",
      "lib/child.cjs",
      'require("node:child_process").execFileSync(process.execPath, ["lib/child.cjs"]);',
      "1;",
    ],
    [
      "a module of a process with an environment of its own",
      "lib/child.cjs",
      'require("node:child_process").execFileSync(process.execPath, ["lib/child.cjs"], { env: {} });',
      "1;",
    ],
    [
      "a file behind a link among the installed packages",
      "lib/rules.json",
      'const fs = require("node:fs"); fs.mkdirSync("node_modules", { recursive: true }); fs.rmSync("node_modules/lib", { force: true }); fs.symlinkSync("../lib", "node_modules/lib"); fs.readFileSync("node_modules/lib/rules.json");',
      "1",
    ],
  ])("%s outside of the sources is said and bound", async (_what, file, load, text) => {
    using shop = attackedShop({ [file]: text });
    shop.write("verify.cjs", `${load}\n${shop.read("verify.cjs")}`);
    const { producers, contracts } = await shop.verified("--record");
    expect([emailIn(contracts), producers[0].loaded]).toEqual(["kept", expect.arrayContaining([file, "verify.cjs"])]);
    expect(emailIn((await shop.verified("--known")).contracts)).toBe("kept");
    shop.write(file, `${text}  `);
    expect(emailIn((await shop.verified("--known")).contracts)).toBe("unknown");
  });

  test("a script that a command names counts, whoever runs it", async () => {
    using shop = attackedShop({ "run.sh": `'${process.execPath}' verify.cjs\n` });
    shop.change("eventpact.yaml", (config) => (config.verify.provider.command = ["sh", "run.sh"]));
    await shop.verified("--record");
    expect(emailIn((await shop.verified("--known")).contracts)).toBe("kept");
    shop.write("run.sh", `${shop.read("run.sh")}\n`);
    expect(emailIn((await shop.verified("--known")).contracts)).toBe("unknown");
  });

  test("a module beside the root counts where both are in one repository", async () => {
    using around = temporaryFolder({ "lib/rules.cjs": "module.exports = 1;", ".git/HEAD": "ref: refs/heads/main\n" });
    const { cpSync, writeFileSync } = await import("node:fs");
    using shop = attackedShop();
    shop.write("verify.cjs", `require("../lib/rules.cjs");\n${shop.read("verify.cjs")}`);
    cpSync(shop.path, `${around.path}/shop`, { recursive: true });
    const known = async (words: string) =>
      emailIn(JSON.parse((await runCommand(`${around.path}/shop`, words.split(" "))).stdout).contracts);
    expect(await known("verify --record --format json")).toBe("kept");
    expect(await known("verify --known --format json")).toBe("kept");
    writeFileSync(`${around.path}/lib/rules.cjs`, "module.exports = 2;");
    expect(await known("verify --known --format json")).toBe("unknown");
  });

  test("a command that is no Node is said to be unseen", async () => {
    using shop = attackedShop();
    shop.change("eventpact.yaml", (config) => (config.verify.provider.command = ["sh", "-c", "exit 0"]));
    const { stdout } = await shop.run("verify");
    expect(stdout).toContain("files: code/order.json 1");
  });
});

describe("a version", () => {
  test("that was never recorded is unknown, and the answer says so; --here asks about what lies here, and says that", async () => {
    using shop = attackedShop();
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    const stranger = await shop.ask("--service order --version 99.9.9-typo");
    expect(stranger).toMatchObject({
      exitCode: 3,
      verdict: "unknown",
      answers: [
        {
          source: { from: "nowhere" },
          reasons: [{ way: expect.stringContaining("record-build --service order --version 99.9.9-typo") }],
        },
      ],
    });
    const here = await shop.ask("--service order --version 99.9.9-typo --here");
    expect(here).toMatchObject({
      exitCode: 0,
      answers: [{ source: { from: "working tree" }, version: "99.9.9-typo" }],
    });
    expect((await shop.run("can-i-deploy --service order")).stdout).toContain("This is about what lies here");
    expect((await shop.ask("--service order --version 1")).answers[0].source).toEqual({
      from: "records",
      by: "contracts/environments/production",
    });
  });

  test("that was recorded as broken stays broken, whatever lies here since", async () => {
    using shop = attackedShop();
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    const good = shop.read("code/order.json");
    shop.write("code/order.json", JSON.stringify({ "OrderShipped.v1": { orderId: "o" } }));
    expect((await shop.run("verify --record --version 2")).exitCode).toBe(1);
    expect((await shop.ask("--service order --version 2")).verdict).toBe("no");
    shop.write("code/order.json", good.replace("text", "other"));
    expect((await shop.run("verify --record")).exitCode).toBe(0);
    expect((await shop.ask("--service order")).verdict).toBe("yes");
    expect((await shop.ask("--service order --version 2")).verdict).toBe("no");
    const again = await shop.run("record-build --service order --version 2");
    expect([again.exitCode, again.stderr]).toEqual([
      2,
      expect.stringContaining("is something else than what lies here"),
    ]);
    await shop.run("record-deployment --service order --version 2");
    expect(JSON.parse(shop.read("contracts/environments/production/order.json")).deployed).toMatchObject([
      { version: "2" },
    ]);
    expect((await shop.ask("--service email")).verdict).toBe("no");
  });

  test("that nobody recorded is not deployed under that name", async () => {
    using shop = attackedShop();
    const { exitCode, stderr } = await shop.run("record-deployment --service order --version old");
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("order old was never recorded")]);
    await shop.run("record-build --service order --version new");
    expect((await shop.run("record-deployment --service order --version new")).exitCode).toBe(0);
  });

  test.each([
    ["empty", ""],
    ["blank", "  "],
    ["of two lines", "1\n2"],
    ["with a line separator", "1\u20282"],
    ["with an escape", "1\u001b[31m"],
    ["with a letter of no width", "1\u200b"],
    ["with a tab at its end", "1\t"],
    ["without end", "1".repeat(201)],
  ])("that is %s is refused by every command", async (_what, version) => {
    using shop = attackedShop();
    for (const command of [
      "can-i-deploy",
      "record-build",
      "record-deployment",
      "record-release",
      "record-undeployment",
    ]) {
      const where =
        command === "record-undeployment"
          ? ["--from", "production"]
          : command === "record-build"
            ? []
            : ["--to", "production"];
      const { exitCode, stderr } = await runCommand(shop.path, [
        command,
        "--service",
        "order",
        ...where,
        "--version",
        version,
      ]);
      expect([command, exitCode, stderr]).toEqual([command, 2, expect.stringMatching(/A version /)]);
    }
    const { exitCode } = await runCommand(shop.path, ["verify", "--record", "--version", version]);
    expect(exitCode).toBe(2);
  });

  test("of a clock that is behind is not recorded", async () => {
    using shop = attackedShop();
    await shop.run("record-deployment --all --here --version 1", { today: "2026-05-01" });
    const { exitCode, stderr } = await shop.run("record-undeployment --service order", { today: "2025-05-01" });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("The clock of this machine says 2025-05-01")]);
  });
});

describe("a file of an environment that its format does not allow", () => {
  const file = "contracts/environments/production/order.json";
  const edits: readonly (readonly [string, (text: string) => string])[] = [
    ["a list that is misspelt", (text) => text.replace('"deployed"', '"Deployed"')],
    ["a list that nobody knows", (text) => text.replace('"deployed"', '"running"')],
    ["a key twice", (text) => text.replace('"service": "order",', '"service": "order",\n  "deployed": [],')],
    ["another environment's name", (text) => text.replace('"production"', '"staging"')],
    ["another service's name", (text) => text.replace('"order"', '"email"')],
    ["no format", (text) => text.replace('"format": 2,', "")],
    ["another format", (text) => text.replace('"format": 2', '"format": 3')],
    ["no version", (text) => text.replace(/"version": "1",/, "")],
    ["a version of two lines", (text) => text.replace('"version": "1"', '"version": "1\\n2"')],
    ["a moment that is none", (text) => text.replace(/"since": "[^"]*"/, '"since": "yesterday"')],
    ["a moment that readers take differently", (text) => text.replace(/"since": "[^"]*"/, '"since": "01/02/2026"')],
    ["a hash that is none", (text) => text.replace(/"contents": "[^"]*"/, '"contents": "abc"')],
    ["the marks of a merge", (text) => `<<<<<<< ours\n${text}`],
    ["a key that nobody knows", (text) => text.replace('"version": "1",', '"version": "1", "verified": true,')],
    ["half of it", (text) => text.slice(0, 80)],
    ["nothing", () => ""],
    ["no version at all", edited((value) => (value.deployed = []))],
  ];

  test.each(edits)("%s is refused with its place", async (_what, edit) => {
    using shop = attackedShop();
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    expect((await shop.ask("--service email")).exitCode).toBe(0);
    shop.write(file, edit(shop.read(file)));
    const { exitCode, stderr } = await shop.ask("--service email");
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/contracts\/environments\/production\/order\.json:\d+:\d+ cannot be read/),
    ]);
    expect((await shop.run("record-deployment --service order --here --version 2")).exitCode).toBe(2);
  });

  test.each([
    [
      "a name that differs only in its case",
      "contracts/environments/Production/order.json",
      /differ only in their case/,
    ],
    ["a copy that an editor left", "contracts/environments/production/order.json.orig", /is no record of a service/],
    ["a file that is no environment", "contracts/environments/notes.txt", /is no environment/],
  ])("%s is refused beside it", async (_what, other, message) => {
    using shop = attackedShop();
    await shop.run("record-deployment --all --here --version 1");
    shop.write(other, shop.read(file));
    const { exitCode, stderr } = await shop.ask("--service email");
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test.each([
    ["a result that is text", (text: string) => text.replace('"result": "kept"', '"result": "true"')],
    ["ok as text", (text: string) => text.replace('"ok": true', '"ok": "true"')],
    ["a key twice", (text: string) => text.replace('"format": 2,', '"format": 2, "provider": "email",')],
    ["half a record", (text: string) => text.slice(0, 200)],
    [
      "two words on one interaction",
      edited((one) => one.interactions.push({ ...one.interactions[0], result: "broken" })),
    ],
    [
      "two words on one event",
      edited(({ sends }) => sends.push({ ...sends[0], ok: false, problems: ["It is wrong."] })),
    ],
    [
      "kept, and what did not match",
      edited((one) => (one.interactions[0].mismatches = [{ message: "It is missing." }])),
    ],
    ["right, and what is wrong", edited(({ sends }) => (sends[0].problems = ["It is wrong."]))],
    ["the code of another record", edited((one) => (one.code = "0".repeat(64)))],
    ["what another record loaded", edited((one) => (one.loaded = { "verify.cjs": "0".repeat(64) }))],
  ])("%s in a verification is refused as well", async (_what, edit) => {
    using shop = attackedShop();
    await shop.verified("--record");
    const [name = ""] = shop.list("contracts/verifications/order");
    const record = `contracts/verifications/order/${name}`;
    shop.write(record, edit(shop.read(record)));
    expect((await shop.verified()).told.map(({ code }) => code)).toContain("verification-unreadable");
    expect((await shop.ask("--service email --to production")).stderr).toMatch(/cannot be read/);
  });

  test("a result whose message the store does not have is none, and verifying again finds it out", async () => {
    using shop = attackedShop();
    shop.change(contract, ({ interactions: [one] }) => (one.metadata = { tenant: "acme" }));
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    const { rmSync } = await import("node:fs");
    const [name = ""] = shop.list("contracts/verifications/order");
    const { interactions } = JSON.parse(shop.read(`contracts/verifications/order/${name}`));
    const [{ said }] = interactions;
    rmSync(`${shop.path}/contracts/store/${said.slice(0, 2)}/${said.slice(2)}.json`);
    rmSync(`${shop.path}/.cache`, { recursive: true, force: true });
    expect(await shop.ask("--service order --no-cache")).toMatchObject({ exitCode: 3 });
    await shop.verified("--record");
    expect(await shop.ask("--service order")).toMatchObject({ exitCode: 0 });
  });

  test("what is another service's, or the results of another code, is not believed", async () => {
    using shop = attackedShop();
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    const at = (name: string): string => `contracts/environments/production/${name}.json`;
    const good = JSON.parse(shop.read(at("order"))).deployed[0];
    const email = shop.read(at("email"));
    shop.change(at("email"), ({ deployed: [one] }) => (one.contents = good.contents));
    expect((await shop.ask("--service order")).stderr).toMatch(/says of email 1 that it is what order is/);
    shop.write(at("email"), email);
    shop.change(contract, ({ interactions: [one] }) => (one.metadata = { tenant: "acme" }));
    shop.write("code/order.json", `${shop.read("code/order.json")} `);
    await shop.verified("--record");
    await shop.run("record-build --service order --version 2");
    await shop.run("record-deployment --service email --here --version 2");
    expect((await shop.ask("--service order --version 2")).verdict).toBe("yes");
    shop.change("contracts/builds/order/2.json", (build) => (build.code = good.code));
    expect((await shop.ask("--service order --version 2")).verdict).toBe("unknown");
  });

  test("a key twice in a contract, and in the store, is refused as well", async () => {
    using shop = attackedShop();
    await shop.run("record-deployment --all --here --version 1");
    const { contents } = JSON.parse(shop.read("contracts/environments/production/order.json")).deployed[0];
    const object = `contracts/store/${contents.slice(0, 2)}/${contents.slice(2)}.json`;
    const stored = shop.read(object);
    shop.write(object, stored.replace('"format": 1,', '"format": 9,\n  "format": 1,'));
    expect((await shop.ask("--service email")).stderr).toMatch(/appears twice/);
    shop.write(object, stored);
    shop.write(contract, shop.read(contract).replace('"interactions":', '"interactions": [], "interactions":'));
    expect((await shop.verified()).told.map(({ code }) => code)).toContain("pact-unreadable");
    expect((await shop.ask("--service email")).exitCode).toBe(2);
  });

  test("the earlier layout is read as strictly, and becomes today's when something is recorded", async () => {
    using shop = attackedShop();
    await shop.run("record-deployment --all --here --version 1");
    const services = Object.fromEntries(
      shop.list("contracts/environments/production").map((name) => {
        const {
          format: _f,
          environment: _e,
          service,
          ...lists
        } = JSON.parse(shop.read(`contracts/environments/production/${name}`));
        return [service, lists];
      }),
    );
    const { rmSync } = await import("node:fs");
    rmSync(`${shop.path}/contracts/environments/production`, { recursive: true });
    const earlier = { format: 1, name: "production", services };
    shop.write("contracts/environments/production.json", JSON.stringify({ ...earlier, name: "prod" }));
    expect((await shop.ask("--service email")).stderr).toMatch(/production\.json:1:\d+ cannot be read/);
    shop.write("contracts/environments/production.json", JSON.stringify(earlier));
    expect((await shop.ask("--service email")).exitCode).toBe(3);
    await shop.run("record-deployment --service email --here --version 2");
    expect(shop.list("contracts/environments")).toEqual(["production"]);
    expect(shop.list("contracts/environments/production")).toEqual(["analytics.json", "email.json", "order.json"]);
    expect((await shop.ask("--service order --version 1")).answers[0].source.from).toBe("records");
  });
});

test("events of a version that was found broken count for as long as they can be met, though another version runs", async () => {
  using shop = attackedShop();
  await shop.verified("--record");
  await shop.run("record-deployment --service email --service analytics --here --version 1", { today: "2026-01-01" });
  const good = shop.read("code/order.json");
  shop.write("code/order.json", JSON.stringify({ "OrderShipped.v1": { orderId: "o" } }));
  await shop.run("verify --record");
  await shop.run("record-deployment --service order --here --version 10", { today: "2026-01-02" });
  shop.write("code/order.json", good);
  await shop.run("verify --record");
  await shop.run("record-deployment --service order --here --version 11", { today: "2026-01-03" });
  const { verdict, answers } = await shop.ask("--service email", { today: "2026-01-05" });
  expect([verdict, answers[0].reasons[0]]).toMatchObject([
    "no",
    {
      message: expect.stringContaining("can still meet OrderShipped.v1 of order 10 in orders"),
      from: expect.any(String),
    },
  ]);
  expect((await shop.ask("--service analytics", { today: "2026-01-05" })).answers[0].reasons).not.toContainEqual(
    expect.objectContaining({ field: "$.data.trackingNumber" }),
  );
  expect((await shop.ask("--service email", { today: "2027-01-05" })).verdict).toBe("yes");
});
