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
  for (const path of filesOf(root, sources)) {
    files += 1;
    hash.update(`${path}\0`).update(
      createHash("sha256")
        .update(readFileSync(join(root, path)))
        .digest(),
    );
  }
  return files === 0 ? undefined : hash.digest("hex");
}

/** Every file of some files and folders, in an order that depends on their names alone. */
export function* filesOf(root: string, sources: readonly string[]): Generator<string> {
  for (const source of [...sources].toSorted()) yield* within(root, source.replace(/\/+$/, ""));
}

function* within(root: string, path: string): Generator<string> {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return;
  if (!statSync(absolute).isDirectory()) yield path;
  else
    for (const name of readdirSync(absolute).toSorted()) if (!skipped.has(name)) yield* within(root, `${path}/${name}`);
}
