import { readDocument } from "../schema/document.ts";
import type { Reading } from "../schema/deviations.ts";
import { declaredDraft } from "../schema/translate.ts";
import type { CompareOptions, Schema } from "../types.ts";
import { isPlainReader, Rewriting } from "./apply.ts";
import { completionOf } from "./completion.ts";
import type { Completion } from "./completion.ts";
import { POLICIES } from "./policies.ts";

/** What takes values in under a policy: exactly what `compare` judges by. */
export interface Reader {
  /** What is accepted. Stands alone: every reference starts with `#`. */
  readonly schema: Schema;
  /** What is handed on of it; `undefined` where that is the value itself. */
  readonly completion: Completion | undefined;
}

export interface ReaderOptions extends Pick<CompareOptions, "dialect" | "policy" | "documents"> {
  /** How keywords are read that ajv and the specification read differently; as `compare` by default. */
  readonly reading?: Reading;
}

/**
 * The reader of a schema under a policy: what `compare` takes for "accepted by the reading schema", and what becomes of
 * what is accepted. A value that the schema itself accepts stays as it is. For every other one, what the completion makes
 * of it is accepted by the schema itself, but for an alternative of `oneOf` that is not the only one to fit, and, under
 * a policy that tolerates them, for texts that no `enum` lists.
 *
 * In: a schema as parsed JSON. Out: `undefined` where the reader accepts what the schema accepts.
 */
export function readerOf(schema: Schema, options: ReaderOptions = {}): Reader | undefined {
  const policy = typeof options.policy === "object" ? options.policy : POLICIES[options.policy ?? "strict"];
  if (isPlainReader(policy)) return undefined;
  const dialect = options.dialect ?? declaredDraft(schema).draft ?? "draft-07";
  const document = readDocument(schema, dialect, options.documents ?? {}, {
    reading: options.reading ?? "specification",
  });
  if (document.fault !== undefined) return undefined;
  const rewriting = new Rewriting(document, policy);
  const { root } = rewriting.run("read").document;
  if (!rewriting.relaxes) return undefined;
  const completion = completionOf(root.schema, rewriting);
  const { definitions } = rewriting;
  const own = typeof root.schema === "object" ? root.schema : {};
  return {
    schema: Object.keys(definitions).length === 0 ? root.schema : { ...own, $defs: definitions },
    completion,
  };
}
