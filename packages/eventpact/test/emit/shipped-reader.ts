import { describe, expect, test } from "@jest/globals";
import { includes, instancesOf, writtenBy } from "@eventpact/compat";
import type { Dialect, Json, Judgement, PolicyName, Schema } from "@eventpact/compat";
import fc from "fast-check";
import { everydayEdits } from "../../../compat/test/everyday-edits.ts";
import { nearby, policyPairs } from "../../../compat/test/policy-schemas.ts";
import type { JsonSchema } from "../../src/model/types.ts";
import type { GeneratedModule } from "./generated-package.ts";
import { bytes, emitEvents, eventWith, importPackage, writePackage } from "./generated-package.ts";
import { tangledEdits } from "./tangled-edits.ts";

type Pair = readonly [older: Schema, newer: Schema];

const policies: readonly PolicyName[] = ["strict", "tolerant", "lenient", "evidence"];
/** Undeclared keys that were written, for the policy that asks. */
const writtenKeys = ["x1"];

/** A package with both versions of every pair, each an event: `P3.v1` and `P3.v2`. */
async function packageOf(pairs: readonly Pair[], dialect: Dialect, policy: PolicyName): Promise<Shipped> {
  const events = pairs.flatMap((pair, at) =>
    pair.map((schema, index) => {
      const version = { key: `P${at}.v${index + 1}`, eventType: `P${at}`, version: index + 1 };
      return eventWith(schema as JsonSchema, { ...version, dialect });
    }),
  );
  const emitted = await emitEvents(events, { policy });
  const left = new Set(emitted.troubles.filter(({ severity }) => severity === "error").map(({ event }) => event));
  return { events: await importPackage(await writePackage(emitted)), left };
}

interface Shipped {
  readonly events: GeneratedModule;
  /** Events that no code could be made of. */
  readonly left: ReadonlySet<string>;
}

interface Counts {
  compatible: number;
  incompatible: number;
  undecided: number;
  values: number;
  completed: number;
}

interface Question {
  readonly writer: Schema;
  readonly reader: Schema;
  /** The event that reads. */
  readonly key: string;
  readonly dialect: Dialect;
  readonly policy: PolicyName;
  readonly values: readonly Json[];
}

/** What contradicts the verdict, as what the generated decoder does; counts what was looked at. */
function contradiction({ events }: Shipped, question: Question, counts: Counts): object | undefined {
  const { writer, reader, key, dialect, policy, values } = question;
  const judgement: Judgement = includes(writer, reader, { dialect, policy, writtenKeys });
  const shown = { policy, writer, reader, verdict: judgement.verdict, note: judgement.note };
  counts[judgement.verdict] += 1;
  if (judgement.verdict === "incompatible") {
    const taken = events.decodeAs(key, bytes(JSON.stringify(judgement.witness)));
    return taken.ok ? { ...shown, takes: judgement.witness } : undefined;
  }
  if (judgement.verdict === "undecided") return undefined;
  const isWritten = writtenBy(writer, { dialect, policy, writtenKeys });
  for (const value of values) {
    // A decoder takes no such key, whatever a schema says.
    if (isWritten(value) !== true || JSON.stringify(value).includes('"__proto__"')) continue;
    counts.values += 1;
    const taken = events.decodeAs(key, bytes(JSON.stringify(value)));
    if (!taken.ok) return { ...shown, refuses: value, why: taken["message"] };
    const { envelope } = taken as unknown as { envelope: Json };
    if (JSON.stringify(envelope) !== JSON.stringify(value)) counts.completed += 1;
    const again = events.read(key, envelope) as unknown as { envelope: Json };
    if (JSON.stringify(again.envelope) !== JSON.stringify(envelope)) return { ...shown, changesAgain: envelope };
    const mayDiffer = policy === "lenient" ? /"(?:oneOf|enum)"/ : /"oneOf"/;
    if (!mayDiffer.test(JSON.stringify(reader)) && !events.validate(key, envelope).ok) return { ...shown, envelope };
  }
  return undefined;
}

