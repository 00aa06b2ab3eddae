import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { compare, POLICIES } from "../src/index.ts";
import { applyPolicy } from "../src/policy/apply.ts";
import type { Comparison, Json, PolicyName, Schema } from "../src/index.ts";
import { readDocument } from "../src/schema/document.ts";
import { validate } from "../src/validate/interpret.ts";
import { instances, mutated, schemas } from "./arbitrary-schemas.ts";

const DIALECTS = ["draft-07", "2020-12"] as const;
const options = { strict: false, logger: false, multipleOfPrecision: 9, ownProperties: true } as const;
const samples: Json[] = fc.sample(instances, { numRuns: 100, seed: 11 });

const validators = { "draft-07": new Ajv(options), "2020-12": new Ajv2020(options) };
for (const validator of Object.values(validators)) addFormats.default(validator);

function compiled(schema: Schema, dialect: "draft-07" | "2020-12"): ValidateFunction | undefined {
  try {
    return validators[dialect].compile(schema);
  } catch {
    return undefined;
  }
}

/** Beside a `$ref` draft-07 has no keywords, but ajv evaluates them. */
function hasSiblings(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return false;
  const beside = "$ref" in schema && Object.keys(schema).length > 1;
  return beside || Object.values(schema).some((value) => hasSiblings(value));
}

function verdictsOf({ backward, forward }: Comparison): string[] {
  return [backward.verdict, forward.verdict];
}

/** Verdicts are never contradicted. */
function verdicts(dialect: (typeof DIALECTS)[number], runs: (count: number) => number): void {
  const schema = schemas(dialect);
  const pairs = fc.oneof(fc.tuple(schema, schema), mutated(schema));

  test("no verdict is contradicted by an instance", () => {
    const property = fc.property(pairs, ([older, newer]) => {
      const comparison = compare(older, newer, { dialect });
      const [old, next] = [readDocument(older, dialect), readDocument(newer, dialect)];
      for (const [{ verdict, witness }, writer, reader] of [
        [comparison.backward, old, next] as const,
        [comparison.forward, next, old] as const,
      ]) {
        const breaks = (value: Json): boolean =>
          validate(writer, value, true).valid === true && validate(reader, value, true).valid === false;
        if (verdict === "compatible") expect(samples.find(breaks)).toBeUndefined();
        if (verdict === "incompatible") expect(breaks(witness as Json)).toBe(true);
      }
    });
    fc.assert(property, { numRuns: runs(80), seed: 20_260_101 });
  });

  test("ajv, asked afresh, accepts and refuses every witness as claimed", () => {
    const property = fc.property(pairs, ([older, newer]) => {
      if (dialect === "draft-07" && (hasSiblings(older) || hasSiblings(newer))) return;
      const { backward, forward } = compare(older, newer, { dialect });
      const [old, next] = [compiled(older, dialect), compiled(newer, dialect)];
      for (const [{ verdict, witness }, writer, reader] of [
        [backward, old, next] as const,
        [forward, next, old] as const,
      ]) {
        if (verdict !== "incompatible" || writer === undefined || reader === undefined) continue;
        expect([writer(witness), reader(witness)]).toEqual([true, false]);
      }
    });
    fc.assert(property, { numRuns: runs(40), seed: 7 });
  });

  test("a schema is never incompatible with itself under any policy", () => {
    const policies: PolicyName[] = ["strict", "tolerant", "lenient", "evidence"];
    const property = fc.property(schemas(dialect), fc.constantFrom(...policies), (schema, policy) => {
      const comparison = compare(schema, structuredClone(schema), { dialect, policy, writtenKeys: ["a"] });
      expect(verdictsOf(comparison)).not.toContain("incompatible");
    });
    fc.assert(property, { numRuns: runs(100), seed: 3 });
  });
}

/** Verdicts, policies and validators agree with each other. */
function relations(dialect: (typeof DIALECTS)[number], runs: (count: number) => number): void {
  const schema = schemas(dialect);
  const pairs = fc.oneof(fc.tuple(schema, schema), mutated(schema));

  test("a policy only ever narrows what is written and widens what is read", () => {
    const property = fc.property(schemas(dialect), fc.constantFrom("tolerant", "lenient"), (schema, name) => {
      const document = readDocument(schema, dialect);
      const written = applyPolicy(document, "writer", POLICIES[name], []).document;
      const read = applyPolicy(document, "reader", POLICIES[name], []).document;
      for (const value of samples.slice(0, 80)) {
        const valid = [written, document, read].map((each) => validate(each, value, true).valid);
        const [writes, plain, reads] = valid;
        if (writes === true && plain !== undefined) expect(plain).toBe(true);
        if (plain === true && reads !== undefined) expect(reads).toBe(true);
      }
    });
    fc.assert(property, { numRuns: runs(80), seed: 13 });
  });

  test("backward of a pair is forward of the pair turned round, witness and all", () => {
    const property = fc.property(pairs, ([older, newer]) => {
      const [one, other] = [compare(older, newer, { dialect }), compare(newer, older, { dialect })];
      const core = ({ verdict, witness, reason }: Comparison["backward"]): unknown => ({ verdict, witness, reason });
      expect(core(one.backward)).toEqual(core(other.forward));
      expect(core(one.forward)).toEqual(core(other.backward));
    });
    fc.assert(property, { numRuns: runs(50), seed: 5 });
  });

  test("compatibility is transitive", () => {
    const schema = schemas(dialect);
    const property = fc.property(mutated(schema), schema, ([a, b], c) => {
      const wider: Schema = { anyOf: [b, c] };
      const first = compare(a, b, { dialect }).backward.verdict;
      const second = compare(b, wider, { dialect }).backward.verdict;
      if (first === "compatible" && second === "compatible") {
        expect(compare(a, wider, { dialect }).backward.verdict).not.toBe("incompatible");
      }
    });
    fc.assert(property, { numRuns: runs(50), seed: 9 });
  });

  test("the interpreter agrees with ajv where ajv follows the specification", () => {
    const property = fc.property(schemas(dialect), (schema) => {
      const ajv = compiled(schema, dialect);
      const known = hasSiblings(schema) || JSON.stringify(schema).includes('"contains"');
      if (ajv === undefined || known) return;
      const document = readDocument(schema, dialect);
      for (const value of samples.slice(0, 60)) {
        const { valid } = validate(document, value, true);
        if (valid !== undefined) expect(ajv(value)).toBe(valid);
      }
    });
    fc.assert(property, { numRuns: runs(40), seed: 1 });
  });
}

/** What holds for any schemas, tried on random ones; `scale` multiplies the number of runs. */
export function describeRandomSchemas(scale: number): void {
  const runs = (count: number): number => Math.max(1, Math.round(count * scale));
  describe.each(DIALECTS)("random schemas in %s", (dialect) => {
    verdicts(dialect, runs);
    relations(dialect, runs);
  });
}
