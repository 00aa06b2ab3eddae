// `nx run workspace:house`: what keeps this one house. Every rule says how many places it looked at and fails at zero.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { decisionRecords, documentedCommands, documentLinks } from "./house/documents.ts";
import { importBans } from "./house/imports.ts";
import type { HouseFile, HouseRule } from "./house/rule.ts";
import { ambientReads, serviceRooms, strayStatements, waitingDomain } from "./house/services.ts";
import { namedTests, silentTests, sleepingTests } from "./house/tests.ts";

const root = join(import.meta.dirname, "..");
const rules: readonly HouseRule[] = [
  importBans,
  serviceRooms,
  ambientReads,
  waitingDomain,
  strayStatements,
  sleepingTests,
  silentTests,
  namedTests,
  documentLinks,
  documentedCommands,
  decisionRecords,
];

function readFiles(): HouseFile[] {
  const list = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (list.status !== 0) throw new Error(`git could not list the files: ${list.stderr}`);
  return list.stdout
    .split("\0")
    .filter((path) => path !== "" && existsSync(join(root, path)) && statSync(join(root, path)).isFile())
    .map((path) => ({
      path,
      text: /\.(ts|js|md|json|ya?ml|sql)$/.test(path) ? readFileSync(join(root, path), "utf8") : "",
    }));
}

const files = readFiles();
let failed = false;
for (const rule of rules) {
  const { looked, findings } = rule.check(files);
  for (const finding of findings) console.error(`${finding.file}:${finding.line} ${rule.code}: ${finding.message}`);
  if (findings.length > 0) console.error(`  ${rule.why}\n`);
  if (looked === 0) console.error(`${rule.code}: looked at nothing, so it proves nothing`);
  console.log(`${rule.code.padEnd(18)} ${String(looked).padStart(5)} places, ${findings.length} findings`);
  failed ||= findings.length > 0 || looked === 0;
}
process.exitCode = failed ? 1 : 0;
