import { readFileSync } from "node:fs";
import { readCorpus } from "../corpus/pairs.ts";
import type { Draft, JsonSchema, Pair } from "../corpus/pairs.ts";

/** A pair as the benchmark asks it; a label that is not a boolean is not judged. */
export interface BenchPair {
  readonly name: string;
  readonly draft: Draft;
  readonly old: JsonSchema;
  readonly new: JsonSchema;
  readonly backward: unknown;
  readonly forward: unknown;
  readonly policy?: "strict" | "tolerant";
  readonly formats?: "assertion" | "annotation";
}

/** The corpus, or the pairs of a JSON Lines file with the same fields. Throws with the line number for a bad line. */
export function readPairsToAsk(path: string | undefined): readonly BenchPair[] {
  if (path === undefined) return readCorpus() satisfies Pair[];
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line, index) => {
      const pair: unknown = parseLine(line, `${path}:${index + 1}`);
      if (typeof pair !== "object" || pair === null || !("old" in pair) || !("new" in pair) || !("name" in pair))
        throw new Error(`${path}:${index + 1}: expected an object with name, old, new, backward and forward`);
      return { draft: "7", backward: undefined, forward: undefined, ...pair } as BenchPair;
    });
}

function parseLine(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`${place} is not JSON`, { cause: error });
  }
}

/** Labelled for plain inclusion, formats describing only: what every tool can be asked. */
export function isPlain(pair: BenchPair): boolean {
  return pair.policy !== "tolerant" && pair.formats !== "assertion";
}

const differing =
  /"(additionalItems|dependencies|dependent\w+|prefixItems|minContains|maxContains|unevaluated\w+|\$recursive\w+)":/;

/** Does the pair mean the same when read as 2020-12? */
export function meansTheSameIn2020(pair: BenchPair): boolean {
  const text = JSON.stringify([pair.old, pair.new]);
  const references = /"\$ref":"[^"]*",|,"\$ref"|"\$id":"#/;
  return pair.draft === "2020-12" || !(differing.test(text) || text.includes('"items":[') || references.test(text));
}
