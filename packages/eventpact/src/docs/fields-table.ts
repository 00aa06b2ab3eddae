import type { Levels, Row, Table } from "../diff/fields/row.ts";
import { tables } from "../diff/fields/table.ts";

const start = "<!-- Fields: written by packages/eventpact/src/docs/write-fields-table.ts -->";
const end = "<!-- End of the fields. -->";

/** docs/compatibility.md with the table of every field as the code has it. Throws where the page has no place for it. */
export function withFieldsTable(page: string): string {
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`The page needs the lines ${start} and ${end}.`);
  return `${before}${start}\n\n${fieldsTable()}\n\n${end}${after}`;
}

function fieldsTable(): string {
  return Object.entries(tables)
    .filter(([, table]) => Object.keys(table).length > 0)
    .map(([type, table]) => section(type, table))
    .join("\n\n");
}

function section(type: string, table: Table): string {
  const rows = Object.entries(table).map(
    ([field, row]) => `| \`${field}\` | ${judgedText(row)} | ${"type" in row ? "" : row.hurt} | ${row.why} |`,
  );
  return `<details><summary>${type}</summary>\n\n| field | a change is | who is hit | why |\n|---|---|---|---|\n${rows.join("\n")}\n\n</details>`;
}

function judgedText(row: Row): string {
  if ("type" in row) return "";
  if ("levels" in row) return levelsText(row.levels);
  return row.kind === "schema" ? "judged by the engine" : codesText(row.codes);
}

function codesText(codes: readonly string[]): string {
  const named = codes.filter((code) => code !== "");
  if (named.length === 0) return "–";
  return named.map((code) => (code.startsWith("*") ? `judged by the engine (${code.slice(1)})` : code)).join(", ");
}

function levelsText({ set, cleared, changed, less, more, gone, come }: Levels): string {
  const parts: readonly (readonly [string, string | undefined])[] = [
    ["less", less],
    ["more", more],
    ["a value gone", gone],
    ["a value more", come],
    ["changed", (less ?? gone) === undefined ? changed : undefined],
    ["said no more", cleared],
    ["said for the first time", set],
  ];
  const told = parts.flatMap(([name, level]) => (level === undefined ? [] : [[name, level] as const]));
  const [first] = told;
  if (first && told.every(([, level]) => level === first[1])) return first[1] === "info" ? "told" : first[1];
  return [...Map.groupBy(told, ([, level]) => level)]
    .map(([level, names]) => `${names.map(([name]) => name).join(", ")}: ${level}`)
    .join("; ");
}
