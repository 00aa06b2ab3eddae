import { decide } from "./decide.ts";
import type { Question } from "./decide.ts";
import { POLICIES } from "./policy/policies.ts";
import { declaredDialect } from "./schema/dialect.ts";
import { readDocument } from "./schema/document.ts";
import type { CompareOptions, Comparison, Judgement, Schema } from "./types.ts";

const DEFAULT_STEPS = 60_000;
const DEFAULT_STATES = 5_000;

/**
 * Decides for both directions whether every instance the writing schema accepts is accepted by the reading schema.
 *
 * In: the two schemas as parsed JSON. Out: a proof (`compatible`), a witness (`incompatible`) or a reason
 * (`undecided`) per direction, with the changes that explain it. Never throws for what a schema contains.
 */
export function compare(older: Schema, newer: Schema, options: CompareOptions = {}): Comparison {
  const policy = typeof options.policy === "object" ? options.policy : POLICIES[options.policy ?? "strict"];
  const dialects = {
    older: options.dialect ?? declaredDialect(older) ?? declaredDialect(newer) ?? "draft-07",
    newer: options.dialect ?? declaredDialect(newer) ?? declaredDialect(older) ?? "draft-07",
  };
  const documents = options.documents ?? {};
  const old = readDocument(older, dialects.older, documents);
  const next = readDocument(newer, dialects.newer, documents);
  const common = {
    documents,
    assertsFormats: options.formats !== "annotation",
    steps: options.budget?.steps ?? DEFAULT_STEPS,
    states: options.budget?.states ?? DEFAULT_STATES,
  };
  return {
    backward: judge({ writer: old, reader: next, ...common }),
    forward: judge({ writer: next, reader: old, ...common }),
    policy: policy.name,
    dialects,
  };
}

function judge(question: Question): Judgement {
  const answer = decide(question);
  if (answer.verdict === "incompatible") return { ...answer, changes: [] };
  if (answer.verdict === "undecided") return { ...answer, changes: [] };
  return { verdict: "compatible", changes: [] };
}
