import type { Answer } from "../decide.ts";
import type { Direction, Judgement, UndecidedReason } from "../types.ts";
import { changesFor } from "./changes.ts";
import type { Difference } from "./difference.ts";

const REASONS: Readonly<Record<UndecidedReason, string>> = {
  budget: "The question takes more work than the budget allows.",
  "unsupported-pattern":
    "A pattern or format in question cannot be expressed by automata, so nothing is proved about it.",
  "unsupported-keyword": "A keyword in question is outside of what can be proved.",
  "unresolved-reference": "A reference names no schema that is known, or needs itself.",
  "unconfirmed-witness": "A counterexample was found, but the validators do not agree that it is one.",
  "invalid-schema": "A JSON Schema is `true`, `false` or an object.",
};

const VACUOUS =
  "No instance satisfies the writing schema, so there is nothing to break: check whether that is intended.";

/** An answer with its explanation, as one direction's judgement. */
export function judgement(direction: Direction, answer: Answer, differences: readonly Difference[]): Judgement {
  const rejection = answer.verdict === "incompatible" ? answer.rejection : undefined;
  const changes = changesFor(direction, answer.verdict, rejection, differences);
  if (answer.verdict === "incompatible") {
    return { verdict: answer.verdict, witness: answer.witness, rejection: answer.rejection, changes };
  }
  if (answer.verdict === "undecided") {
    return { verdict: answer.verdict, reason: answer.reason, note: REASONS[answer.reason], changes };
  }
  return answer.vacuous ? { verdict: answer.verdict, note: VACUOUS, changes } : { verdict: answer.verdict, changes };
}
