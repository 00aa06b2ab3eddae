import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** One hash of all environments; the store behind them never changes. Undefined when there is none. */
export function recordsHash(folder: string): string | undefined {
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
        (one) => one.isFile() && !one.name.startsWith("."),
      )
    : [];
  if (files.length === 0) return undefined;
  const hash = createHash("sha256");
  for (const path of files.map((one) => join(one.parentPath, one.name)).toSorted())
    hash
      .update(`${relative(folder, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  return hash.digest("hex");
}
