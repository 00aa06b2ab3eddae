import { compare } from "@eventpact/compat";
import type { CompareOptions, Judgement, Schema } from "@eventpact/compat";
import { isObject } from "../read/json.ts";
import { dialectNamed, draftNames } from "./dialects.ts";
import type { Line } from "./lines.ts";
import { linesOf } from "./lines.ts";

/** Bytes of one line at most; a line beyond it is an error record. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** One direction in an answer: the verdict and what shows it. */
export interface PairVerdict {
  readonly verdict: Judgement["verdict"];
  readonly witness?: Judgement["witness"];
  readonly largeWitness?: Judgement["largeWitness"];
  readonly rejection?: Judgement["rejection"];
  /** Only with `undecided`: why. */
  readonly reason?: Judgement["reason"];
  readonly note?: string;
}

/** The answer to one line, in the order of the lines. `micros` is the time of the judgement in microseconds. */
export type PairAnswer =
  | { readonly name: string; readonly backward: PairVerdict; readonly forward: PairVerdict; readonly micros: number }
  | { readonly name: string | null; readonly line: number; readonly error: string };

/**
 * Judges pairs of schemas from JSON Lines `{"name","old","new","draft"?,"documents"?}`, one answer per line, empty lines skipped. A line
 * that cannot be judged is answered with an error, and the next one follows. Holds one line at a time.
 */
export async function* judgePairs(
  chunks: AsyncIterable<Uint8Array>,
  options: CompareOptions,
): AsyncGenerator<PairAnswer> {
  for await (const line of linesOf(chunks, MAX_LINE_BYTES)) {
    if (!line.tooLong && line.text.trim() === "") continue;
    yield judgeLine(line, options);
  }
}

function judgeLine(line: Line, options: CompareOptions): PairAnswer {
  const fault = (error: string, name: string | null = null): PairAnswer => ({ name, line: line.number, error });
  if (line.tooLong) return fault(`The line has more than ${MAX_LINE_BYTES.toLocaleString("en")} bytes.`);
  let pair: unknown;
  try {
    pair = JSON.parse(line.text);
  } catch (error) {
    return fault(`The line is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(pair)) return fault('The line is no object; it looks like {"name": …, "old": …, "new": …}.');
  const { name: given, draft } = pair;
  const name = typeof given === "string" ? given : given === undefined || given === null ? "" : JSON.stringify(given);
  for (const side of ["old", "new"] as const) {
    const schema = pair[side];
    if (schema === undefined) return fault(`"${side}" is missing.`, name);
    if (typeof schema !== "boolean" && !isObject(schema))
      return fault(`"${side}" is no JSON Schema: it must be an object, true or false.`, name);
  }
  const dialect = draft === undefined || draft === null ? options.dialect : dialectOf(draft);
  if (dialect === "unknown")
    return fault(`There is no draft ${JSON.stringify(draft)}; there are ${draftNames.join(", ")}.`, name);
  const { documents } = pair;
  if (documents !== undefined && !(isObject(documents) && Object.values(documents).every(isSchema)))
    return fault('"documents" is no object of schemas by the address that "$ref" gives them.', name);
  const asked =
    documents === undefined ? options : { ...options, documents: documents as Readonly<Record<string, Schema>> };
  const started = performance.now();
  const judged = compare(pair["old"] as Schema, pair["new"] as Schema, { ...asked, ...(dialect ? { dialect } : {}) });
  const micros = Math.round((performance.now() - started) * 1000);
  return { name, backward: verdictOf(judged.backward), forward: verdictOf(judged.forward), micros };
}

function dialectOf(draft: unknown): CompareOptions["dialect"] | "unknown" {
  const isName = typeof draft === "string" || typeof draft === "number";
  return (isName ? dialectNamed(draft) : undefined) ?? "unknown";
}

function verdictOf(judgement: Judgement): PairVerdict {
  const { changes: _, ...verdict } = judgement;
  return verdict;
}

function isSchema(value: unknown): boolean {
  return typeof value === "boolean" || isObject(value);
}
