import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectionOf } from "../../src/contracts/projection.ts";
import type { Json, JsonObject } from "../../src/read/json.ts";
import { compileSchema } from "../../src/validate/compile.ts";
import { temporaryFolder } from "../support/run-command.ts";
import type { PactCase } from "./support/pact-cases.ts";
import { caseFrom, gridOfTexts, randomFrom } from "./support/pact-cases.ts";

const seed = Number(process.env["PACT_SEED"] ?? 20261128);
const count = Number(process.env["PACT_CASES"] ?? 500);

/** What Pact's own verifier says of each message: taken or not. */
function verified(cases: readonly PactCase[]): readonly boolean[] {
  using folder = temporaryFolder({});
  const interactions = cases.map(({ contents, rules }, index) => ({
    type: "Asynchronous/Messages",
    description: String(index),
    contents: { content: contents, contentType: "application/json", encoded: false },
    matchingRules: { body: rules },
  }));
  const pact = {
    consumer: { name: "post" },
    provider: { name: "sales" },
    interactions,
    metadata: { pactSpecification: { version: "4.0" } },
  };
  const files = ["pact.json", "messages.json", "answer.json"].map((name) => join(folder.path, name));
  writeFileSync(files[0]!, JSON.stringify(pact));
  writeFileSync(files[1]!, JSON.stringify(Object.fromEntries(cases.map(({ message }, index) => [index, message]))));
  const verifier = join(import.meta.dirname, "support", "pact-verifier.ts");
  spawnSync(process.execPath, ["--no-warnings", verifier, ...files], {
    env: { ...process.env, NODE_OPTIONS: "", PACT_DO_NOT_TRACK: "true" },
    stdio: "ignore",
  });
  const { interactionResults } = JSON.parse(readFileSync(files[2]!, "utf8")) as {
    readonly interactionResults: readonly { readonly description: string; readonly result: string }[];
  };
  const taken = new Map(interactionResults.map(({ description, result }) => [description, result === "OK"]));
  return cases.map((_, index) => taken.get(String(index)) ?? fail(index));
}

function fail(index: number): never {
  throw new Error(`The verifier said nothing of message ${index}.`);
}

/**
 * Where the schema takes less than Pact does, and why it stays so: rules for text also look at the JSON text of numbers, lists
 * and objects; a message without contents is not compared; numbers in an ISO date have all their digits here.
 */
const isListed = ({ rules, message }: PactCase): boolean =>
  message === null ||
  (/"match":"(?:regex|include|date|time|timestamp)"/.test(JSON.stringify(rules)) && hasMoreThanText(message)) ||
  /"match":"(?:date|timestamp)"/.test(JSON.stringify(rules));

const hasMoreThanText = (value: Json): boolean =>
  typeof value === "object" && value !== null ? Object.values(value).some(hasMoreThanText) : typeof value !== "string";

test.each([
  ["of contents, rules and messages drawn at random", () => drawn()],
  ["of every pattern and date format beside every text", () => gridOfTexts()],
])(
  "what the schema takes Pact takes, and what it refuses beyond Pact is listed: %s",
  (_, casesOf) => {
    const cases = casesOf();
    const answers = verified(cases);
    const compared = cases.flatMap((one, index) => {
      const { schema, unknown } = projectionOf(one, "draft-07");
      const validate = compileSchema({ schema: schema as JsonObject, dialect: "draft-07" });
      if (typeof validate !== "function") throw new Error(validate.fault);
      const faults = validate(one.message);
      const told = faults.map(({ message }) => message).join(" ");
      return [{ one, isWhole: unknown.length === 0, ours: faults.length === 0, pacts: answers[index], told }];
    });
    const whole = compared.filter(({ isWhole }) => isWhole);
    expect(whole.filter(({ ours, pacts }) => ours && pacts === false)).toEqual([]);
    const narrower = compared.filter(({ ours, pacts }) => !ours && pacts);
    expect(narrower.filter(({ one }) => !isListed(one))).toEqual([]);
    expect(narrower.length).toBeLessThan(cases.length / 50);
    expect(whole.filter(({ ours, pacts }) => ours && pacts).length).toBeGreaterThan(cases.length / 10);
    expect(whole.length).toBeGreaterThan(cases.length * 0.7);
  },
  600_000,
);

function drawn(): readonly PactCase[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => caseFrom(random));
}
