import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import fc from "fast-check";
import { readSettings, settingsOf } from "../../src/config/read-settings.ts";
import { settingsSchema } from "../../src/config/settings-schema.ts";
import type { Json } from "../../src/read/json.ts";
import { configurable } from "../../src/config/configurable.ts";
import { runCommand, temporaryFolder } from "../support/run-command.ts";

const published = JSON.parse(
  readFileSync(new URL("../../schema/eventpact.schema.json", import.meta.url), "utf8"),
) as Json;
const isAllowed = new Ajv({ strict: false, allErrors: true }).compile(published as object);

test("the schema that editors complete from is the one by which eventpact.yaml is read", () => {
  // node packages/eventpact/src/docs/write-diagnostics-page.ts writes it, too.
  expect(published).toEqual(JSON.parse(JSON.stringify(settingsSchema(configurable))));
});

test("an empty file has every default", () => {
  const { settings, faults } = settingsOf(undefined);
  expect(faults).toEqual([]);
  expect(settings).toEqual({
    contracts: "contracts",
    rules: { events: "auto", severities: {} },
    waivers: [],
    generate: { out: "generated", maxBytes: 1_048_576, maxDepth: 64 },
    compatibility: {
      mode: "FULL",
      policy: "tolerant",
      writtenKeys: [],
      contracts: "contracts",
      approvals: "contracts/approvals.yaml",
    },
    verify: { contracts: "contracts", providers: {} },
    deploy: {
      readers: "validate",
      outbox: 86_400_000,
      segment: 604_800_000,
      retentionCheck: 300_000,
      retention: {},
      ignore: [],
      package: "services/{service}/package.json",
    },
    docs: { out: ".cache/docs", openapi: "openapi" },
  });
});

/** Sections with right and wrong settings, as people write them. */
const values: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json>(null, true, 0, -1, 5, 2.5, "", " ", "1d", "forever", "strict", "FULL", "a/b", "https://x.y"),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(
      fc.constantFrom("command", "sources", "module", "orders", "timeoutSeconds", "retention"),
      tie("value"),
      {
        maxKeys: 3,
      },
    ),
  ),
})).value;

const keys: Readonly<Record<string, readonly string[]>> = {
  generate: ["out", "packageName", "maxBytes", "maxDepth", "output"],
  compatibility: ["mode", "policy", "against", "approvals", "writtenKeys", "polici"],
  verify: ["provider", "providers", "upcasters", "upcaster"],
  deploy: ["environment", "readers", "deadLetters", "outbox", "retention", "package", "reader"],
  docs: ["out", "title", "openapi", "base", "source", "titel"],
};

const files: fc.Arbitrary<Json> = fc.record(
  Object.fromEntries(
    Object.entries(keys).map(([section, names]) => [
      section,
      fc.oneof({ weight: 6, arbitrary: fc.dictionary(fc.constantFrom(...names), values, { maxKeys: 2 }) }, values),
    ]),
  ),
  { requiredKeys: [] },
) as fc.Arbitrary<Json>;

test("what an editor underlines is a finding, and nothing else is", () => {
  fc.assert(
    fc.property(files, (value) => {
      const isRight = isAllowed(value);
      expect([value, settingsOf(value).faults.length === 0]).toEqual([value, isRight]);
    }),
    { numRuns: 2000, seed: 19 },
  );
});

describe("a finding about eventpact.yaml", () => {
  test.each([
    ["compatability: { policy: strict }", `There is no setting "compatability".`, `Did you mean "compatibility"?`],
    ["compatibility: { polici: strict }", `"compatibility" has no setting "polici".`, `Did you mean "policy"?`],
    [
      "compatibility: { policy: strickt }",
      `"compatibility.policy" is one of strict, tolerant`,
      `Did you mean "strict"?`,
    ],
    ["deploy: { retention: { orders: soon } }", "Write a duration such as 30d, 12h or forever.", undefined],
    ["generate: { maxBytes: 0 }", `"generate.maxBytes" must be a whole number above 0.`, undefined],
    ["docs: { source: here }", `"docs.source" must be an http(s) URL.`, "Such as https://"],
    ["rules: { schema-formt: off }", `There is no rule "schema-formt".`, `Did you mean "schema-format"?`],
    ["waivers: [{ rule: pact-mising, reason: x }]", `There is no rule "pact-mising".`, `Did you mean "pact-missing"?`],
    ["verify: { contracts: a }\ndocs: { contracts: b }", `A project has one folder of contracts`, "Say it once"],
    ["contracts: [a", "that closes this is missing", undefined],
  ])("says of %j what is wrong and what was meant", (text, message, hint) => {
    const [fault, ...more] = readSettings("eventpact.yaml", text).faults;
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ code: "config-invalid", severity: "error", file: "eventpact.yaml" });
    expect(fault?.message).toContain(message);
    if (hint !== undefined) expect(fault?.hint).toContain(hint);
  });

  const commands = [
    ["check"],
    ["generate"],
    ["diff", "--against", "asyncapi"],
    ["verify"],
    ["docs"],
    ["plan"],
    ["can-i-deploy", "--service", "a"],
    ["record-deployment", "--service", "a", "--to", "production"],
    ["new", "version", "A"],
  ];

  test.each(commands)("is the same in eventpact %s %s", async (...args) => {
    using folder = temporaryFolder({
      "asyncapi/a.yaml": "asyncapi: 3.0.0\ninfo: { title: a, version: 1.0.0 }\n",
      "eventpact.yaml": "deploy:\n  outbox: 1d\ncompatibility:\n  polici: strict\n",
    });
    const { exitCode, stdout, stderr } = await runCommand(folder.path, args.filter(Boolean));
    expect(exitCode).toBeGreaterThan(0);
    expect(`${stdout}${stderr}`).toContain(
      `eventpact.yaml:4:3: error: "compatibility" has no setting "polici". [config-invalid]`,
    );
    expect(`${stdout}${stderr}`).toContain(`Did you mean "policy"?`);
  });
});
