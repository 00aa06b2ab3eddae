import { readFileSync, readdirSync } from "node:fs";

export type JsonSchema = boolean | { readonly [keyword: string]: unknown };
export type Draft = "7" | "2019-09" | "2020-12" | "asyncapi";

/** One labelled pair of schemas; README.md beside this file explains the fields. */
export interface Pair {
  readonly name: string;
  readonly draft: Draft;
  readonly old: JsonSchema;
  readonly new: JsonSchema;
  readonly backward: boolean;
  readonly forward: boolean;
  readonly backwardWitness?: unknown;
  readonly forwardWitness?: unknown;
  readonly policy?: "strict" | "tolerant";
  readonly formats?: "assertion" | "annotation";
  readonly why: string;
}

/** One direction of a pair: is every instance of `writer` an instance of `reader`? */
export interface Question {
  readonly pair: Pair;
  readonly direction: "backward" | "forward";
  readonly writer: JsonSchema;
  readonly reader: JsonSchema;
  readonly included: boolean;
  readonly witness: { readonly value: unknown } | undefined;
}

/** The corpus files, in name order. */
export function corpusFiles(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith(".jsonl"))
    .sort();
}

/** The pairs of one corpus file; throws with file and line where a line is not JSON. */
export function readPairs(file: string): Pair[] {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line, index) => {
      try {
        return JSON.parse(line) as Pair;
      } catch (error) {
        throw new Error(`${file}:${index + 1} is not JSON`, { cause: error });
      }
    });
}

/** Every pair of the corpus. */
export function readCorpus(): Pair[] {
  return corpusFiles().flatMap(readPairs);
}

/** Both directions of a pair. */
export function questionsOf(pair: Pair): [Question, Question] {
  return [
    {
      pair,
      direction: "backward",
      writer: pair.old,
      reader: pair.new,
      included: pair.backward,
      witness: "backwardWitness" in pair ? { value: pair.backwardWitness } : undefined,
    },
    {
      pair,
      direction: "forward",
      writer: pair.new,
      reader: pair.old,
      included: pair.forward,
      witness: "forwardWitness" in pair ? { value: pair.forwardWitness } : undefined,
    },
  ];
}
