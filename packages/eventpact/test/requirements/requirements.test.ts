import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { checkModel } from "../../src/check/check-model.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { requirementsPage } from "../../src/docs/requirements-page.ts";
import { readModel } from "../../src/model/read-model.ts";
import type { Json } from "../../src/read/json.ts";
import { pointerTokens } from "../../src/read/pointer.ts";
import { parseYaml } from "../../src/read/yaml-source.ts";
import { requirements } from "../../src/requirements/requirements.ts";
import { rules } from "../../src/rules/index.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";

const fixtures = new URL("../fixtures/", import.meta.url);
const valid = parseYaml(readFileSync(new URL("requirements/valid.yaml", fixtures), "utf8")).value;

async function findings(value: Json): Promise<readonly Diagnostic[]> {
  const model = await readModel(".", {
    fileSystem: memoryFileSystem({
      "orders.json": JSON.stringify(value, null, 1),
    }),
  });
  return checkModel(model, { events: "off", severities: {} });
}

/** The document with one value put in, or taken away. */
function spoilt(pointer: string, value: Json | undefined): Json {
  const copy = structuredClone(valid);
  const tokens = pointerTokens(pointer);
  const last = tokens.at(-1) ?? "";
  let holder = copy as Record<string, Json>;
  for (const token of tokens.slice(0, -1)) holder = holder[token] as Record<string, Json>;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

test("the valid document of this table has no finding", async () => {
  expect(await findings(valid)).toEqual([]);
});

describe("what a rule of its own holds", () => {
  const own = [...new Set(requirements.flatMap(({ held }) => (held.by === "rule" ? [held.rule] : [])))];
  test.each(own)("%s exists and has fixtures", (code) => {
    expect(rules.map((rule) => rule.code)).toContain(code);
    for (const kind of ["good", "bad"]) expect(existsSync(new URL(`rules/${code}/${kind}`, fixtures))).toBe(true);
  });
});

describe("what the specification's schema holds", () => {
  const cases = requirements.flatMap(({ section, says, held }) =>
    held.by === "schema" ? [{ section, says, ...held }] : [],
  );
  test.each(cases)("$section: $says", async ({ rule, pointer, value }) => {
    const found = await findings(spoilt(pointer, value));
    expect(found.map(({ code }) => code)).toContain(rule);
    expect(found.filter(({ severity }) => severity === "error").length).toBeLessThanOrEqual(2);
  });
});

test("every other requirement has its reason", () => {
  for (const { says, held } of requirements) {
    expect(says).toMatch(/^[A-Z`].*\.$/);
    if (held.by === "nothing") expect(held.why).toMatch(/^[A-Z`].{20,}\.$/);
  }
});

test("no sentence of the specification is lost: their number is fixed for each section", () => {
  const counts = Object.entries(Object.groupBy(requirements, ({ section }) => section));
  expect(Object.fromEntries(counts.map(([section, list]) => [section, list?.length]))).toMatchInlineSnapshot(`
   {
     "AMQP: channel": 4,
     "AMQP: message": 2,
     "AMQP: operation": 5,
     "AMQP: server": 1,
     "AsyncAPI Object": 4,
     "AsyncAPI Version String": 3,
     "Channel Address Expressions": 1,
     "Channel Object": 10,
     "Channels Object": 2,
     "Components Object": 1,
     "Contact Object": 2,
     "Correlation ID Object": 3,
     "Default Content Type": 3,
     "Definitions": 4,
     "External Documentation Object": 2,
     "File Structure": 1,
     "Format": 5,
     "HTTP: channel": 1,
     "HTTP: message": 3,
     "HTTP: operation": 4,
     "HTTP: server": 1,
     "Identifier": 2,
     "Info Object": 3,
     "Introduction": 2,
     "Kafka: channel": 6,
     "Kafka: message": 6,
     "Kafka: operation": 2,
     "Kafka: server": 3,
     "License Object": 2,
     "MQTT: channel": 1,
     "MQTT: message": 3,
     "MQTT: operation": 3,
     "MQTT: server": 3,
     "Message Example Object": 3,
     "Message Object": 6,
     "Message Trait Object": 4,
     "Messages Object": 1,
     "Multi Format Schema Object": 7,
     "OAuth Flow Object": 6,
     "Operation Object": 18,
     "Operation Reply Address Object": 3,
     "Operation Reply Object": 13,
     "Operation Trait Object": 2,
     "Operations Object": 3,
     "Parameter Object": 4,
     "Parameters Object": 1,
     "Reference Object": 6,
     "Schema Object": 8,
     "Schema formats table": 2,
     "Security Scheme Object": 8,
     "Server Object": 3,
     "Server Variable Object": 2,
     "Specification Extensions": 1,
     "Tag Object": 2,
     "Traits Merge Mechanism": 2,
     "WebSocket: channel": 5,
     "WebSocket: message": 1,
     "WebSocket: operation": 1,
     "WebSocket: server": 1,
   }
  `);
});

test("docs/requirements.md is this table; `node packages/eventpact/src/docs/write-requirements-page.ts` writes it", () => {
  const written = readFileSync(fileURLToPath(new URL("../../../../docs/requirements.md", import.meta.url)), "utf8");
  expect(written).toBe(requirementsPage(requirements));
});