async function contradictions(
  pairs: readonly Pair[],
  dialect: Dialect,
  policy: PolicyName,
  valuesOf: (writer: Schema, index: number) => readonly Json[],
): Promise<{ readonly found: readonly object[]; readonly counts: Counts }> {
  const shipped = await packageOf(pairs, dialect, policy);
  const counts: Counts = { compatible: 0, incompatible: 0, undecided: 0, values: 0, completed: 0 };
  const found = pairs.flatMap(([older, newer], at) =>
    [
      { writer: older, reader: newer, key: `P${at}.v2` },
      { writer: newer, reader: older, key: `P${at}.v1` },
    ].flatMap((direction) => {
      if (shipped.left.has(direction.key)) return [];
      const question = { ...direction, dialect, policy, values: valuesOf(direction.writer, at) };
      return contradiction(shipped, question, counts) ?? [];
    }),
  );
  return { found, counts };
}

const suites: readonly (readonly [Dialect, readonly Pair[]])[] = [
  ["draft-07", [...everydayEdits.map(([, older, newer]): Pair => [older, newer]), ...tangledEdits("draft-07")]],
  ["2020-12", tangledEdits("2020-12")],
];

/** Types cannot be made yet of schemas that contain themselves in place. */
const isFlat = (schema: Schema): boolean => {
  const { definitions = {} } = schema as { definitions?: object };
  return !JSON.stringify(schema).includes('"$ref":"#"') && !JSON.stringify(definitions).includes('"$ref"');
};

/** The verdicts of the engine, held against generated decoders that are really imported; `scale` multiplies the schemas. */
export function describeShippedReader(scale: number): void {
  describe.each(policies)("the reader that ships under the policy %s", (policy) => {
    test("does with everyday and with tangled edits what their verdicts say", async () => {
      const draw = drawing();
      for (const [dialect, pairs] of suites) {
        const values = (writer: Schema): readonly Json[] => [...sampled(writer, 30, dialect), ...nearby(draw, 40)];
        const { found, counts } = await contradictions(pairs, dialect, policy, values);
        expect(found.map((one) => JSON.stringify(one))).toEqual([]);
        if (policy !== "strict") expect(counts.undecided).toBe(0);
        expect(counts.values).toBeGreaterThan(counts.compatible);
      }
    });

    test.each(["draft-07", "2020-12"] as const)(
      "does with random edits in %s what their verdicts say",
      async (dialect) => {
        const numRuns = Math.round(12 * scale);
        const flat = policyPairs(dialect).filter((pair) => pair.every(isFlat));
        const draw = drawing();
        for (let batch = 0; batch * 250 < numRuns; batch += 1) {
          const pairs = fc.sample(flat, { numRuns: Math.min(250, numRuns - batch * 250), seed: 20_260_115 + batch });
          // Searching for instances is dear: of some, the others draw theirs from the same small world.
          const { found, counts } = await contradictions(pairs, dialect, policy, (writer, at) => [
            ...(at % 10 === 0 ? sampled(writer, 10, dialect) : []),
            ...nearby(draw, 40),
          ]);
          expect(found.map((one) => JSON.stringify(one))).toEqual([]);
          expect(counts.compatible).toBeGreaterThan(0);
          expect(counts.incompatible).toBeGreaterThan(0);
          expect(counts.values).toBeGreaterThan(0);
        }
      },
    );
  });
}

/** Searched for, as witnesses are: once, for all policies. */
function sampled(schema: Schema, places: number, dialect: Dialect = "draft-07"): readonly Json[] {
  if (typeof schema === "boolean") return [];
  let found = instances.get(schema);
  if (found === undefined) instances.set(schema, (found = instancesOf(schema, { dialect, places })));
  return found;
}

const instances = new WeakMap<object, readonly Json[]>();

/** The same numbers in every run. */
function drawing(): () => number {
  let state = 1;
  return () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 8;
}
