// node packages/compat/corpus/coverage.ts: writes the coverage table into README.md beside this file.
import { readFileSync, writeFileSync } from "node:fs";
import { coverage } from "./keywords.ts";
import { corpusFiles, readCorpus, readPairs } from "./pairs.ts";

const readme = new URL("README.md", import.meta.url);
const [opening, closing] = ["<!-- coverage -->", "<!-- /coverage -->"];

/** The two tables of the README, as Markdown. */
function tables(): string {
  const files = corpusFiles().map((file) => `| ${file} | ${readPairs(file).length} |`);
  const keywords = coverage(readCorpus()).map(
    ({ keyword, pairs, included, refuted }) => `| \`${keyword}\` | ${pairs} | ${included} | ${refuted} |`,
  );
  return [
    `${readCorpus().length} pairs, two questions each.`,
    ["| file | pairs |", "|---|--:|", ...files].join("\n"),
    ["| keyword | pairs | included | refuted |", "|---|--:|--:|--:|", ...keywords].join("\n"),
  ].join("\n\n");
}

const text = readFileSync(readme, "utf8");
const [start, end] = [text.indexOf(opening) + opening.length, text.indexOf(closing)];
if (end < start) throw new Error(`README.md has no ${opening} … ${closing} to write between`);
writeFileSync(readme, `${text.slice(0, start)}\n${tables()}\n${text.slice(end)}`);
