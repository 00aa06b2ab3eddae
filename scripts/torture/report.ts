import type { Injected } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import { endsOf } from "./judge-shop.ts";
import { eventsOf } from "./judge-delivery.ts";
import type { Observation } from "./observe.ts";
import type { Finding } from "./verdict.ts";

export interface Run {
  readonly mode: string;
  readonly seed: number;
  readonly rate: number;
  /** Under load, without the calm after it. */
  readonly loadMs: number;
  /** From the last order to when nothing moved any more. */
  readonly calmMs: number;
  readonly injected: readonly Injected[];
  readonly starts: ReadonlyMap<string, number>;
  /** Why processes did not start. */
  readonly refused: readonly string[];
  readonly failedTries: number;
  readonly ledger: Ledger;
  readonly seen: Observation;
  readonly taken: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
}

const MOST_SHOWN = 20;

const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
const table = (head: readonly string[], rows: readonly string[]): string =>
  [row(...head), row(...head.map(() => "---")), ...rows].join("\n");

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").slice(0, 600);

function figures({ ledger, seen, injected, starts, refused, failedTries, taken, loadMs, calmMs, rate }: Run): string {
  const ends = [...endsOf(seen.log).values()];
  const placings = ledger.placings;
  const restarts = [...starts.values()].reduce((sum, count) => sum + count - 1, 0);
  const mails = [...taken.values()].reduce((sum, times) => sum + times, 0);
  const events = eventsOf(seen.log).length;
  const rows: [string, string | number][] = [
    ["under load", `${Math.round(loadMs / 1_000)} s at about ${rate} orders a second`],
    ["until calm afterwards", `${Math.round(calmMs / 1_000)} s`],
    ["orders", seen.orders.size],
    ["… delivered", ends.filter((end) => end === "DELIVERED").length],
    ["… cancelled", ends.filter((end) => end === "CANCELLED").length],
    ["… submitted more than once under one key", placings.filter(({ submissions }) => submissions > 1).length],
    [
      "… cancellations granted / too late",
      `${placings.filter(({ cancel }) => cancel === "granted").length} / ${placings.filter(({ cancel }) => cancel === "too late").length}`,
    ],
    ["requests without an answer, asked again", failedTries],
    ["events", events],
    ["records in the log (more than events: sent again after a crash)", seen.log.length],
    ["letters", seen.letters.length],
    ["letters that left twice", mails - taken.size],
    ["faults", injected.length],
    [
      "… asked to stop and not drained in time",
      injected.filter(({ detail }) => detail.endsWith("not drained in time")).length,
    ],
    ["process restarts", restarts],
    ["… because a start was refused (something it needs was away)", refused.length],
  ];
  return table(
    ["what", "how many"],
    rows.map((cells) => row(...cells)),
  );
}

function reasonsOf(refused: readonly string[]): readonly string[] {
  if (refused.length === 0) return [];
  // The names of processes aside, most are the same.
  const kinds = Map.groupBy(refused, (why) => oneLine(why.replace(/^\S+ ended by itself /, "")));
  return [
    table(
      ["a start was refused because", "times"],
      [...kinds].map(([why, all]) => row(why, all.length)),
    ),
    "",
  ];
}

/** A run as Markdown. */
export function reportOf(run: Run): string {
  const { mode, seed, injected, starts, findings } = run;
  const anomalies = findings.flatMap((finding) => finding.anomalies);
  const kinds = Map.groupBy(injected, ({ kind }) => kind);
  const shown = findings.flatMap((finding) => {
    const lines = finding.anomalies.slice(0, MOST_SHOWN).map(({ detail }) => `- ${oneLine(detail)}`);
    const more = finding.anomalies.length - lines.length;
    return lines.length === 0
      ? []
      : [`### ${finding.promise}`, "", ...lines, ...(more > 0 ? [`- … and ${more} more`] : []), ""];
  });
  return [
    `# Torture: ${mode}, seed ${seed}`,
    "",
    anomalies.length === 0 ? "**Every promise held.**" : `**${anomalies.length} anomalies.**`,
    "",
    figures(run),
    "",
    "## Promises",
    "",
    table(
      ["promise", "looked at", "anomalies"],
      findings.map(({ promise, looked, anomalies: found }) => row(promise, looked, found.length)),
    ),
    "",
    ...(shown.length === 0 ? [] : ["## Anomalies", "", ...shown]),
    "## Faults",
    "",
    table(
      ["kind", "times"],
      [...kinds].map(([kind, all]) => row(kind, all.length)),
    ),
    "",
    table(
      ["process", "starts"],
      [...starts].map(([name, count]) => row(name, count)),
    ),
    "",
    ...reasonsOf(run.refused),
    "| at second | fault | where |",
    "| --- | --- | --- |",
    ...injected.map(({ atMs, kind, detail }) => row(Math.round(atMs / 1_000), kind, oneLine(detail))),
    "",
  ].join("\n");
}
