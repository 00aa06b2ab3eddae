import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folders of this package's sources that an answer of `check` can depend on. */
const parts = ["check", "config", "diagnostics", "model", "official", "read", "rules", "specification", "validate"];

/** The same of the package that reads and judges schemas. */
const compatParts = ["formula", "large", "numbers", "policy", "runtime", "schema", "strings", "validate"];

/**
 * Changes whenever another answer is possible for the same files: the version of this tool, of the libraries that judge, of
 * Node, and, where the tool runs from its sources, the sources themselves.
 */
export function toolFingerprint(): string {
  const hash = createHash("sha256").update(process.version);
  const require = createRequire(import.meta.url);
  hash.update(readFileSync(new URL("../../package.json", import.meta.url)));
  for (const library of ["@asyncapi/specs", "@asyncapi/parser", "ajv", "yaml"])
    hash.update(versionOf(require, library));
  if (import.meta.url.endsWith(".ts")) {
    for (const part of parts) addSources(hash, fileURLToPath(new URL(`../${part}`, import.meta.url)));
    const compat = dirname(require.resolve("@eventpact/compat"));
    for (const part of compatParts) addSources(hash, join(compat, part));
  }
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
  for (const name of readdirSync(folder).toSorted())
    hash
      .update(name)
      .update("\0")
      .update(readFileSync(join(folder, name)));
}
