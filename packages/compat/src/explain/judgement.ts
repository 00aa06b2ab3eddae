import type { Answer } from "../decide.ts";
import { describe } from "../large/describe.ts";
import { isPlain } from "../large/value.ts";
import type { Change, Direction, Rejection, Judgement, UndecidedReason } from "../types.ts";
import { changesFor } from "./changes.ts";
import { fingerprint } from "./difference.ts";
import type { Difference } from "./difference.ts";

const REASONS: Readonly<Record<UndecidedReason, string>> = {
  budget: "The question takes more work than the budget allows.",
  "unsupported-pattern":
    "A pattern or format in question cannot be expressed by automata, so nothing is proved about it.",
  "unsupported-keyword": "A keyword in question is outside of what can be proved.",
  "unresolved-reference": "A reference names no schema that is known, or needs itself.",
  "unconfirmed-witness": "A counterexample was found, but the validators do not agree that it is one.",
  "invalid-schema": "A JSON Schema is `true`, `false` or an object.",
  "unknown-dialect": "A schema says that it is written in a dialect that is not known.",
};

const VACUOUS =
  "No instance satisfies the writing schema, so there is nothing to break: check whether that is intended.";

/** An answer with its explanation, as one direction's judgement; `remark` is said beside what the answer itself says. */
export function judgement(
  direction: Direction,
  answer: Answer,
  differences: readonly Difference[],
  remark?: string,
): Judgement {
  const rejection = answer.verdict === "incompatible" ? answer.rejection : undefined;
  const vacuous = answer.verdict === "compatible" && answer.vacuous;
  const listed = changesFor(direction, answer.verdict, rejection, differences);
  const unexplained = rejection !== undefined && !listed.some(({ severity }) => severity === "breaking");
  const extra = unexplained
    ? [unexplainedChange(direction, rejection)]
    : vacuous
      ? [unsatisfiableChange(direction)]
      : [];
  const changes = [...extra, ...listed];
  const reason = answer.verdict === "undecided" ? REASONS[answer.reason] : undefined;
  const large = answer.verdict === "incompatible" && !isPlain(answer.witness) ? describe(answer.witness) : undefined;
  const size = large === undefined ? undefined : `The witness is too large to be written out: ${large.words}.`;
  const notes = [size, answer.note ?? (vacuous ? VACUOUS : reason), remark].filter((text) => text !== undefined);
  const said = notes.length === 0 ? {} : { note: notes.join(" ") };
  if (answer.verdict === "incompatible") {
    const { witness: value } = answer;
    const witness = isPlain(value) ? { witness: value } : large === undefined ? {} : { largeWitness: large };
    return { verdict: answer.verdict, ...witness, rejection: answer.rejection, ...said, changes };
  }
  if (answer.verdict === "undecided") {
    return { verdict: answer.verdict, reason: answer.reason, ...said, changes };
  }
  return { verdict: answer.verdict, ...said, changes };
}

/** For a break that no single difference stands for: what the refusing schema says at that place. */
function unexplainedChange(direction: Direction, { schema, keyword, message, instance }: Rejection): Change {
  const place = direction === "backward" ? { older: "", newer: schema } : { older: schema, newer: "" };
  return {
    ...place,
    code: "schema-replaced",
    severity: "breaking",
    keyword,
    message: `${instance === "" ? "The event" : `The value at ${instance}`} ${message}, which the other schema does not demand.`,
    fingerprint: fingerprint(["schema-replaced", direction, schema, keyword]),
  };
}

function unsatisfiableChange(direction: Direction): Change {
  return {
    code: "schema-unsatisfiable",
    severity: "warning",
    older: "",
    newer: "",
    keyword: "schema",
    message: `No instance satisfies the ${direction === "backward" ? "older" : "newer"} schema, so nothing can break.`,
    hint: "Two of its demands exclude each other.",
    fingerprint: fingerprint(["schema-unsatisfiable", direction]),
  };
}
