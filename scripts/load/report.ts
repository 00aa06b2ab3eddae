import type { Placing } from "./ledger.ts";

export interface Circumstances {
  readonly seconds: number;
  readonly heldBack: number;
  readonly failedTries: number;
}

/** The value below which a share of the values lies (nearest rank); undefined of none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

const STATUSES = ["PAID", "CONFIRMED", "SHIPPED", "DELIVERED", "CANCELLED"];

/** Milliseconds from being placed to each status, by the order's own clock. */
function waits(placings: readonly Placing[], status: string): number[] {
  return placings.flatMap(({ seen }) => {
    const begin = seen?.timeline[0]?.at;
    const at = seen?.timeline.find((step) => step.status === status)?.at;
    return begin === undefined || at === undefined ? [] : [Date.parse(at) - Date.parse(begin)];
  });
}

const milliseconds = (value: number | undefined): string =>
  value === undefined ? "–" : value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(1)} s`;

const row = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell, index) => (index === 0 ? String(cell).padEnd(30) : String(cell).padStart(12)))
    .join("")
    .trimEnd();

function countBy(placings: readonly Placing[], name: (placing: Placing) => string): [string, number][] {
  const groups = [...Map.groupBy(placings, name)].map(([key, all]): [string, number] => [key, all.length]);
  return groups.sort(([a], [b]) => a.localeCompare(b));
}

/** The figures of a run, as text. */
export function report(placings: readonly Placing[], { seconds, heldBack, failedTries }: Circumstances): string {
  const answered = placings.flatMap(({ answeredMs }) => answeredMs ?? []);
  const submissions = placings.reduce((total, { orderIds }) => total + orderIds.length, 0);
  const cancels = placings.filter(({ cancelAt }) => cancelAt !== undefined);
  const times: [string, number[]][] = [
    ["answer to POST /orders", answered],
    ...STATUSES.map((status): [string, number[]] => [`placed to ${status}`, waits(placings, status)]),
  ];
  return [
    row(["accepted orders", placings.length]),
    row(["  submissions", submissions]),
    row(["  seconds of ordering", seconds.toFixed(1)]),
    row(["  orders a second", (placings.length / Math.max(seconds, 0.001)).toFixed(1)]),
    row(["  held back by the rate limit", heldBack]),
    row(["  unanswered or 5xx, retried", failedTries]),
    "",
    ...countBy(placings, ({ seen }) => [seen?.status ?? "never seen", seen?.reason].filter(Boolean).join(" ")).map(row),
    "",
    ...countBy(cancels, ({ cancelAt, cancel }) => `cancel at ${cancelAt}: ${cancel ?? "not answered"}`).map(row),
    "",
    row(["", "n", "p50", "p99"]),
    ...times.map(([name, values]) =>
      row([name, values.length, milliseconds(percentile(values, 0.5)), milliseconds(percentile(values, 0.99))]),
    ),
  ].join("\n");
}
