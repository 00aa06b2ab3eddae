import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Changes whenever another answer is possible for the same files: the version of this tool, of the libraries that judge, of
 * Node, and, where the tool runs from its sources, the sources themselves (by size and time).
 */
export function toolFingerprint(): string {
  const hash = createHash("sha256").update(process.version);
  const require = createRequire(import.meta.url);
  hash.update(readFileSync(new URL("../../package.json", import.meta.url)));
  for (const library of ["@asyncapi/specs", "ajv", "ajv-formats", "yaml"]) hash.update(versionOf(require, library));
  if (import.meta.url.endsWith(".ts")) addSources(hash, fileURLToPath(new URL("..", import.meta.url)));
  return hash.digest("hex");
}

function versionOf(require: NodeJS.Require, library: string): string {
  try {
    return (require(`${library}/package.json`) as { version: string }).version;
  } catch {
    return library;
  }
}

function addSources(hash: ReturnType<typeof createHash>, folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) addSources(hash, path);
    else {
      const { size, mtimeMs } = statSync(path);
      hash.update(`${path} ${size} ${mtimeMs}\n`);
    }
  }
}
