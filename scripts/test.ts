// `npm test`: everything that must hold before a change is good, through nx, which repeats nothing that has not changed.
// `npm test -- --affected` looks only at what differs from main; other words go to nx as they are.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { resultsFolder, sentence, sumResults } from "./lib/results.ts";

const root = join(import.meta.dirname, "..");
const targets = ["lint", "types", "house", "check", "test"];

const words = process.argv.slice(2);
const affected = words.includes("--affected");
rmSync(resultsFolder, { recursive: true, force: true });
mkdirSync(resultsFolder, { recursive: true });
const run = spawnSync(
  process.execPath,
  [
    join(root, "node_modules", "nx", "dist", "bin", "nx.js"),
    affected ? "affected" : "run-many",
    "-t",
    ...targets,
    "--outputStyle=static",
    ...words.filter((word) => word !== "--affected"),
  ],
  { cwd: root, stdio: "inherit", env: { ...process.env, NX_DAEMON: "false", PACT_DO_NOT_TRACK: "true" } },
);

const sum = sumResults();
console.log(`\n${sentence(sum)}`);
if (sum.passed === 0 && !affected) console.error("No test ran: that is a failure too.");
process.exitCode = run.status !== 0 ? (run.status ?? 1) : sum.passed === 0 && !affected ? 1 : 0;
