import { Compiler } from "./formula/compile.ts";
import type { Node } from "./formula/node.ts";
import { FormulaStore } from "./formula/store.ts";
import type { SchemaDocument } from "./schema/document.ts";
import { canonical } from "./schema/json.ts";
import { Meter, OutOfBudget } from "./solve/budget.ts";
import { Solver } from "./solve/solver.ts";
import type { Json, Rejection, Schema, UndecidedReason } from "./types.ts";
import { ajvValidity } from "./validate/ajv.ts";
import { validate } from "./validate/interpret.ts";

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
  const meter = new Meter(question.steps, question.states);
  const accepted = compiler.compile(writer.root);
  const refused = compiler.store.not(compiler.compile(reader.root));
  const outcome = new Solver(compiler, meter).solve(compiler.store.and([accepted, refused]));
  if (outcome.kind === "none") return { verdict: "compatible", vacuous: accepted === compiler.store.never };
  if (outcome.kind === "unknown") return { verdict: "undecided", reason: outcome.reason };
  return confirm(question, outcome.value, accepted);
}

function confirm(question: Question, value: Json, _accepted: Node): Answer {
  const rejection = interpreted(question, value);
  if (rejection === undefined || !agreed(question, value))
    return { verdict: "undecided", reason: "unconfirmed-witness" };
  return { verdict: "incompatible", witness: value, rejection };
}

/** The reader's rejection of a value that the writer accepts, as the interpreter sees it. */
export function interpreted({ writer, reader, assertsFormats }: Question, value: Json): Rejection | undefined {
  const read = validate(reader, value, assertsFormats);
  if (read.valid !== false || validate(writer, value, assertsFormats).valid !== true) return undefined;
  return read.rejection;
}

/** Does ajv agree, as far as it can be asked? */
export function agreed({ writer, reader, documents, assertsFormats }: Question, value: Json): boolean {
  return (
    ajvValidity(reader, documents, value, assertsFormats) !== true &&
    ajvValidity(writer, documents, value, assertsFormats) !== false
  );
}

export function sameText(a: Schema, b: Schema): boolean {
  return a === b || canonical(a) === canonical(b);
}
