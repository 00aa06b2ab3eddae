import { Compiler } from "./formula/compile.ts";
import { FormulaStore } from "./formula/store.ts";
import type { SchemaDocument } from "./schema/document.ts";
import { canonical } from "./schema/json.ts";
import { Meter, OutOfBudget } from "./solve/budget.ts";
import { Solver } from "./solve/solver.ts";
import type { Json, Rejection, Schema, UndecidedReason } from "./types.ts";
import { ajvValidity } from "./validate/ajv.ts";
import { validate } from "./validate/interpret.ts";
import { refine } from "./witness/refine.ts";

/** Values put before the validators until one is confirmed. */
const MAX_CANDIDATES = 4;

/** One direction's question: is everything the writer accepts accepted by the reader? */
export interface Question {
  readonly writer: SchemaDocument;
  readonly reader: SchemaDocument;
  readonly documents: Readonly<Record<string, Schema>>;
  readonly assertsFormats: boolean;
  readonly steps: number;
  readonly states: number;
}

export type Answer =
  | { readonly verdict: "compatible"; readonly vacuous: boolean }
  | { readonly verdict: "incompatible"; readonly witness: Json; readonly rejection: Rejection }
  | { readonly verdict: "undecided"; readonly reason: UndecidedReason };

/**
 * Refutes "accepted by the writer and not by the reader". No value is a proof of compatibility; a value is a witness
 * only after both validators, the interpreter of the specification and ajv, have said the same.
 */
export function decide(question: Question): Answer {
  try {
    return search(question);
  } catch (error) {
    if (error instanceof OutOfBudget || error instanceof RangeError) return { verdict: "undecided", reason: "budget" };
    throw error;
  }
}

function search(question: Question): Answer {
  const { writer, reader } = question;
  const compiler = new Compiler(new FormulaStore(), question.assertsFormats);
  const { store } = compiler;
  const accepted = compiler.compile(writer.root);
  const refused = store.not(compiler.compile(reader.root));
  const solver = new Solver(compiler, new Meter(question.steps, question.states));
  const tried = new Map<string, Json>();
  while (tried.size < MAX_CANDIDATES) {
    const outcome = solver.solve(store.and([accepted, refused, store.notEnumeration(new Map(tried))]));
    if (outcome.kind === "unknown") return { verdict: "undecided", reason: outcome.reason };
    if (outcome.kind === "none") {
      if (tried.size > 0) break;
      return { verdict: "compatible", vacuous: solver.solve(accepted).kind === "none" };
    }
    const confirmed = confirm(question, outcome.value);
    if (confirmed !== undefined) return confirmed;
    tried.set(canonical(outcome.value), outcome.value);
  }
  return { verdict: "undecided", reason: store.missing ?? "unconfirmed-witness" };
}

/** The value, made readable, as a witness if both validators say that it is one. */
function confirm(question: Question, value: Json): Answer | undefined {
  const first = interpreted(question, value);
  if (first === undefined) return undefined;
  const keeps = (candidate: Json): boolean => {
    const rejection = interpreted(question, candidate);
    return rejection !== undefined && rejection.schema === first.schema;
  };
  for (const witness of [refine(value, question.writer.root, keeps), value]) {
    const rejection = interpreted(question, witness);
    if (rejection !== undefined && agreed(question, witness)) return { verdict: "incompatible", witness, rejection };
  }
  return undefined;
}

/** The reader's rejection of a value that the writer accepts, as the interpreter sees it. */
function interpreted({ writer, reader, assertsFormats }: Question, value: Json): Rejection | undefined {
  const read = validate(reader, value, assertsFormats);
  if (read.valid !== false || validate(writer, value, assertsFormats).valid !== true) return undefined;
  return read.rejection;
}

/** Does ajv agree, as far as it can be asked? */
function agreed({ writer, reader, documents, assertsFormats }: Question, value: Json): boolean {
  return (
    ajvValidity(reader, documents, value, assertsFormats) !== true &&
    ajvValidity(writer, documents, value, assertsFormats) !== false
  );
}
