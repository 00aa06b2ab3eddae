// npm run conformance [-- --only kafka] [--write] [--check]
// Runs the conformance suite over every adapter and prints the report; --write puts it into docs/conformance.md,
// --check runs nothing and tells whether that page speaks of today's behaviours.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { conformance } from "@eventpact/messaging/testing";
import { columns, type Column } from "./conformance/adapters.ts";
import { allPassed, page, type Cell } from "./conformance/page.ts";

const file = join(import.meta.dirname, "..", "docs", "conformance.md");
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

async function cellsOf(column: Column): Promise<Map<string, Cell>> {
  const { adapter, close } = await column.open(tell);
  const cells = new Map<string, Cell>();
  try {
    for (const { name, skipped, run } of conformance(adapter)) {
      const cell: Cell =
        skipped !== undefined
          ? { is: "skipped", why: skipped }
          : await run().then(
              () => ({ is: "passed" as const }),
              (error: unknown) => ({
                is: "failed" as const,
                why: error instanceof Error ? error.message : String(error),
              }),
            );
      cells.set(name, cell);
      tell(`${column.title.padEnd(24)} ${cell.is.padEnd(8)} ${name}${cell.is === "passed" ? "" : ` (${cell.why})`}`);
    }
  } finally {
    await close();
  }
  return cells;
}

const { values } = parseArgs({
  options: { only: { type: "string" }, write: { type: "boolean" }, check: { type: "boolean" } },
});
const wanted = columns.filter(({ title }) => values.only === undefined || title.startsWith(values.only));
if (wanted.length === 0) throw new RangeError(`--only takes one of ${columns.map(({ title }) => title).join(", ")}.`);
if (values.write === true && wanted.length < columns.length)
  throw new RangeError("--write needs all adapters; leave out --only.");

if (values.check === true) {
  const fresh = readFileSync(file, "utf8") === page(columns, allPassed(columns));
  tell(
    fresh
      ? "docs/conformance.md speaks of today's behaviours."
      : "docs/conformance.md is stale, or says that something failed: run npm run conformance -- --write",
  );
  process.exitCode = fresh ? 0 : 1;
} else {
  const found: Map<string, Cell>[] = [];
  for (const column of wanted) found.push(await cellsOf(column));
  const names = [...(found[0]?.keys() ?? [])];
  const report = new Map(
    names.map((name) => [name, found.map((cells): Cell => cells.get(name) ?? { is: "failed", why: "not run" })]),
  );
  const text = page(wanted, report);
  process.stdout.write(text);
  if (values.write === true) writeFileSync(file, text);
  if ([...report.values()].flat().some(({ is }) => is === "failed")) process.exitCode = 1;
}
