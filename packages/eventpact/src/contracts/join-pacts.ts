import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, own } from "../read/json.ts";
import type { Pact } from "./pact.ts";
import { contractHash } from "./pact.ts";
import type { FaultIn } from "./twins.ts";
import { withoutTwins } from "./twins.ts";

/**
 * Puts together what several files say of one pair, as a suite with several workers, or a folder for each test file, writes
 * them. Files of different specifications stay apart: their rules mean different things; and so do HTTP and messages of 3.
 */
export function joinPacts(pacts: readonly Pact[]): {
  readonly pacts: readonly Pact[];
  readonly faults: readonly FaultIn[];
} {
  const groups = Map.groupBy(pacts, ({ consumer, provider, specification, value }) =>
    JSON.stringify([consumer, provider, specification, listOf(value)]),
  );
  const faults: FaultIn[] = [];
  const joined = [...groups.values()].map(([first, ...rest]) => {
    const { pact, contradictions } = joinedOf(first as Pact, rest);
    faults.push(...contradictions);
    return pact;
  });
  return { pacts: joined, faults };
}

function joinedOf(
  first: Pact,
  rest: readonly Pact[],
): { readonly pact: Pact; readonly contradictions: readonly FaultIn[] } {
  if (rest.length === 0) return { pact: first, contradictions: [] };
  const all = [first, ...rest];
  const { kept, contradictions } = withoutTwins(all.flatMap(({ interactions }) => interactions));
  const pact = {
    ...first,
    hash: contractHash(first.consumer, first.provider, first.specification, kept),
    interactions: kept,
    exchanges: once(all.flatMap(({ exchanges }) => exchanges)),
    others: once(all.flatMap(({ others }) => others)),
    value: joinedValue(all.map(({ value }) => value)),
  };
  return { pact, contradictions };
}

const once = <Part extends { readonly whole: JsonObject }>(parts: readonly Part[]): readonly Part[] =>
  [...new Map(parts.toReversed().map((part) => [canonicalJson(part.whole), part])).values()].toReversed();

/** One Pact file that says what all of them say: a broker keeps one for a pair. */
function joinedValue(values: readonly JsonObject[]): JsonObject {
  const key = listOf(values[0]);
  const all = values.flatMap((value) => own(value, key) as readonly Json[]);
  const listed = [...new Map(all.toReversed().map((one) => [canonicalJson(one), one])).values()].toReversed();
  return { ...values[0], [key]: listed };
}

const listOf = (value: Json | undefined): string =>
  own(value, "messages") === undefined ? "interactions" : "messages";
