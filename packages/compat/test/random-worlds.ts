import { describe, expect, test } from "@jest/globals";
import { compare, readDocument, validate } from "../src/index.ts";
import type { Json, Judgement, Schema } from "../src/index.ts";
import { seeded } from "../src/random.ts";
import { edited, randomDocument, respelt, SPELLINGS, validator, WORLD } from "./worlds.ts";
import type { World } from "./worlds.ts";

/** ajv is known to read these otherwise; there the interpreter of the specification has to say the same. */
const isTricky = (...schemas: readonly Schema[]): boolean => /"(?:unevaluated|contains)/.test(JSON.stringify(schemas));

/** What plain ajv accepts of the world; `undefined` for schemas that it cannot compile or that never end. */
function accepted(schema: Schema, world: World): readonly boolean[] | undefined {
  const accepts = validator(schema, world);
  try {
    return accepts === undefined ? undefined : WORLD.map((value) => accepts(value) === true);
  } catch {
    return undefined;
  }
}

function breaks(value: Json, writer: Schema, reader: Schema, world: World): boolean {
  const [writes, reads] = [writer, reader].map((schema) => validate(readDocument(schema, world), value).valid);
  return writes === true && reads === false;
}

function contradiction(judged: Judgement, writer: Schema, reader: Schema, world: World): unknown {
  const [written, read] = [accepted(writer, world), accepted(reader, world)];
  if (written === undefined || read === undefined) return undefined;
  if (judged.verdict === "compatible") {
    const index = WORLD.findIndex((_, at) => written[at] === true && read[at] === false);
    const value = WORLD[index];
    const isOne = value !== undefined && (!isTricky(writer, reader) || breaks(value, writer, reader, world));
    return isOne ? { unsound: value, writer, reader } : undefined;
  }
  const { witness } = judged;
  if (witness === undefined || isTricky(writer, reader)) return undefined;
  const [writes, reads] = [validator(writer, world)?.(witness), validator(reader, world)?.(witness)];
  return writes === true && reads === false ? undefined : { witness, writer, reader };
}

/** Verdicts about random schemas against every value of a small world, and against other spellings of the same schemas. */
export function describeWorlds(runs: number, seed: number): void {
  describe.each(["draft-07", "2020-12"] as const)("random schemas and edits in %s", (world) => {
    const pairs = Array.from({ length: runs }, (_, index): [Schema, Schema] => {
      const random = seeded(seed * 1_000_003 + 2 * index + (world === "draft-07" ? 0 : 1));
      const older = randomDocument(random, world);
      return [older, random.chance(0.6) ? edited(random, older, world) : randomDocument(random, world)];
    });

    test("no value of the world contradicts a verdict, and plain ajv confirms every witness", () => {
      let decided = 0;
      for (const [older, newer] of pairs) {
        const { backward, forward } = compare(older, newer, { dialect: world });
        expect(contradiction(backward, older, newer, world)).toBeUndefined();
        expect(contradiction(forward, newer, older, world)).toBeUndefined();
        decided += [backward, forward].filter(({ verdict }) => verdict !== "undecided").length;
      }
      expect(decided / (2 * runs)).toBeGreaterThanOrEqual(0.95);
    });

    test("a schema in another spelling is judged no otherwise", () => {
      const spellings = Object.values(SPELLINGS);
      for (const [index, [older, newer]] of pairs.entries()) {
        const spelt = respelt(older, spellings[index % spellings.length] ?? ((schema) => schema));
        const same = compare(older, spelt, { dialect: world });
        expect([same.backward.verdict, same.forward.verdict]).not.toContain("incompatible");
        const [one, other] = [compare(older, newer, { dialect: world }), compare(spelt, newer, { dialect: world })];
        for (const direction of ["backward", "forward"] as const) {
          const verdicts = new Set([one[direction].verdict, other[direction].verdict]);
          verdicts.delete("undecided");
          expect(verdicts.size).toBeLessThanOrEqual(1);
        }
      }
    });
  });
}
