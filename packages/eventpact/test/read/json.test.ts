import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Json } from "../../src/read/json.ts";
import { canonicalJson } from "../../src/read/json.ts";

test("canonical JSON is the value, and the same whatever the order of its keys", () => {
  const reversed = (value: Json): Json => {
    if (Array.isArray(value)) return (value as readonly Json[]).map(reversed);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).toReversed();
    return Object.fromEntries(entries.map(([key, item]) => [key, reversed(item)]));
  };
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as Json;
      expect(JSON.parse(canonicalJson(json))).toEqual(json);
      expect(canonicalJson(reversed(json))).toBe(canonicalJson(json));
    }),
    { seed: 12, numRuns: 300 },
  );
});

test("names that are numbers come first, as in any object: hashes of earlier versions stay what they are", () => {
  expect(canonicalJson({ b: 1, "10": 2, a: 3, "9": 4, "01": 5 })).toBe('{"9":4,"10":2,"01":5,"a":3,"b":1}');
});
