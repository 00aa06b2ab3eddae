// `npm run contracts`: runs the consumers' contract tests and writes what they say into contracts/pacts.
// `npm run contracts -- --check` writes nothing and fails when the files there are stale.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { draftsFolder, pactsFolder, readPacts } from "../contracts/support/pact-file.ts";
import { runJest } from "./contracts-jest.ts";

const isCheck = process.argv.includes("--check");

function recorded(): ReadonlyMap<string, string> {
  rmSync(draftsFolder, { recursive: true, force: true });
  if (runJest(["receives\\.contract\\.test\\.ts$"], { CONTRACTS_RECORD: "1" }) !== 0) {
    console.error("A contract test failed; contracts/pacts stays as it is.");
    process.exit(1);
  }
  // One folder per consumer: each pact file has one writer.
  return new Map(readdirSync(draftsFolder).flatMap((consumer) => [...readPacts(join(draftsFolder, consumer))]));
}

const wanted = recorded();
mkdirSync(pactsFolder, { recursive: true });
const present = readdirSync(pactsFolder).filter((name) => name.endsWith(".json"));
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
