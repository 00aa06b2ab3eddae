// `npm run deploy`: writes deploy/kubernetes from the catalogue; `-- --check` only says whether it is up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalog } from "@shop/events";
import { manifests } from "./deploy/kubernetes.ts";

const folder = join(import.meta.dirname, "..", "deploy", "kubernetes");
const check = process.argv.includes("--check");

function current(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

const stale = [...manifests(catalog)].filter(([name, text]) => current(join(folder, name)) !== text);
if (check && stale.length > 0) {
  console.error(`Out of date: ${stale.map(([name]) => name).join(", ")}. Run \`npm run deploy\`.`);
  process.exitCode = 1;
} else {
  for (const [name, text] of stale) writeFileSync(join(folder, name), text);
  console.log(
    stale.length === 0 ? "deploy/kubernetes is up to date." : `Wrote ${stale.map(([name]) => name).join(", ")}.`,
  );
}
