import { createHash } from "node:crypto";
import type { FileSystem } from "../read/file-system.ts";

/** What a run has looked at: every listing and every file, by hash; `null` for a file that was not there. */
export interface Trace {
  readonly lists: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string | null>>;
}

export type RecordingFileSystem = FileSystem & { readonly trace: () => Trace };

/** Passes everything on and remembers it, so that a later run can tell whether anything it would see has changed. */
export function recordingFileSystem(inner: FileSystem): RecordingFileSystem {
  const lists = new Map<string, string>();
  const files = new Map<string, string | null>();
  return {
    async list(folder) {
      const names = await inner.list(folder);
      lists.set(folder, hashOfList(names));
      return names;
    },
    async read(path) {
      files.set(path, null);
      const bytes = await inner.read(path);
      if (bytes) files.set(path, hashOf(bytes));
      return bytes;
    },
    trace: () => ({ lists: Object.fromEntries(lists), files: Object.fromEntries(files) }),
  };
}

/** Whether the file system would answer as it did when the trace was recorded. */
export async function isUnchanged(fileSystem: FileSystem, trace: Trace): Promise<boolean> {
  for (const [folder, hash] of Object.entries(trace.lists))
    if (hashOfList(await fileSystem.list(folder)) !== hash) return false;
  const paths = Object.entries(trace.files);
  for (let start = 0; start < paths.length; start += 256) {
    const batch = paths.slice(start, start + 256);
    const same = await Promise.all(
      batch.map(async ([path, hash]) => {
        const bytes = await fileSystem.read(path).catch(() => undefined);
        return (bytes ? hashOf(bytes) : null) === hash;
      }),
    );
    if (same.includes(false)) return false;
  }
  return true;
}

function hashOfList(names: readonly string[]): string {
  return hashOf(names.toSorted().join("\0"));
}

function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("base64url");
}
