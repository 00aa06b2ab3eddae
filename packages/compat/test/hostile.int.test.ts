import { describe, expect, jest, test } from "@jest/globals";
import type { Schema } from "../src/index.ts";
import { many, object, quickly } from "./hostile-schemas.ts";

jest.setTimeout(300_000);

describe("large hostile schemas end quickly", () => {
  test("ten thousand properties with one that changed", () => {
    const wide = (last: Schema): Schema =>
      object(Object.fromEntries(many(10_000, (index) => [`p${index}`, index === 9999 ? last : { type: "string" }])));
    const { backward, forward } = quickly(wide({ type: "integer" }), wide({ type: "number" }));
    expect([backward.verdict, forward.verdict]).toEqual(["compatible", "incompatible"]);
    expect(forward.witness).toEqual({ p9999: 0.5 });
  });

  test("thousands of properties that all changed", () => {
    const wide = (type: string): Schema => object(Object.fromEntries(many(1000, (index) => [`p${index}`, { type }])));
    expect(quickly(wide("integer"), wide("string")).backward.verdict).toBe("incompatible");
    quickly(wide("integer"), wide("number"));
  });

  test("thousands of required and closed properties", () => {
    const names = many(1000, (index) => `p${index}`);
    const schema = object(Object.fromEntries(names.map((name) => [name, { type: "string" }])), {
      required: names,
      additionalProperties: false,
    });
    const { backward } = quickly(schema, { ...(schema as object), required: names.slice(1) });
    expect(backward.verdict).toBe("compatible");
  });

  test("a wide union of overlapping objects", () => {
    const branch = (index: number): Schema =>
      object({ [`a${index}`]: { type: "string" }, [`b${index}`]: { type: "number" } });
    quickly({ anyOf: many(60, branch) }, { anyOf: many(60, (index) => branch(index + 30)) });
    quickly({ oneOf: many(60, branch) }, { oneOf: many(60, (index) => branch(index + 1)) });
  });

  test("patterns whose automata explode", () => {
    const { backward } = quickly(
      { type: "string", pattern: "(a|b)*a(a|b){14}$" },
      { type: "string", pattern: "(a|b)*b(a|b){14}$" },
    );
    expect(["incompatible", "undecided"]).toContain(backward.verdict);
    quickly({ type: "string", pattern: "^([ab]*a[ab]{18})$" }, { type: "string", pattern: "^([ab]*[ab]{18})$" });
    quickly(
      { type: "string", pattern: `^(${many(400, (index) => `w${index}`).join("|")})*$` },
      { type: "string", pattern: "^(w[0-9]*)*$" },
    );
  });

  test("a union of two thousand constants with one more", () => {
    const values = (count: number): Schema[] => many(count, (index) => ({ const: `v${index}` }));
    for (const keyword of ["anyOf", "oneOf"]) {
      const { backward, forward } = quickly({ [keyword]: values(2000) }, { [keyword]: values(2001) });
      expect([backward.verdict, forward.verdict]).toEqual(["compatible", "incompatible"]);
    }
  });
});
