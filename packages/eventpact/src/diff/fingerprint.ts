import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folders of this package that an answer about changes and deployments can depend on. */
const parts = ["config", "contracts", "deploy", "diff", "judge", "model", "project", "read", "site/facts"];

/** Changes whenever another answer is possible for the same files: with the sources (by size and time), here and of the engine. */
export function diffFingerprint(): string {
  const hash = createHash("sha256").update(process.version);
  const folders = parts.map((part) => fileURLToPath(new URL(`../${part}`, import.meta.url)));
  for (const folder of [...folders, dirname(fileURLToPath(import.meta.resolve("@eventpact/compat")))])
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
      const stat = statSync(join(folder, name));
      if (stat.isFile()) hash.update(`${name} ${stat.size} ${stat.mtimeMs}\n`);
    }
  return hash.digest("hex");
}
