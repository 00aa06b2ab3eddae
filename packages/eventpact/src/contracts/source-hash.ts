import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WorkingFiles } from "./working-files.ts";
import { workingFiles } from "./working-files.ts";

/**
 * One SHA-256 (hex) of the content of files and folders, by their paths relative to `root`. Sources that do not exist count
 * as absent; answers undefined when none has a file, since a hash of nothing would hold for ever.
 */
export function sourceHash(
  root: string,
  sources: readonly string[],
  more: readonly string[] = [],
  files: WorkingFiles = workingFiles(root),
): string | undefined {
  const hash = createHash("sha256").update(JSON.stringify(more));
  const paths = filesOf(sources, files);
  for (const path of paths) hash.update(`${path}\0`).update(contentHash(join(root, path)));
  return paths.length === 0 ? undefined : hash.digest("hex");
}

/** Every file of some files and folders, once, in an order that depends on their names alone. */
export function filesOf(sources: readonly string[], files: WorkingFiles): readonly string[] {
  return [...new Set(sources.flatMap((source) => files.of(source) ?? []))].toSorted();
}

/** SHA-256 (hex) of a file. */
export const contentHash = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");
