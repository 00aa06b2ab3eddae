import { compare } from "./compare.ts";
import type { CompareOptions, Direction, HistoryJudgement, Mode, Schema, Verdict, VersionJudgement } from "./types.ts";

const DIRECTIONS: Readonly<Record<Mode, readonly Direction[]>> = {
  NONE: [],
  BACKWARD: ["backward"],
  FORWARD: ["forward"],
  FULL: ["backward", "forward"],
  BACKWARD_TRANSITIVE: ["backward"],
  FORWARD_TRANSITIVE: ["forward"],
  FULL_TRANSITIVE: ["backward", "forward"],
};

/**
 * Judges the newest version of a history against the one before it or, in a `_TRANSITIVE` mode, against all before it.
 * (Inclusion composes, but `undecided` and policies do not, so transitive modes compare every pair directly.)
 *
 * In: versions from oldest to newest. Out: one judgement per pair and direction, newest pair first.
 */
export function compareVersions(
  versions: readonly Schema[],
  mode: Mode,
  options: CompareOptions = {},
): HistoryJudgement {
  const newer = versions.length - 1;
  const newest = versions[newer];
  const directions = DIRECTIONS[mode];
  const judgements: VersionJudgement[] = [];
  if (newest === undefined || directions.length === 0) return { mode, verdict: "compatible", judgements };
  const first = mode.endsWith("_TRANSITIVE") ? 0 : Math.max(0, newer - 1);
  for (const [older, version] of [...versions.entries()].slice(first, newer).reverse()) {
    const comparison = compare(version, newest, options);
    for (const direction of directions) {
      judgements.push({ older, newer, direction, judgement: comparison[direction] });
    }
  }
  return { mode, verdict: overall(judgements), judgements };
}

function overall(judgements: readonly VersionJudgement[]): Verdict {
  const verdicts = new Set(judgements.map(({ judgement }) => judgement.verdict));
  if (verdicts.has("incompatible")) return "incompatible";
  return verdicts.has("undecided") ? "undecided" : "compatible";
}
