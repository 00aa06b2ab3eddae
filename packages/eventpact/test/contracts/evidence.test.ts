import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Question } from "../../src/contracts/answer.ts";
import { readAnswer } from "../../src/contracts/answer.ts";
import { readPact } from "../../src/contracts/pact.ts";
import { temporaryFolder } from "../support/run-command.ts";

const question = (id: string, more: Partial<Question> = {}): Question => ({
  consumer: "billing",
  id,
  event: "Placed.v1",
  description: "Placed.v1",
  states: [],
  ...more,
});

const row = { consumer: "billing", description: "Placed.v1", ok: true };
const messages = [{ event: "Placed.v1", payload: { id: "1" } }];

function answer(value: unknown, asked: readonly Question[] = [question("a")], exitCode = 0) {
  using folder = temporaryFolder({});
  const file = join(folder.path, "answer");
  if (value !== undefined) writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
  const { answered, faults, messages: told } = readAnswer(file, "run-1", { asked, known: asked }, { exitCode });
  return { kept: answered.filter(({ ok }) => ok).length, codes: faults.map(({ code }) => code), told: told.length };
}

describe("an answer", () => {
  test("is evidence of what it says held in this run, with its message", () => {
    expect(answer({ run: "run-1", interactions: [row], messages })).toMatchObject({ kept: 1, codes: [] });
    const inRow = { ...row, message: { payload: { id: "1" } } };
    expect(answer({ run: "run-1", interactions: [inRow] })).toMatchObject({ kept: 1, codes: [], told: 1 });
    const byId = { id: "a", ok: true };
    expect(answer({ run: "run-1", interactions: [byId], messages })).toMatchObject({ kept: 1, codes: [] });
  });

  test.each<readonly [string, unknown, string]>([
    ["missing", undefined, "answer-missing"],
    ["empty", "", "answer-missing"],
    ["cut", '{"run":"run-1","interactions":[', "answer-unreadable"],
    ["of another run", { run: "run-0", interactions: [row], messages }, "answer-stale"],
    ["of no run", { interactions: [row], messages }, "answer-stale"],
    ["without rows", { run: "run-1", interactions: [], messages }, "answer-incomplete"],
    ["without messages", { run: "run-1", interactions: [row] }, "answer-incomplete"],
    ["of text for truth", { run: "run-1", interactions: [{ ...row, ok: "true" }], messages }, "answer-unclear"],
    ["of a number for truth", { run: "run-1", interactions: [{ ...row, ok: 1 }], messages }, "answer-unclear"],
    ["of null for truth", { run: "run-1", interactions: [{ ...row, ok: null }], messages }, "answer-unclear"],
    ["of others", { run: "run-1", interactions: [{ ...row, consumer: "x" }], messages }, "answer-stranger"],
    ["that is null", "null", "answer-unreadable"],
  ])("%s is evidence of nothing, not even of what came out", (_what, value, code) => {
    const { kept, codes, told } = answer(value);
    expect([kept, codes.includes(code as never)]).toEqual([0, true]);
    if (code !== "answer-stranger") expect(told).toBe(0);
  });

  test("that names by words what two questions are called is unclear, and clear by ids or states", () => {
    const two = [question("a", { states: ["one"] }), question("b", { states: ["two"] })];
    expect(answer({ run: "run-1", interactions: [row], messages }, two)).toMatchObject({ kept: 0 });
    const ids = ["a", "b"].map((id) => ({ ...row, id }));
    expect(answer({ run: "run-1", interactions: ids, messages }, two)).toMatchObject({ kept: 2, codes: [] });
    const states = ["one", "two"].map((name) => ({ ...row, providerStates: [{ name }] }));
    expect(answer({ run: "run-1", interactions: states, messages }, two)).toMatchObject({ kept: 2, codes: [] });
  });

  test("takes for a state the message that was said in it, and none of another", () => {
    const asked = [question("a", { states: ["full"] })];
    const stated = [{ ...messages[0], state: "empty" }];
    const known = { run: "run-1", interactions: [{ ...row, states: ["full"] }] };
    expect(answer({ ...known, messages: stated }, asked)).toMatchObject({ kept: 0, codes: ["answer-incomplete"] });
    expect(answer({ ...known, messages: [{ ...messages[0], state: "full" }] }, asked)).toMatchObject({ kept: 1 });
  });
});

