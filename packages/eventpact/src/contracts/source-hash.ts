import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const skipped = new Set(["node_modules", ".git", ".cache", "dist"]);

/**
 * One SHA-256 (hex) of the content of files and folders, by their paths relative to `root`. Sources that do not exist count
 * as absent; answers undefined when none exists, since a hash of nothing would hold for ever.
 */
export function sourceHash(root: string, sources: readonly string[], more: readonly string[] = []): string | undefined {
  const hash = createHash("sha256").update(JSON.stringify(more));
  let files = 0;
  const add = (path: string): void => {
    const absolute = join(root, path);
    if (!existsSync(absolute)) return;
    if (statSync(absolute).isDirectory()) {
      for (const name of readdirSync(absolute).toSorted()) if (!skipped.has(name)) add(`${path}/${name}`);
      return;
    }
    files += 1;
    hash.update(`${path}\0`).update(createHash("sha256").update(readFileSync(absolute)).digest());
  };
  for (const source of [...sources].toSorted()) add(source.replace(/\/+$/, ""));
  return files === 0 ? undefined : hash.digest("hex");
}
