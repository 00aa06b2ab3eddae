import type { SchemaDocument } from "./schema/document.ts";
import type { Json, Rejection } from "./types.ts";
import { validate as interpret } from "./validate/interpret.ts";
import { refusal } from "./validate/refusal.ts";

export interface ValidateOptions {
  /** Does `format` reject values (default `assertion`) or only describe them? */
  readonly formats?: "assertion" | "annotation";
}

export interface Validation {
  /** `undefined` where it is not known: an unresolved reference, a pattern that cannot be asked, too much work. */
  readonly valid: boolean | undefined;
  /** The counted work, at most 100,000. The time of one step is bounded: no pattern backtracks without end. */
  readonly steps: number;
  /** With `valid: false`: where the value is refused and why, looking into the alternative that was meant. */
  readonly rejection?: Rejection;
}

/**
 * Validates a value against a schema read by `readDocument`, by interpreting it: nothing is compiled, so that a schema
 * used once costs microseconds, and the work is counted, so that no schema, pattern or value can make it hang. Means what
 * generated validators mean. Never throws for what schema or value contain.
 */
export function validate(document: SchemaDocument, value: Json, options: ValidateOptions = {}): Validation {
  const assertsFormats = options.formats !== "annotation";
  const result = interpret(document, value, assertsFormats);
  if (result.valid !== false) return result;
  const rejection = refusal(document, value, assertsFormats) ?? result.rejection;
  return rejection === undefined ? result : { ...result, rejection };
}
