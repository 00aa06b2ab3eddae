import type { FileSystem } from "../../src/read/file-system.ts";

/** Files in memory: path → text. */
export function memoryFileSystem(files: Readonly<Record<string, string>>): FileSystem {
  const inside = (folder: string, path: string): boolean => folder === "." || path.startsWith(`${folder}/`);
  return {
    list: async (folder) => Object.keys(files).filter((path) => inside(folder, path)),
    read: async (path) => (Object.hasOwn(files, path) ? new TextEncoder().encode(files[path]) : undefined),
  };
}
