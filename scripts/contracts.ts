// `npm run contracts`: runs the consumers' contract tests and writes what they say into contracts/pacts.
// `npm run contracts -- email tracking` does so for these consumers only; `-- --check` writes nothing and fails when the
// files there are stale.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { draftsFolder, pactsFolder, readPacts } from "../contracts/support/pact-file.ts";
import { runJest } from "./contracts-jest.ts";

const words = process.argv.slice(2);
const isCheck = words.includes("--check");
const consumers = words.filter((word) => !word.startsWith("--"));
const known = readdirSync(join(import.meta.dirname, "..", "services"));
const stranger = consumers.find((name) => !known.includes(name));
if (stranger !== undefined) {
  console.error(`There is no service "${stranger}". There are: ${known.join(", ")}.`);
  process.exit(2);
}
/** Whether the contracts of this consumer are asked for. */
const isAsked = (name: string): boolean =>
  consumers.length === 0 || consumers.some((consumer) => name.startsWith(`${consumer}-`));

function recorded(): ReadonlyMap<string, string> {
  rmSync(draftsFolder, { recursive: true, force: true });
  const which = consumers.length === 0 ? "" : `services/(${consumers.join("|")})/test/`;
  if (runJest([`${which}receives\\.contract\\.test\\.ts$`], { CONTRACTS_RECORD: "1" }) !== 0) {
    console.error("A contract test failed; contracts/pacts stays as it is.");
    process.exit(1);
  }
  // One folder per consumer: each pact file has one writer.
  return new Map(readdirSync(draftsFolder).flatMap((consumer) => [...readPacts(join(draftsFolder, consumer))]));
}

const wanted = recorded();
mkdirSync(pactsFolder, { recursive: true });
const present = readdirSync(pactsFolder).filter((name) => name.endsWith(".json") && isAsked(name));
const gone = present.filter((name) => !wanted.has(name));
const changed = [...wanted].filter(
  ([name, text]) => !present.includes(name) || readFileSync(join(pactsFolder, name), "utf8") !== text,
);
if (!isCheck) {
  for (const name of gone) rmSync(join(pactsFolder, name));
  for (const [name, text] of changed) writeFileSync(join(pactsFolder, name), text);
}
for (const name of gone) console.log(`contracts/pacts/${name} ${isCheck ? "is stale: nobody needs it" : "removed"}`);
for (const [name] of changed) console.log(`contracts/pacts/${name} ${isCheck ? "is stale" : "written"}`);
console.log(`${wanted.size} contracts, ${changed.length + gone.length} ${isCheck ? "stale" : "changed"}`);
if (isCheck && changed.length + gone.length > 0) {
  console.error("npm run contracts writes them anew.");
  process.exitCode = 1;
}
