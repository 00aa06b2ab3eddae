import { readDocument } from "../schema/document.ts";
import type { SchemaDocument } from "../schema/document.ts";
import { declaredDraft } from "../schema/translate.ts";
import type { CompareOptions, Json, Policy, Schema } from "../types.ts";
import { validate } from "../validate/interpret.ts";
import { applyPolicy, isPlainReader, Rewriting } from "./apply.ts";
import { completionOf } from "./completion.ts";
import type { Completion } from "./completion.ts";
import { POLICIES } from "./policies.ts";

/** What takes values in under a policy: exactly what `compare` judges by. */
export interface Reader {
  /** What is accepted. Stands alone: every reference starts with `#`. */
  readonly schema: Schema;
  /** What is handed on of it; `undefined` where that is the value itself. */
  readonly completion: Completion | undefined;
  /** The pointer, in the schema that was given, of what a definition was made of; none for what only checks need. */
  original(definition: string): string | undefined;
}

export type ReaderOptions = Pick<CompareOptions, "dialect" | "policy" | "documents">;

/**
 * The reader of a schema under a policy: what `compare` takes for "accepted by the reading schema", and what becomes of
 * what is accepted. A value that the schema itself accepts stays as it is. For every other one, what the completion makes
 * of it is accepted by the schema itself, but for an alternative of `oneOf` that is not the only one to fit, and, under
 * a policy that tolerates them, for texts that no `enum` lists.
 *
 * In: a schema as parsed JSON. Out: `undefined` where the reader accepts what the schema accepts.
 */
export function readerOf(schema: Schema, options: ReaderOptions = {}): Reader | undefined {
  const policy = policyOf(options);
  if (isPlainReader(policy)) return undefined;
  const document = documentOf(schema, options);
  if (document.fault !== undefined) return undefined;
  const rewriting = new Rewriting(document, policy);
  const { document: rewritten, original } = rewriting.run("read");
  const { root } = rewritten;
  if (!rewriting.relaxes) return undefined;
  const completion = completionOf(root.schema, rewriting);
  const { definitions } = rewriting;
  const own = typeof root.schema === "object" ? root.schema : {};
  return {
    schema: Object.keys(definitions).length === 0 ? root.schema : { ...own, $defs: definitions },
    completion,
    original(definition) {
      const pointer = `/$defs/${definition}`;
      const origin = original(pointer);
      return origin === pointer ? undefined : origin;
    },
  };
}

/**
 * Tells of a value whether it is written under a policy, as `compare` takes it: accepted by the writing schema, without
 * keys that the policy says nobody writes. `undefined` where that is not known.
 */
export function writtenBy(
  schema: Schema,
  options: ReaderOptions & Pick<CompareOptions, "writtenKeys"> = {},
): (value: Json) => boolean | undefined {
  const document = documentOf(schema, options);
  const { document: written } = applyPolicy(document, "writer", policyOf(options), options.writtenKeys ?? []);
  return (value) => validate(written, value, true).valid;
}

const documentOf = (schema: Schema, { dialect, documents }: ReaderOptions): SchemaDocument =>
  readDocument(schema, dialect ?? declaredDraft(schema).draft ?? "draft-07", documents ?? {});

const policyOf = ({ policy }: Pick<CompareOptions, "policy">): Policy =>
  typeof policy === "object" ? policy : POLICIES[policy ?? "strict"];
