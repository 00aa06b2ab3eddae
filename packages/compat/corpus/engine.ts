import { compare } from "../src/index.ts";
import type { CompareOptions, Comparison } from "../src/index.ts";
import type { Pair } from "./pairs.ts";

const dialects = { "7": "draft-07", asyncapi: "draft-07", "2019-09": "2019-09", "2020-12": "2020-12" } as const;

/** The options under which a pair's labels hold. */
export function optionsOf(pair: Pair): CompareOptions {
  return {
    dialect: dialects[pair.draft],
    policy: pair.policy ?? "strict",
    formats: pair.formats ?? "annotation",
  };
}

/** What the engine of this package says about a pair. */
export function judgedByEngine(pair: Pair): Comparison {
  return compare(pair.old, pair.new, optionsOf(pair));
}
