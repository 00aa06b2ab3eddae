import { describe, expect, test } from "@jest/globals";
import { compare, readDocument } from "../src/index.ts";
import type { Json, Schema, Verdict } from "../src/index.ts";
import { Compiler } from "../src/formula/compile.ts";
import { refusedBeside } from "../src/formula/difference.ts";
import { FormulaStore } from "../src/formula/store.ts";
import { seeded } from "../src/random.ts";
import { Meter } from "../src/solve/budget.ts";
import { Solver } from "../src/solve/solver.ts";
import { edited, randomDocument, WORLD } from "./worlds.ts";
import type { World } from "./worlds.ts";

/** A value that "the writer's, and what is left of the refusal" gets wrong, for it is the writer's and not the reader's. */
function wrong(writer: Schema, reader: Schema, world: World, values: readonly Json[]): Json | undefined {
  const compiler = new Compiler(new FormulaStore(), true);
  const [written, read] = [writer, reader].map((schema) => compiler.compile(readDocument(schema, world).root));
  if (written === undefined || read === undefined) return "not compiled";
  const refused = refusedBeside(compiler.store, written, read);
  const solver = new Solver(compiler, new Meter(Infinity, 5_000));
  return values.find((value) => {
    if (solver.truth(written, value) !== true) return false;
    const [left, reads] = [solver.truth(refused, value), solver.truth(read, value)];
    return left !== undefined && reads !== undefined && left === reads;
  });
}

const properties = { a: { type: "string" }, b: { type: "integer" } };
const both = { properties };

/** A writer, a reader, and whether the reader reads what the writer writes. */
const PAIRS: Readonly<Record<string, readonly [Schema, Schema, Verdict]>> = {
  "an object where anything was, its properties the same": [both, { type: "object", ...both }, "incompatible"],
  "an object where anything was, a property's values wider": [
    { properties: { a: { type: "string" } } },
    { type: "object", properties: { a: { type: ["string", "null"] } } },
    "incompatible",
  ],
  "an object where an object or none was": [
    { type: ["object", "null"], ...both },
    { type: "object", ...both },
    "incompatible",
  ],
  "an object or none where an object was": [
    { type: "object", ...both },
    { type: ["object", "null"], ...both },
    "compatible",
  ],
  "an object or none where an object or a list was": [
    { type: ["object", "array"], ...both },
    { type: ["object", "null"], ...both },
    "incompatible",
  ],
  "a list where anything was, its items the same": [
    { items: { type: "string" } },
    { type: "array", items: { type: "string" } },
    "incompatible",
  ],
  "a list where anything was, its items wider": [
    { items: { type: "integer" } },
    { type: "array", items: { type: "number" } },
    "incompatible",
  ],
  "an object inside of which one was anything": [
    { type: "object", properties: { a: both } },
    { type: "object", properties: { a: { type: "object", ...both } } },
    "incompatible",
  ],
  "an object for the items of a list that were anything": [
    { type: "array", items: both },
    { type: "array", items: { type: "object", ...both } },
    "incompatible",
  ],
  "only some types together with the same properties": [
    both,
    { anyOf: [{ type: ["string", "null"] }, { type: "object", ...both }] },
    "incompatible",
  ],
  "a property of the same name, demanded by a pattern": [
    { patternProperties: { "^a$": { type: "integer" } } },
    { properties: { a: { type: "number" } } },
    "compatible",
  ],
  "items from another place on": [
    { type: "array", items: [true], additionalItems: { type: "integer" } },
    { type: "array", items: { type: "integer" } },
    "incompatible",
  ],
  "an item of a tuple that the writer leaves open": [
    { items: [{ type: "integer" }, true] },
    { items: [{ type: "integer" }, { type: "integer" }] },
    "incompatible",
  ],
  "two demands on one property, of which one is dropped": [
    { allOf: [{ properties: { a: { minimum: 1 } } }, { properties: { a: { maximum: 3 } } }] },
    { allOf: [{ properties: { a: { minimum: 0 } } }, { properties: { a: { maximum: 3 } } }] },
    "compatible",
  ],
  "two demands on one property, of which one is narrowed": [
    { allOf: [{ properties: { a: { minimum: 1 } } }, { properties: { a: { maximum: 3 } } }] },
    { allOf: [{ properties: { a: { minimum: 1 } } }, { properties: { a: { maximum: 2 } } }] },
    "incompatible",
  ],
  "a property beside other types than all others": [
    { properties: { a: { type: "string" } } },
    { anyOf: [{ type: ["string", "null"] }, { type: "object", properties: { a: { type: "string" } } }] },
    "incompatible",
  ],
  "items beside other types than all others": [
    { items: { type: "integer" } },
    { anyOf: [{ type: ["object", "null"] }, { type: "array", items: { type: "number" } }] },
    "incompatible",
  ],
  "the same of another property": [
    { properties: { a: { type: "integer" } } },
    { properties: { b: { type: "integer" } } },
    "incompatible",
  ],
  "the same of one property, or something else": [
    { anyOf: [{ properties: { a: { type: "integer" } } }, { required: ["b"] }] },
    { properties: { a: { type: "integer" } } },
    "incompatible",
  ],
  "the same of all items, and not of the first alone": [
    { items: [{ type: "integer" }] },
    { items: { type: "integer" } },
    "incompatible",
  ],
  "a second item that may be more": [
    { type: "array", items: [{ type: "string" }, { type: "integer" }], minItems: 2 },
    { type: "array", items: [{ type: "string" }, { type: "number" }], minItems: 2 },
    "compatible",
  ],
};

describe("what is left of a refusal beside what is written", () => {
  test.each(Object.entries(PAIRS))("%s", (_, [writer, reader, verdict]) => {
    for (const [older, newer] of [
      [writer, reader],
      [reader, writer],
    ] as const)
      expect(wrong(older, newer, "draft-07", WORLD)).toBeUndefined();
    expect(compare(writer, reader).backward.verdict).toBe(verdict);
  });

  test.each(["draft-07", "2020-12"] as const)("random edits in %s: it says the same of every value", (world) => {
    for (let index = 0; index < 200; index++) {
      const random = seeded(7_919 * index + 11);
      const writer = randomDocument(random, world);
      let reader = writer;
      for (let edits = 0; edits < 3; edits++) {
        reader = edited(random, reader, world);
        const values = WORLD.filter((_, at) => at % 9 === index % 9);
        const value = wrong(writer, reader, world, values);
        expect(value === undefined ? undefined : { value, writer, reader }).toBeUndefined();
      }
    }
  });
});
