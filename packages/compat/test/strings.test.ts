import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compare } from "../src/index.ts";
import { expressions } from "../src/runtime/formats.js";
import { toExpression } from "../src/strings/expression.ts";
import { languageOf, UnsupportedPattern } from "../src/strings/pattern.ts";
import { includes } from "../src/strings/search.ts";

/** Valid with the `u` flag, valid only without it, and about halves of characters. */
const PATTERNS = [
  "^.$",
  "^.{2}$",
  "^[^a]$",
  "^\\S+$",
  "a",
  "^[ab]*$",
  "^\\w\\b",
  "^\\p{L}$",
  "^\\u{1f600}$",
  "^(?=.a).{2}$",
  "^$",
  "^\\p{Cs}$",
  "^[\\ud83d]",
  "^[^\\ud800-\\udfff]*$",
  "[\\ude00]$",
  "^[\\ud800-\\udbff]+$",
  "^\\P{Cs}.$",
  "^.\\-?$",
  "^[\\w-\\.]+$",
  "^\\-|.{2}$",
  "^[^\\-]$",
  "^\\_?.$",
  "^\\-?\\D{3}$",
];
const CHARACTERS = ["a", "b", "-", ".", "_", "é", "\n", "\u2028", "\u{1f600}", "\ud83d", "\ude00"];
const texts = fc.string({ unit: fc.constantFrom(...CHARACTERS), maxLength: 4 });

describe("automata of patterns", () => {
  test("accept what the expression matches, halves of characters included", () => {
    fc.assert(
      fc.property(fc.constantFrom(...PATTERNS), texts, (pattern, text) => {
        const language = languageOf(pattern, {}, 5_000);
        expect({ pattern, text, found: includes(language, text, () => {}) }).toEqual({
          pattern,
          text,
          found: toExpression(pattern)?.test(text),
        });
      }),
      { numRuns: 2_000, seed: 23 },
    );
  });

  test("of formats fold cases as their expressions do", () => {
    const likely = fc.string({
      unit: fc.constantFrom(..."aAs0.@-:/{}#%~", "ſ", "\u212a", "\ud83d", "\u{1f600}"),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(expressions)), likely, (name, text) => {
        const { source, flags } = expressions[name] ?? /$/;
        let language;
        try {
          language = languageOf(source, { flags }, 20_000);
        } catch (error) {
          if (error instanceof UnsupportedPattern) return;
          throw error;
        }
        expect([name, text, includes(language, text, () => {})]).toEqual([name, text, expressions[name]?.test(text)]);
      }),
      { numRuns: 300, seed: 23 },
    );
  });

  test("no verdict about two patterns is contradicted by a short text", () => {
    const short = [""];
    for (const one of CHARACTERS) short.push(one, ...CHARACTERS.map((other) => one + other));
    for (const older of PATTERNS) {
      for (const newer of PATTERNS) {
        const { verdict, witness } = compare(
          { type: "string", pattern: older },
          { type: "string", pattern: newer },
        ).backward;
        const breaks = (text: string): boolean =>
          toExpression(older)?.test(text) === true && toExpression(newer)?.test(text) === false;
        const found = short.find(breaks);
        const said = { older, newer, verdict, found };
        if (verdict === "compatible") expect(said).toEqual({ ...said, found: undefined });
        if (verdict === "incompatible")
          expect({ ...said, breaks: breaks(witness as string) }).toEqual({ ...said, breaks: true });
        if (!older.includes("(?") && !newer.includes("(?")) expect(said).not.toMatchObject({ verdict: "undecided" });
      }
    }
  });
});
