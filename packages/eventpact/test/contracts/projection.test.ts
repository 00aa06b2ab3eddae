import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { projectionOf } from "../../src/contracts/projection.ts";
import type { Json, JsonObject } from "../../src/read/json.ts";
import { compileSchema } from "../../src/validate/compile.ts";
import { temporaryFolder } from "../support/run-command.ts";

const rule = (match: string, more: JsonObject = {}): Json => ({ combine: "AND", matchers: [{ match, ...more }] });
const either = (...matchers: readonly JsonObject[]): Json => ({ combine: "OR", matchers });

interface Case {
  readonly contents: Json;
  readonly rules?: JsonObject;
  readonly takes: readonly Json[];
  readonly refuses: readonly Json[];
}

const line = { sku: "mug", n: 1 };

/** What a contract says, with messages that keep it and messages that do not. */
const cases: Readonly<Record<string, Case>> = {
  "without rules values are equal, and objects may have more": {
    contents: { a: 1, b: { c: "x" } },
    takes: [{ a: 1, b: { c: "x", d: 2 }, e: [] }],
    refuses: [{ a: 2, b: { c: "x" } }, { a: 1, b: {} }, { a: 1 }, { a: "1", b: { c: "x" } }],
  },
  "without rules lists have the same items": {
    contents: { a: [1, 2] },
    takes: [{ a: [1, 2] }],
    refuses: [{ a: [1] }, { a: [1, 2, 3] }, { a: [2, 1] }, { a: {} }],
  },
  "a type rule holds inside": {
    contents: { a: { b: "x", n: 1, list: [1] } },
    rules: { "$.a": rule("type") },
    takes: [{ a: { b: "y", n: 2.5, list: [7, 8] } }],
    refuses: [
      { a: { b: 1, n: 1, list: [1] } },
      { a: { b: "y", n: 1 } },
      { a: { b: "y", n: 1, list: ["x"] } },
      { a: null },
    ],
  },
  "a rule further in wins": {
    contents: { a: { b: "x", c: "y" } },
    rules: { "$.a": rule("type"), "$.a.b": rule("equality") },
    takes: [{ a: { b: "x", c: "z" } }],
    refuses: [{ a: { b: "z", c: "y" } }],
  },
  "each item is like the first": {
    contents: { items: [line] },
    rules: { "$.items": rule("type", { min: 1 }), "$.items[*].sku": rule("type"), "$.items[*].n": rule("integer") },
    takes: [{ items: [line, { sku: "pot", n: 2, more: true }] }],
    refuses: [{ items: [] }, { items: [line, { sku: "pot" }] }, { items: [{ sku: "pot", n: 1.5 }] }],
  },
  "lists have bounds": {
    contents: { a: ["x"] },
    rules: { "$.a": rule("type", { min: 1, max: 2 }) },
    takes: [{ a: ["y"] }, { a: ["y", "z"] }],
    refuses: [{ a: [] }, { a: ["x", "y", "z"] }],
  },
  "a pattern takes the whole text": {
    contents: { a: "ab" },
    rules: { "$.a": rule("regex", { regex: "a+b" }) },
    takes: [{ a: "aab" }],
    refuses: [{ a: "aabc" }, { a: "xab" }, { a: "" }],
  },
  "anchors of a pattern's own change nothing": {
    contents: { a: "EUR" },
    rules: { "$.a": rule("regex", { regex: "^[A-Z]{3}$" }) },
    takes: [{ a: "USD" }],
    refuses: [{ a: "eur" }, { a: "EURO" }],
  },
  "numbers are of a kind": {
    contents: { i: 1, n: 1, d: 1.5 },
    rules: { "$.i": rule("integer"), "$.n": rule("number"), "$.d": rule("decimal") },
    takes: [
      { i: 5, n: 2.5, d: 0.5 },
      { i: 0, n: 3, d: 1.25 },
    ],
    refuses: [
      { i: 1.5, n: 1, d: 1.5 },
      { i: 1, n: "1", d: 1.5 },
      { i: 1, n: 1, d: "x" },
    ],
  },
  "a decimal is no whole number, also where the schema's number may be one": {
    contents: { d: 1.5 },
    rules: { "$.d": rule("decimal") },
    takes: [{ d: 0.07 }, { d: 1e21 }],
    refuses: [{ d: 5 }, { d: 0 }, { d: "1.5" }],
  },
  "a list is held against the example's items by their place, and what comes after them against the first": {
    contents: { a: ["x", 1] },
    rules: { "$.a": rule("type") },
    takes: [{ a: ["y", 2] }, { a: ["y", 2, "z"] }, { a: [] }],
    refuses: [{ a: ["y", "z"] }, { a: ["y", 2, 3] }, { a: [1] }],
  },
  "a rule for something further out holds inside, whatever it is": {
    contents: { a: { b: "x", list: [true] } },
    rules: { "$.a": rule("notEmpty") },
    takes: [{ a: { b: "y", list: [1, "z"] } }, { a: { b: 0, list: [1] } }],
    refuses: [{ a: { b: "", list: [true] } }, { a: { b: "y", list: [] } }, { a: { b: "y", list: [""] } }],
  },
  "an object keeps every rule, also where they say OR": {
    contents: { a: { b: 1 } },
    rules: { "$.a": either({ match: "null" }, { match: "type" }) },
    takes: [],
    refuses: [{ a: { b: 1 } }, { a: null }],
  },
  "a day exists in its month": {
    contents: { a: "2026-01-15T10:30:00Z", b: "1 Jan 2026" },
    rules: {
      "$.a": rule("timestamp", { format: "yyyy-MM-dd'T'HH:mm:ssX" }),
      "$.b": rule("date", { format: "d MMM yyyy" }),
    },
    takes: [{ a: "2024-02-29T00:00:00Z", b: "29 feb 2024" }],
    refuses: [
      { a: "2026-02-29T00:00:00Z", b: "1 Jan 2026" },
      { a: "2026-01-15T10:30:00Z", b: "31 Apr 2026" },
      { a: "2026-01-15T10:30:00Z", b: "1 Foo 2026" },
    ],
  },
  "digits and letters of a pattern are those of Unicode, and its end is the end of the text": {
    contents: { a: "5", b: "x", c: "x" },
    rules: {
      "$.a": rule("regex", { regex: "\\d+" }),
      "$.b": rule("regex", { regex: "^\\w$" }),
      "$.c": rule("regex", { regex: "^.*$" }),
    },
    takes: [{ a: "٣", b: "é", c: "\u2028" }],
    refuses: [
      { a: "5", b: "-", c: "x" },
      { a: "x", b: "x", c: "x" },
      { a: "5", b: "x", c: "x\n" },
    ],
  },
  "text may have to hold other text": {
    contents: { a: "a.b" },
    rules: { "$.a": rule("include", { value: "a.b" }) },
    takes: [{ a: "xa.bx" }],
    refuses: [{ a: "xaxbx" }],
  },
  "moments have their form": {
    contents: { day: "2026-01-15", at: "2026-01-15T10:30:00Z" },
    rules: {
      "$.day": rule("date", { format: "yyyy-MM-dd" }),
      "$.at": rule("timestamp", { format: "yyyy-MM-dd'T'HH:mm:ssX" }),
    },
    takes: [{ day: "2026-12-31", at: "2026-12-31T23:59:59Z" }],
    refuses: [
      { day: "31.12.2026", at: "2026-12-31T23:59:59Z" },
      { day: "2026-12-31", at: "2026-12-31" },
    ],
  },
  "null is a value": {
    contents: { a: null },
    rules: { "$.a": rule("null") },
    takes: [{ a: null }],
    refuses: [{ a: 0 }, {}],
  },
  "one of several rules is enough where they say OR": {
    contents: { a: "x" },
    rules: { "$.a": either({ match: "null" }, { match: "type" }) },
    takes: [{ a: "y" }, { a: null }],
    refuses: [{ a: 1 }],
  },
  "names with dots and quotes are names": {
    contents: { "a.b": { "c d": "x" } },
    rules: { "$['a.b']['c d']": rule("type") },
    takes: [{ "a.b": { "c d": "y" } }],
    refuses: [{ "a.b": { "c d": 1 } }],
  },
};