describe("a Pact file", () => {
  const [consumer, provider] = [{ name: "c" }, { name: "p" }];
  const message = { description: "Placed.v1", contents: { a: 1 } };
  const told = (pact: object | Uint8Array) =>
    readPact("x.json", pact instanceof Uint8Array ? pact : new TextEncoder().encode(JSON.stringify(pact))).faults.map(
      (fault) => fault.message,
    );

  test.each<readonly [string, object, RegExp]>([
    ["two lists", { consumer, provider, interactions: [], messages: [message] }, /this has both/],
    [
      "a type that there is not",
      { consumer, provider, interactions: [{ ...message, type: "Message" }] },
      /no type "Message"/,
    ],
    ["a type that is no text", { consumer, provider, interactions: [{ ...message, type: null }] }, /no type null/],
    ["a byte that is no UTF-8", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), /0xFF here is not UTF-8/],
  ])("with %s is a fault: what of it was left out would be verified by nobody", (_what, pact, fault) => {
    expect(told(pact)).toEqual([expect.stringMatching(fault)]);
  });
});

describe("an interaction's id", () => {
  const interaction = {
    type: "Asynchronous/Messages",
    description: "Placed.v1",
    contents: { content: { a: 1 }, contentType: "application/json", encoded: false },
    matchingRules: { body: { "$.a": { combine: "AND", matchers: [{ match: "type" }] } } },
    providerStates: [{ name: "stock", params: { left: 5 } }],
    metadata: { tenant: "acme" },
  };
  const read = (one: object, version = "4.0") => {
    const metadata = { pactSpecification: { version } };
    const pact = { consumer: { name: "c" }, provider: { name: "p" }, interactions: [one], metadata };
    return readPact("x.json", new TextEncoder().encode(JSON.stringify(pact))).pact;
  };
  const ids = (one: object, version?: string) => {
    const pact = read(one, version);
    return [pact?.interactions[0]?.id, pact?.hash];
  };

  test("is that of all it says, whatever tools call it and in whatever order it is written", () => {
    const turned = Object.fromEntries(Object.entries(interaction).toReversed());
    const named = { ...turned, key: "k", _id: "i", comments: { text: ["x"] }, pending: false };
    expect(ids(named)).toEqual(ids(interaction));
  });

  test.each<readonly [string, object]>([
    ["metadata", { metadata: { tenant: "other" } }],
    ["rules of metadata", { matchingRules: { ...interaction.matchingRules, metadata: {} } }],
    ["parameters of states", { providerStates: [{ name: "stock", params: { left: 0 } }] }],
    ["generators", { generators: { body: {} } }],
    ["contents", { contents: { ...interaction.contents, content: { a: 2 } } }],
    ["the content type", { contents: { ...interaction.contents, contentType: "text/json" } }],
    ["pending", { pending: true }],
    ["what is yet unknown", { weight: 1 }],
  ])("changes with %s", (_what, change) => {
    const [id, hash] = ids(interaction);
    const [other, otherHash] = ids({ ...interaction, ...change });
    expect([other === id, otherHash === hash, other === undefined]).toEqual([false, false, false]);
  });

  test("changes with the specification that says what its rules mean", () => {
    expect(ids(interaction, "3.0.0")).not.toEqual(ids(interaction));
  });

  test("counts what is no message apart", () => {
    const others = [{ type: "Synchronous/HTTP" }];
    expect(read({ type: "Synchronous/HTTP", description: "x" })).toMatchObject({ others, interactions: [] });
    const http = { description: "x", request: { method: "GET", path: "/" }, response: { status: 200 } };
    expect(read(http, "3.0.0")).toMatchObject({ others, interactions: [] });
  });
});
