import { isDeepStrictEqual } from "node:util";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { POLICIES, readDocument, readerOf } from "../src/index.ts";
import type { Json, PolicyName, Schema } from "../src/index.ts";
import { Rewriting } from "../src/policy/apply.ts";
import { createCompletion } from "../src/runtime/complete.js";
import { validate } from "../src/validate/interpret.ts";
import { nearby, policySchemas } from "./policy-schemas.ts";

type Dialect = "draft-07" | "2020-12";
type Check = (value: Json) => boolean | undefined;

interface Tried {
  readonly accepts: Check;
  readonly complete: (value: Json) => Json;
  /** The schema itself, but for texts that no `enum` lists and for how many alternatives of `oneOf` fit. */
  readonly settles: Check;
}

function checkOf(schema: Schema, dialect: Dialect): Check {
  const document = readDocument(schema, dialect, {}, { rewritten: true });
  return (value) => validate(document, value, true).valid;
}

/** A schema's reader, run by the interpreter; `undefined` where it is the schema itself. */
export function tried(schema: Schema, dialect: Dialect, policy: PolicyName): Tried | undefined {
  const reader = readerOf(schema, { dialect, policy });
  if (reader === undefined) return undefined;
  const { completion } = reader;
  const { $defs } = reader.schema as { $defs?: unknown };
  const checks = (completion?.checks ?? []).map((name) => {
    const check = checkOf({ $ref: `#/$defs/${name}`, $defs }, dialect);
    return [name, (value: unknown): boolean => check(value as Json) === true] as const;
  });
  const rewriting = new Rewriting(readDocument(schema, dialect), POLICIES[policy]);
  const settled = rewriting.settled(readDocument(schema, dialect).root) as Schema;
  const whole = typeof settled === "boolean" ? settled : { ...settled, $defs: rewriting.definitions };
  const complete = completion === undefined ? undefined : createCompletion(completion, Object.fromEntries(checks));
  return {
    accepts: checkOf(reader.schema, dialect),
    complete: (value) => (complete === undefined ? value : (complete(value) as Json)),
    settles: checkOf(whole, dialect),
  };
}

/** What holds for the readers of any schemas, tried on random ones; `scale` multiplies their number. */
export function describeRandomReaders(scale: number): void {
  test.each([
    ["draft-07", "tolerant"],
    ["2020-12", "tolerant"],
    ["draft-07", "lenient"],
    ["2020-12", "lenient"],
  ] as const)("of %s under %s: what is handed on is what the schema allows", (dialect, policy) => {
    const property = fc.property(policySchemas(dialect), fc.infiniteStream(fc.nat()), (schema, numbers) => {
      const reader = tried(schema, dialect, policy);
      if (reader === undefined) return;
      const document = readDocument(schema, dialect);
      const plain: Check = (value) => validate(document, value, true).valid;
      const exactly = policy === "tolerant" && !JSON.stringify(schema).includes('"oneOf"');
      for (const value of nearby(() => numbers.next().value as number, 40)) {
        const [itself, accepted] = [plain(frozen(value)), reader.accepts(value)];
        if (itself === undefined || accepted === undefined) continue;
        if (!accepted) {
          expect(itself).toBe(false);
          continue;
        }
        const handedOn = reader.complete(value);
        expect(reader.settles(handedOn)).not.toBe(false);
        if (exactly) expect(plain(handedOn)).not.toBe(false);
        if (reader.settles(value) === true) expect(isDeepStrictEqual(handedOn, value)).toBe(true);
        expect(isDeepStrictEqual(reader.complete(frozen(handedOn)), handedOn)).toBe(true);
      }
    });
    fc.assert(property, { numRuns: Math.round(60 * scale), seed: 20_260_115 });
  });
}

/** Whoever changes a value that it was given fails. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
