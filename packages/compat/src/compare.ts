import { decide } from "./decide.ts";
import type { Answer, Question } from "./decide.ts";
import { differences } from "./explain/differences.ts";
import { judgement } from "./explain/judgement.ts";
import { applyPolicy } from "./policy/apply.ts";
import { POLICIES, readingOf } from "./policy/policies.ts";
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
  const backward = judge(old, next, policy, options.writtenKeys ?? [], common);
  const forward = judge(next, old, policy, options.writtenKeys ?? [], common);
  const found = guarded(() => differences(old.root, next.root, readingOf(policy)), []);
  return {
    backward: judgement("backward", backward, found),
    forward: judgement("forward", forward, found),
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
): Answer {
  return guarded(
    () => {
      const writing = applyPolicy(writer, "writer", policy, writtenKeys);
      const reading = applyPolicy(reader, "reader", policy, writtenKeys);
      const answer = decide({ ...common, writer: writing.document, reader: reading.document });
      if (answer.verdict !== "incompatible") return answer;
      return { ...answer, rejection: { ...answer.rejection, schema: reading.original(answer.rejection.schema) } };
    },
    { verdict: "undecided", reason: "budget" },
  );
}

/** Schemas nested so deeply that walking them exhausts the stack are too much work like any other. */
function guarded<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}
