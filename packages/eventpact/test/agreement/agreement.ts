import { expect } from "@jest/globals";
import type { Mode, PolicyName, Verdict } from "@eventpact/compat";
import fc from "fast-check";
import { modeNames, policyNames } from "../../src/config/settings-schema.ts";
import type { Verdict as Answer } from "../../src/deploy/reading.ts";
import type { Json } from "../../src/read/json.ts";
import { edits } from "./edits.ts";
import type { Answers, Change, Directions } from "./rooms.ts";
import { ask, EVENT } from "./rooms.ts";

const answerOf: Readonly<Record<Verdict, Answer>> = { compatible: "yes", incompatible: "no", undecided: "unknown" };

const demands = (mode: Mode): readonly (keyof Directions)[] =>
  (["backward", "forward"] as const).filter(
    (direction) => mode.startsWith("FULL") || mode.startsWith(direction.toUpperCase()),
  );

/** Of what `diff` says of the change: the two verdicts about the event. Words alone have none. */
function directionsOf({ diff }: Answers): Directions {
  const found = diff.verdicts.find(({ event }) => event === EVENT);
  return { backward: found?.backward ?? "compatible", forward: found?.forward ?? "compatible" };
}

/**
 * Asks every room the same question and compares. By schemas: new readers read old events, old readers read new ones, in `diff`,
 * on the site, in the matrix of `can-i-deploy`, of what topics still hold, and in `plan`. By the mode: `diff` and `check` refuse
 * what it demands, and nothing else.
 */
export async function compareRooms(change: Change): Promise<void> {
  const answers = await ask(change);
  const facts = directionsOf(answers);
  expect(answers.docs).toEqual(facts);
  expect(answers.docsOfVersions).toEqual(facts);
  const expected = { backward: answerOf[facts.backward], forward: answerOf[facts.forward] };
  expect(answers.rows).toEqual(expected);
  expect(answers.retained).toBe(expected.backward);
  expect(answers.plan ?? { backward: "yes", forward: "yes" }).toEqual(expected);
  // Whoever cannot read what is there may not go, in whatever order; whoever can, goes first.
  expect(answers.dryRun).toBe(expected.backward);
  const demanded = demands(change.mode).map((direction) => facts[direction]);
  const verdict = demanded.includes("incompatible")
    ? "breaking"
    : demanded.includes("undecided")
      ? "undecided"
      : "compatible";
  expect(answers.diff.verdict).toBe(verdict);
  expect(answers.check.some(({ severity }) => severity === "error")).toBe(verdict !== "compatible");
}

/**
 * Where readers look only at what their contracts name, the contract is the reader: what `verify` says of the newer schema,
 * `can-i-deploy`, `plan` and what `diff` says of the consumer are one.
 */
export async function compareContracts(change: Change): Promise<void> {
  const answers = await ask(change);
  const { rows, verify, plan, diff } = answers;
  const undecided = verify.some(({ code }) => code === "pact-undecided");
  const broken = verify.some(({ code }) => code !== "pact-undecided");
  expect(rows.forward).toBe(broken ? "no" : undecided ? "unknown" : "yes");
  expect(answers.retained).toBe(rows.backward);
  if (plan !== undefined) expect(plan).toEqual(rows);
  const effects = diff.changes.flatMap(({ consumers }) => consumers.map(({ effect }) => effect));
  const breaks = rows.backward === "yes" && rows.forward === "no";
  if (breaks) expect(effects).toContain("breaks");
  if (rows.forward === "yes") expect(effects).not.toContain("breaks");
  if (breaks) expect(diff.verdict).toBe("breaking");
  if (rows.backward === "yes" && rows.forward === "yes") expect(diff.verdict).toBe("compatible");
}

const settings = {
  policy: fc.constantFrom<PolicyName>(...policyNames),
  mode: fc.constantFrom<Mode>(...modeNames.filter((mode) => !mode.endsWith("_TRANSITIVE"))),
};

/** With `extra` and `legacy`, which may be declared on neither side. */
const example = fc.constantFrom<Json | undefined>(undefined, { id: "1", extra: 1 }, { id: "1", legacy: { x: 1 } });

export const changes: fc.Arbitrary<Change> = fc
  .record({ edit: edits, example, ...settings })
  .map(({ edit: { older, newer }, example: shown, policy, mode }) => ({
    older,
    newer,
    policy,
    mode,
    readers: "validate" as const,
    ...(shown === undefined ? {} : { example: shown }),
  }));

export const contractChanges: fc.Arbitrary<Change> = fc
  .record({
    edit: edits,
    needs: fc.constantFrom<Readonly<Record<string, Json>>>(
      { id: "1" },
      { id: "1", note: "x" },
      { id: "1", extra: "x" },
    ),
    ...settings,
  })
  .map(({ edit: { older, newer }, needs, policy, mode }) => ({
    older,
    newer,
    needs,
    policy,
    mode,
    readers: "contract" as const,
  }));
