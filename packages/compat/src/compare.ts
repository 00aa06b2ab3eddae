import { decide } from "./decide.ts";
import type { Answer, Question } from "./decide.ts";
import { applyPolicy } from "./policy/apply.ts";
import { POLICIES } from "./policy/policies.ts";
import { declaredDialect } from "./schema/dialect.ts";
import { readDocument } from "./schema/document.ts";
import type { SchemaDocument } from "./schema/document.ts";
import { isObject } from "./schema/json.ts";
import type { CompareOptions, Comparison, Judgement, Policy, Schema } from "./types.ts";

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
  const common: Common = {
    documents,
    assertsFormats: options.formats !== "annotation",
    steps: options.budget?.steps ?? DEFAULT_STEPS,
    states: options.budget?.states ?? DEFAULT_STATES,
  };
  const invalid = [older, newer].some((schema) => typeof schema !== "boolean" && !isObject(schema));
  if (invalid) return { backward: NO_SCHEMA, forward: NO_SCHEMA, policy: policy.name, dialects };
  const old = readDocument(older, dialects.older, documents);
  const next = readDocument(newer, dialects.newer, documents);
  const written = options.writtenKeys ?? [];
  return {
    backward: judge(old, next, policy, written, common),
    forward: judge(next, old, policy, written, common),
    policy: policy.name,
    dialects,
  };
}

type Common = Omit<Question, "writer" | "reader">;

const NO_SCHEMA: Judgement = {
  verdict: "undecided",
  reason: "invalid-schema",
  note: "A JSON Schema is `true`, `false` or an object.",
  changes: [],
};

function judge(
  writer: SchemaDocument,
  reader: SchemaDocument,
  policy: Policy,
  writtenKeys: readonly string[],
  common: Common,
): Judgement {
  const answer = guarded(() => {
    const writing = applyPolicy(writer, "writer", policy, writtenKeys);
    const reading = applyPolicy(reader, "reader", policy, writtenKeys);
    const found = decide({ ...common, writer: writing.document, reader: reading.document });
    if (found.verdict !== "incompatible") return found;
    return { ...found, rejection: { ...found.rejection, schema: reading.original(found.rejection.schema) } };
  });
  if (answer.verdict === "incompatible") return { ...answer, changes: [] };
  if (answer.verdict === "undecided") return { ...answer, changes: [] };
  return { verdict: "compatible", changes: [] };
}

/** Schemas nested so deeply that walking them exhausts the stack are too much work like any other. */
function guarded(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return { verdict: "undecided", reason: "budget" };
    throw error;
  }
}
