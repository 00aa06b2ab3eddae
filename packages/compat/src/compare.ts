import { decide, isUnsatisfiable } from "./decide.ts";
import type { Answer, Settings } from "./decide.ts";
import { differences } from "./explain/differences.ts";
import { judgement } from "./explain/judgement.ts";
import { applyPolicy } from "./policy/apply.ts";
import { POLICIES, viewOf } from "./policy/policies.ts";
import { readDocument } from "./schema/document.ts";
import type { SchemaDocument } from "./schema/document.ts";
import { canonical, isObject } from "./schema/json.ts";
import { letterOf } from "./schema/siblings.ts";
import { declaredDraft } from "./schema/translate.ts";
import type { CompareOptions, Comparison, Draft, Judgement, Policy, Schema } from "./types.ts";

const DEFAULT_STEPS = 60_000;
const DEFAULT_STATES = 5_000;

/**
 * Decides for both directions whether every instance the writing schema accepts is accepted by the reading schema.
 *
 * In: the two schemas as parsed JSON. Out: a proof (`compatible`), a witness (`incompatible`) or a reason
 * (`undecided`) per direction, with the changes that explain it. Never throws for what a schema contains.
 */
export function compare(older: Schema, newer: Schema, options: CompareOptions = {}): Comparison {
  const { old, next, applied, settings, dialects, invalid } = questionOf(older, newer, options);
  const policy = applied.policy.name;
  if (invalid !== undefined) return { backward: invalid, forward: invalid, policy, dialects };
  const backward = judge(old, next, applied, settings);
  const forward = applied.same ? backward : judge(next, old, applied, settings);
  const found = explained(old, next, applied);
  return {
    backward: judgement("backward", backward, found, applied.letter),
    forward: judgement("forward", forward, found, applied.letter),
    policy,
    dialects,
  };
}

/**
 * One direction alone: whether the reading schema accepts every instance that the writing schema accepts. The answer is
 * `compare(writer, reader, options).backward`, for half the work.
 */
export function includes(writer: Schema, reader: Schema, options: CompareOptions = {}): Judgement {
  const { old, next, applied, settings, invalid } = questionOf(writer, reader, options);
  if (invalid !== undefined) return invalid;
  return judgement("backward", judge(old, next, applied, settings), explained(old, next, applied), applied.letter);
}

/** Two schemas, read, with what is to be asked of them. */
interface Question {
  readonly old: SchemaDocument;
  readonly next: SchemaDocument;
  readonly applied: Applied;
  readonly settings: Settings;
  readonly dialects: Comparison["dialects"];
  /** One of them is no schema, so that nothing can be asked. */
  readonly invalid: Judgement | undefined;
}

function questionOf(older: Schema, newer: Schema, options: CompareOptions): Question {
  const policy = typeof options.policy === "object" ? options.policy : POLICIES[options.policy ?? "strict"];
  const said = { older: declaredDraft(older), newer: declaredDraft(newer) };
  const dialects = {
    older: options.dialect ?? said.older.draft ?? said.newer.draft ?? "draft-07",
    newer: options.dialect ?? said.newer.draft ?? said.older.draft ?? "draft-07",
  };
  const documents = options.documents ?? {};
  const settings: Settings = {
    assertsFormats: options.formats !== "annotation",
    steps: options.budget?.steps ?? DEFAULT_STEPS,
    states: options.budget?.states ?? DEFAULT_STATES,
    asksAjv: options.confirm === true,
  };
  const old = readDocument(older, dialects.older, documents);
  const next = readDocument(newer, dialects.newer, documents);
  const invalid = faulty("older", older, old, options.dialect) ?? faulty("newer", newer, next, options.dialect);
  const same =
    invalid === undefined &&
    dialects.older === dialects.newer &&
    guarded(() => canonical(older) === canonical(newer), false);
  const letter = same ? undefined : letterOf(old, next);
  const applied = { policy, writtenKeys: options.writtenKeys ?? [], same, letter };
  return { old, next, applied, settings, dialects, invalid };
}

function explained(old: SchemaDocument, next: SchemaDocument, { policy }: Applied): ReturnType<typeof differences> {
  return guarded(() => differences(old.root, next.root, viewOf(policy)), []);
}

function faulty(
  side: "older" | "newer",
  schema: Schema,
  { fault }: SchemaDocument,
  asked: Draft | undefined,
): Judgement | undefined {
  const { unknown } = declaredDraft(schema);
  if (unknown !== undefined && asked === undefined) {
    const note = `The ${side} schema says at /$schema that it is written in ${JSON.stringify(unknown)}, which is not known: drafts 04, 06, 07, 2019-09 and 2020-12 are.`;
    return { verdict: "undecided", reason: "unknown-dialect", note, changes: [] };
  }
  const isSchema = typeof schema === "boolean" || isObject(schema);
  if (isSchema && fault === undefined) return undefined;
  const what = fault === undefined ? "it must be `true`, `false` or an object" : `${fault.pointer} ${fault.message}`;
  const note = `The ${side} schema is invalid: ${what}.`;
  return { verdict: "undecided", reason: "invalid-schema", note, changes: [] };
}

interface Applied {
  readonly policy: Policy;
  readonly writtenKeys: readonly string[];
  /** The schemas are equal, so that nothing is to be searched. */
  readonly same: boolean;
  /** What the letter of a draft would have otherwise. */
  readonly letter: string | undefined;
}

function judge(
  writer: SchemaDocument,
  reader: SchemaDocument,
  { policy, writtenKeys, same }: Applied,
  settings: Settings,
): Answer {
  return guarded(
    () => {
      const writing = applyPolicy(writer, "writer", policy, writtenKeys);
      if (same) return { verdict: "compatible", vacuous: isUnsatisfiable(writing.document, settings) };
      const reading = applyPolicy(reader, "reader", policy, writtenKeys);
      const answer = decide({ writer: writing.document, reader: reading.document }, settings);
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
