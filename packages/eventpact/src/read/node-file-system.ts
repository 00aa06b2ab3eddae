import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { FileSystem } from "./file-system.ts";

/** The disk, below one base folder. Hidden folders and `node_modules` are not listed. */
export function nodeFileSystem(base: string): FileSystem {
  return {
    async list(folder) {
      const found: string[] = [];
      await collect(join(base, folder), found);
      return found.map((path) => relative(base, path).split(sep).join("/"));
    },
    async read(path) {
      try {
        return await readFile(join(base, path));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

async function collect(folder: string, found: string[]): Promise<void> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".") && entry.name !== "node_modules") await collect(path, found);
    } else found.push(path);
  }
}

function isMissing(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR" || code === "ENAMETOOLONG" || code === "ELOOP";
}
