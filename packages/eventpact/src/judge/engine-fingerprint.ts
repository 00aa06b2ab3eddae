import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Changes with the sources of the engine, the judge and what asks it about contracts: other ones' proofs are not believed. */
export function engineFingerprint(): string {
  const mine = ["judge", "contracts"].map((part) => fileURLToPath(new URL(`../${part}`, import.meta.url)));
  return hashOfFolders(dirname(fileURLToPath(import.meta.resolve("@eventpact/compat"))), ...mine);
}

/** Changes with every file below these folders, and with Node. */
export function hashOfFolders(...folders: readonly string[]): string {
  const hash = createHash("sha256").update(process.version);
  for (const folder of folders) {
    const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
    for (const path of paths) hash.update(`${path}\0`).update(readFileSync(path));
  }
  return hash.digest("hex");
}