const rows = Object.entries(cases).flatMap(([title, { contents, rules = {}, takes, refuses }], index) => [
  ...takes.map((message, at) => ({ name: `${index} takes ${at}`, title, contents, rules, message, wanted: true })),
  ...refuses.map((message, at) => ({ name: `${index} refuses ${at}`, title, contents, rules, message, wanted: false })),
]);

test.each(rows)("the schema says the same: $title ($name)", ({ contents, rules, message, wanted }) => {
  for (const dialect of ["draft-07", "2020-12"] as const) {
    const { schema, unknown } = projectionOf({ contents, rules }, dialect);
    const validate = compileSchema({ schema: schema as JsonObject, dialect });
    if (typeof validate !== "function") throw new Error(validate.fault);
    expect([validate(message).length === 0, unknown]).toEqual([wanted, []]);
  }
});

test("Pact's own verifier says the same of every message", () => {
  using folder = temporaryFolder({});
  const interactions = rows.map(({ name, contents, rules }) => ({
    type: "Asynchronous/Messages",
    description: name,
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
  writeFileSync(files[1]!, JSON.stringify(Object.fromEntries(rows.map(({ name, message }) => [name, message]))));
  const verifier = join(import.meta.dirname, "support", "pact-verifier.ts");
  const run = spawnSync(process.execPath, ["--no-warnings", verifier, ...files], {
    env: { ...process.env, NODE_OPTIONS: "", PACT_DO_NOT_TRACK: "true" },
    encoding: "utf8",
    timeout: 60_000,
  });
  expect([run.status, run.stderr]).toEqual([0, expect.anything()]);
  const { interactionResults } = JSON.parse(readFileSync(files[2]!, "utf8")) as Answer;
  const judged = Object.fromEntries(
    interactionResults.map(({ description, result }) => [description, result === "OK"]),
  );
  expect(judged).toEqual(Object.fromEntries(rows.map(({ name, wanted }) => [name, wanted])));
}, 60_000);

interface Answer {
  readonly interactionResults: readonly { readonly description: string; readonly result: string }[];
}

test("a matcher that no schema can say is told, and taken as anything", () => {
  const rules = { "$.a": rule("regex", { regex: "(?<=a)(?i)b" }), "$.b": rule("plugin-thing") };
  const { unknown } = projectionOf({ contents: { a: "b", b: 1 }, rules }, "draft-07");
  expect(unknown).toEqual([
    { path: "$.a", matcher: 'regex "(?<=a)(?i)b"' },
    { path: "$.b", matcher: "plugin-thing" },
  ]);
});

test.each(["a|ab", "a?(ab)?", "a*?", "^(a$|b)", "[a-z&&[^b]]+", "\\bab", "(a)\\1", "(?=a)b", "[[:alpha:]]", "\\u{61}"])(
  "the pattern %j, whose first match may be another than its whole or whose syntax differs, is not understood",
  (regex) => {
    const { unknown } = projectionOf({ contents: { a: "ab" }, rules: { "$.a": rule("regex", { regex }) } }, "draft-07");
    expect(unknown).toEqual([{ path: "$.a", matcher: `regex "${regex}"` }]);
  },
);

test("of two rules that weigh the same and differ the verifier takes either, so that neither is understood", () => {
  const rules = { "$.a.*": rule("type"), "$.*.b": rule("integer") };
  const { unknown } = projectionOf({ contents: { a: { b: 1 } }, rules }, "draft-07");
  expect(unknown).toEqual([{ path: "$.a.b", matcher: "choice between rules of equal weight" }]);
});
