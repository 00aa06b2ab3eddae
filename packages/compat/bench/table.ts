import type { Outcome } from "./ask.ts";
import type { BenchPair } from "./questions.ts";

/** One line of the table; questions count each direction of a pair. */
export interface Row {
  readonly tool: string;
  readonly pairs: number;
  readonly decided: number;
  readonly unsound: number;
  readonly falseBreaks: number;
  readonly errors: number;
  readonly crashes: number;
  readonly median: number;
  readonly p99: number;
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Every question that a tool answered against its label. */
export function contradictions(pairs: readonly BenchPair[], outcomes: readonly Outcome[]): string[] {
  return pairs.flatMap((pair, index) => {
    const outcome = outcomes[index];
    if (outcome?.kind !== "answered") return [];
    return (["backward", "forward"] as const).flatMap((direction) => {
      if (outcome[direction] === "compatible" && pair[direction] === false)
        return [`unsound: ${pair.name} ${direction}`];
      if (outcome[direction] === "incompatible" && pair[direction] === true)
        return [`false break: ${pair.name} ${direction}`];
      return [];
    });
  });
}

/** Counts what a tool answered. */
export function rowOf(tool: string, pairs: readonly BenchPair[], outcomes: readonly Outcome[]): Row {
  const answered = outcomes.filter((outcome) => outcome.kind === "answered");
  const times = answered.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const verdicts = answered.flatMap(({ backward, forward }) => [backward, forward]);
  const wrong = contradictions(pairs, outcomes);
  return {
    tool,
    pairs: pairs.length,
    decided: verdicts.filter((verdict) => verdict !== "undecided").length / (2 * pairs.length),
    unsound: wrong.filter((line) => line.startsWith("unsound")).length,
    falseBreaks: wrong.filter((line) => line.startsWith("false break")).length,
    errors: outcomes.filter(({ kind }) => kind === "error").length,
    crashes: outcomes.filter(({ kind }) => kind === "crash" || kind === "hang").length,
    median: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  };
}

function time(milliseconds: number): string {
  if (Number.isNaN(milliseconds)) return "–";
  return `${milliseconds < 10 ? milliseconds.toPrecision(2) : Math.round(milliseconds)} ms`;
}

/** The rows as a Markdown table. */
export function markdownTable(rows: readonly Row[]): string {
  const head = [
    "| tool | pairs | decided | unsound | false breaks | errors | crashes, hangs | median per pair | p99 |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
  ];
  const lines = rows.map((row) => {
    const counts = [row.unsound, row.falseBreaks, row.errors, row.crashes];
    const cells = [
      row.tool,
      row.pairs,
      `${(row.decided * 100).toFixed(1)} %`,
      ...counts,
      time(row.median),
      time(row.p99),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [...head, ...lines].join("\n");
}
