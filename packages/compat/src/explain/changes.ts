import type { Change, Direction, Rejection, Severity, Verdict } from "../types.ts";
import type { Difference } from "./difference.ts";

/**
 * The differences as one direction sees them. A difference breaks when it takes away what the writer may send (for
 * `backward`: the newer schema narrows), or when the witness trips over it; a proof of compatibility overrules both.
 */
export function changesFor(
  direction: Direction,
  verdict: Verdict,
  rejection: Rejection | undefined,
  differences: readonly Difference[],
): readonly Change[] {
  const against = direction === "backward" ? "narrows" : "widens";
  const place = (difference: Difference): string => (direction === "backward" ? difference.newer : difference.older);
  const suspects = differences.filter(({ effect }) => effect === against || effect === "both");
  const tripped = rejection === undefined ? undefined : nearest(differences, suspects, rejection, place);
  return differences.map((difference) => {
    const suspect = difference === tripped || suspects.includes(difference);
    const { effect: _effect, notable, ...change } = difference;
    return { ...change, severity: severityOf(verdict, suspect, notable === true) };
  });
}

function severityOf(verdict: Verdict, suspect: boolean, notable: boolean): Severity {
  if (suspect && verdict === "incompatible") return "breaking";
  return notable || (suspect && verdict === "undecided") ? "warning" : "info";
}

/** The difference whose place shares most with the place of the rejection; suspects win over others. */
function nearest(
  differences: readonly Difference[],
  suspects: readonly Difference[],
  rejection: Rejection,
  place: (difference: Difference) => string,
): Difference | undefined {
  const target = rejection.schema.split("/");
  let best: { difference: Difference; score: number } | undefined;
  for (const difference of suspects.length > 0 ? suspects : differences) {
    if (difference.effect === "none" && difference.code === "annotation-changed") continue;
    const steps = place(difference).split("/");
    let shared = 0;
    while (shared < steps.length && steps[shared] === target[shared]) shared++;
    const score = 2 * shared - steps.length + (difference.keyword === rejection.keyword ? 1 : 0);
    if (best === undefined || score > best.score) best = { difference, score };
  }
  return best?.difference;
}
