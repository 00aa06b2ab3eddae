// node packages/compat/bench/run.ts [pairs.jsonl] [--write] [--only <tool>] [--list] [--timeout <ms>]
//   [--formats assertion|annotation]: how ours reads pairs that do not say (default annotation)
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { askAll } from "./ask.ts";
import { installPeers, versionOf } from "./peers.ts";
import { isPlain, readPairsToAsk } from "./questions.ts";
import { contradictions, markdownTable, rowOf } from "./table.ts";
import { tools } from "./tools.ts";
import type { Row } from "./table.ts";
import type { BenchPair } from "./questions.ts";
import type { Tool } from "./tools.ts";

const readme = join(import.meta.dirname, "../README.md");
const [opening, closing] = ["<!-- measured -->", "<!-- /measured -->"];

interface Settings {
  readonly timeout: number;
  readonly list: boolean;
  readonly formats: "assertion" | "annotation" | undefined;
}

async function measure(tool: Tool, pairs: readonly BenchPair[], { timeout, list, formats }: Settings): Promise<Row[]> {
  const version = versionOf(tool);
  if (version === undefined) {
    process.stderr.write(`${tool.name}: not in the registry this machine uses; left out\n`);
    return [];
  }
  const asked = pairs.filter(tool.takes);
  const ours = tool.package === undefined && formats !== undefined;
  const outcomes = await askAll(tool, ours ? asked.map((pair) => ({ formats, ...pair })) : asked, timeout);
  if (list) {
    process.stderr.write(`${contradictions(asked, outcomes).join("\n")}\n`);
    outcomes.forEach((outcome, index) => {
      if (outcome.kind !== "answered")
        process.stderr.write(`${outcome.kind}: ${asked[index]?.name}: ${outcome.message}\n`);
    });
  }
  const label = `${tool.name} ${version}`;
  const row = rowOf(label, asked, outcomes);
  if (tool.package !== undefined || asked.every(isPlain)) return [row];
  const plain = asked.flatMap((pair, index) => (isPlain(pair) ? [index] : []));
  const plainRow = rowOf(
    `${label}, the pairs peers are asked`,
    plain.flatMap((index) => asked[index] ?? []),
    plain.flatMap((index) => outcomes[index] ?? []),
  );
  return [row, plainRow];
}

function writeReadme(text: string): void {
  const before = readFileSync(readme, "utf8");
  const [start, end] = [before.indexOf(opening), before.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`${readme} has no ${opening} … ${closing} to write between`);
  writeFileSync(readme, `${before.slice(0, start + opening.length)}\n${text}\n${before.slice(end)}`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      write: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      only: { type: "string" },
      formats: { type: "string" },
      timeout: { type: "string", default: "5000" },
    },
  });
  const timeout = Number(values.timeout);
  if (!(timeout > 0)) throw new Error(`--timeout ${values.timeout}: expected milliseconds`);
  const { formats } = values;
  if (formats !== undefined && formats !== "assertion" && formats !== "annotation")
    throw new Error(`--formats ${formats}: expected assertion or annotation`);
  const pairs = readPairsToAsk(positionals[0]);
  installPeers();
  const chosen = tools.filter(({ name }) => values.only === undefined || name === values.only);
  const rows: Row[] = [];
  for (const tool of chosen) rows.push(...(await measure(tool, pairs, { timeout, list: values.list, formats })));
  const missing = chosen.filter((tool) => versionOf(tool) === undefined).map(({ name }) => name);
  const text = [
    `${pairs.length} labelled pairs, two questions each (backward, forward); ${timeout} ms allowed per pair, each tool in a process of its own. Unsound: said compatible where a counterexample exists. False break: said incompatible where none does; a tool that answers only yes or no says so too when it does not know.`,
    "",
    markdownTable(rows),
    "",
    ...chosen.filter((tool) => versionOf(tool) !== undefined).map(({ name, note }) => `- **${name}**: ${note}`),
    ...missing.map((name) => `- **${name}**: could not be installed from the registry used.`),
  ].join("\n");
  process.stdout.write(`${text}\n`);
  if (values.write) writeReadme(text);
}

await main();
