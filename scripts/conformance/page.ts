// The report as a page: behaviours down, adapters across. Says nothing that differs from run to run.
import { conformance, type ConformanceCase } from "@eventpact/messaging/testing";
import type { Column } from "./adapters.ts";

export type Cell = { readonly is: "passed" } | { readonly is: "skipped" | "failed"; readonly why: string };
/** Behaviour → what came of it, adapter by adapter. */
export type Report = ReadonlyMap<string, readonly Cell[]>;

/** The suite over an adapter that is not there: which cases it has, and which of them are not asked. */
export const casesOf = ({ title, features }: Column): readonly ConformanceCase[] =>
  conformance({ name: title, features, open: () => Promise.reject(new Error("only names are asked for")) });

/** What a page says when everything that is asked passes. */
export function allPassed(columns: readonly Column[]): Report {
  const each = columns.map(casesOf);
  return new Map(
    (each[0] ?? []).map(({ name }, index) => [
      name,
      each.map((cases): Cell => {
        const why = cases[index]?.skipped;
        return why === undefined ? { is: "passed" } : { is: "skipped", why };
      }),
    ]),
  );
}

export function page(columns: readonly Column[], report: Report): string {
  const cells = [...report.values()].flat();
  const count = (is: Cell["is"]): number => cells.filter((cell) => cell.is === is).length;
  const row = (words: readonly string[]): string => `| ${words.join(" | ")} |`;
  const cellText = (cell: Cell): string => (cell.is === "passed" ? "passed" : `${cell.is}: ${cell.why}`);
  return `# Conformance of the adapters

Every behaviour that the runtime relies on, asked of each adapter: in memory, in tables of the embedded PostgreSQL and of a
real server, and on a real Apache Kafka. \`npm run conformance -- --write\` runs all of it and makes this page anew; what an
adapter cannot do it says of itself in its \`Features\`, and is listed here.

**${report.size} behaviours, ${columns.length} places: ${count("passed")} passed, ${count("skipped")} skipped, ${count("failed")} failed.**

${row(["behaviour", ...columns.map(({ title }) => title)])}
${row(["---", ...columns.map(() => "---")])}
${[...report].map(([name, found]) => row([name, ...found.map(cellText)])).join("\n")}

The suite holds the behaviours of [Watermill](https://github.com/ThreeDotsLabs/watermill)'s universal suite: publish and subscribe with metadata, several topics, concurrent
subscribers, order per key, redelivery on error, no second message before the first is done, going on after closes and
errors, groups, old messages for new subscribers, closing at once, reconnecting. Fencing, revocations that are awaited,
commits, lag, dense offsets and partitions that are added are ours.
`;
}
