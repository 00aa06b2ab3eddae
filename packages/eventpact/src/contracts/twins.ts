import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { canonicalJson, own } from "../read/json.ts";
import { shownPlace } from "./finding.ts";
import type { Interaction, PactFault } from "./pact.ts";

/** A fault of one of several files. */
export interface FaultIn extends PactFault {
  readonly file: Diagnostic["file"];
}

/**
 * The same said twice is said once. Two meanings of one name are two contracts, and a verifier would ask about one: the first
 * stays, and every other is a fault at its place.
 */
export function withoutTwins(interactions: readonly Interaction[]): {
  readonly kept: readonly Interaction[];
  readonly contradictions: readonly FaultIn[];
} {
  const contradictions: FaultIn[] = [];
  const seen = new Map<string, Interaction>();
  const kept = interactions.filter((one) => {
    const name = canonicalJson([
      one.description,
      own(one.whole, "providerStates") ?? own(one.whole, "providerState") ?? null,
    ]);
    const twin = seen.get(name);
    if (twin === undefined) seen.set(name, one);
    else if (meaningOf(twin) !== meaningOf(one))
      contradictions.push({
        file: one.source.file,
        span: one.source.locate(one.pointer),
        message: `Two interactions are called "${one.description}"; only one of them would be verified.`,
        hint: `The other is ${shownPlace(twin)}.`,
      });
    return twin === undefined;
  });
  return { kept, contradictions };
}

const meaningOf = ({ id, message, operationId }: Interaction): string =>
  canonicalJson([id, message ?? null, operationId ?? null]);
