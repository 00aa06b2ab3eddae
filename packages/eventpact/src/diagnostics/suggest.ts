import { distance } from "fastest-levenshtein";

/** The candidate a typing mistake away from what was written, if there is one: at most a third of its letters differ. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    if (candidate.toLowerCase() === written.toLowerCase()) return candidate;
    const difference = mistakes(written.toLowerCase(), candidate.toLowerCase());
    if (difference < bestDistance) [best, bestDistance] = [candidate, difference];
  }
  return best === written ? undefined : best;
}

/** Letters to change, add or take away; two neighbours in the wrong order are one mistake. */
function mistakes(written: string, meant: string): number {
  if (written.length === meant.length) {
    const at = [...meant].findIndex((letter, index) => letter !== written[index]);
    const swapped = written.slice(0, at) + (written[at + 1] ?? "") + (written[at] ?? "") + written.slice(at + 2);
    if (swapped === meant) return 1;
  }
  return distance(written, meant);
}

/** A hint for a misspelt name. */
export function didYouMean(written: string, candidates: Iterable<string>): string | undefined {
  const found = nearest(written, candidates);
  return found === undefined ? undefined : `Did you mean "${found}"?`;
}
