import { Compiler } from "./formula/compile.ts";
import { refusedBeside } from "./formula/difference.ts";
import type { Node } from "./formula/node.ts";
import { FormulaStore } from "./formula/store.ts";
import { written } from "./large/describe.ts";
import { isPlain } from "./large/value.ts";
import type { Value } from "./large/value.ts";
import type { SchemaDocument } from "./schema/document.ts";
import { canonical } from "./schema/json.ts";
import { Meter, OutOfBudget } from "./solve/budget.ts";
import { Solver } from "./solve/solver.ts";
import type { Json, Rejection, UndecidedReason } from "./types.ts";
import { ajvValidity } from "./validate/ajv.ts";
import { validate } from "./validate/interpret.ts";
import { refusal } from "./validate/refusal.ts";
import { refine } from "./witness/refine.ts";

/** Values put before the validators until one is confirmed. */
const MAX_CANDIDATES = 4;
/** Parts (characters, items, properties) of a witness that is written out; a larger one is described. */
const MAX_WRITTEN = 1000;
/** Parts of one that is built for ajv. */
const MAX_BUILT = 200_000;

/** The two schemas of a direction. */
export interface Roles {
  readonly writer: SchemaDocument;
  readonly reader: SchemaDocument;
}

export interface Settings {
  readonly assertsFormats: boolean;
  readonly steps: number;
  readonly states: number;
  /** Is a witness also run through ajv? */
  readonly asksAjv: boolean;
}

export type Answer =
  | { readonly verdict: "compatible"; readonly vacuous: boolean; readonly note?: string }
  | { readonly verdict: "incompatible"; readonly witness: Value; readonly rejection: Rejection; readonly note?: string }
  | { readonly verdict: "undecided"; readonly reason: UndecidedReason; readonly note?: string };

/**
 * Refutes "accepted by the writer and not by the reader". No value is a proof of compatibility; a value is a witness
 * only after both validators, the interpreter of the specification and ajv, have said the same.
 */
export function decide(roles: Roles, settings: Settings): Answer {
  try {
    return search(roles, settings);
  } catch (error) {
    if (error instanceof OutOfBudget || error instanceof RangeError) return { verdict: "undecided", reason: "budget" };
    throw error;
  }
}

function search(roles: Roles, settings: Settings): Answer {
  const compiler = new Compiler(new FormulaStore(), settings.assertsFormats);
  const { store } = compiler;
  const accepted = compiler.compile(roles.writer.root);
  const refused = refusedBeside(store, accepted, compiler.compile(roles.reader.root));
  const solver = new Solver(compiler, new Meter(settings.steps, settings.states));
  const tried = new Map<string, Json>();
  while (tried.size < MAX_CANDIDATES) {
    const outcome = solver.solve(store.and([accepted, refused, store.notEnumeration(new Map(tried))]));
    if (outcome.kind === "unknown") return { verdict: "undecided", reason: outcome.reason };
    if (outcome.kind === "none") {
      if (tried.size > 0) break;
      return { verdict: "compatible", vacuous: isEmpty(solver, accepted) };
    }
    const value = written(outcome.value, MAX_WRITTEN) ?? outcome.value;
    const confirmed = confirm(roles, settings, value);
    if (confirmed !== undefined) return confirmed;
    if (!isPlain(value)) break;
    tried.set(canonical(value), value);
  }
  return { verdict: "undecided", reason: store.missing ?? "unconfirmed-witness" };
}

/** Is it proved that the schema has no instance at all? */
export function isUnsatisfiable(document: SchemaDocument, settings: Settings): boolean {
  const compiler = new Compiler(new FormulaStore(), settings.assertsFormats);
  const solver = new Solver(compiler, new Meter(settings.steps, settings.states));
  return isEmpty(solver, compiler.compile(document.root));
}

/** Asked after the proof is complete: what is left of the budget may not suffice. */
function isEmpty(solver: Solver, accepted: Node): boolean {
  try {
    return solver.solve(accepted).kind === "none";
  } catch (error) {
    if (error instanceof OutOfBudget || error instanceof RangeError) return false;
    throw error;
  }
}

/** The value, made readable, as a witness if both validators say that it is one. */
function confirm(roles: Roles, settings: Settings, value: Value): Answer | undefined {
  const found = rejected(roles, settings, value);
  if (found === undefined) return undefined;
  const refusedAt = (candidate: Json): string | undefined => rejected(roles, settings, candidate)?.schema;
  const refined = isPlain(value) ? refine(value, roles.writer.root, refusedAt) : value;
  for (const witness of refined === value ? [value] : [refined, value]) {
    const rejection = witness === value ? found : rejected(roles, settings, witness);
    if (rejection !== undefined && agrees(roles, settings, witness)) {
      const said = refusal(roles.reader, witness, settings.assertsFormats) ?? rejection;
      return { verdict: "incompatible", witness, rejection: said };
    }
  }
  return undefined;
}

/** The reader's rejection of a value that the writer accepts and the reader refuses, by the interpreter. */
function rejected({ writer, reader }: Roles, { assertsFormats }: Settings, value: Value): Rejection | undefined {
  const read = validate(reader, value, assertsFormats);
  if (read.valid !== false || validate(writer, value, assertsFormats).valid !== true) return undefined;
  return read.rejection;
}

/** Does ajv agree, as far as it is asked and can be? */
function agrees({ writer, reader }: Roles, { assertsFormats, asksAjv }: Settings, value: Value): boolean {
  const plain = asksAjv ? written(value, MAX_BUILT) : undefined;
  if (plain === undefined) return true;
  return ajvValidity(reader, plain, assertsFormats) !== true && ajvValidity(writer, plain, assertsFormats) !== false;
}
