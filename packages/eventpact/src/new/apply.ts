import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkModel } from "../check/check-model.ts";
import type { RuleSettings } from "../check/check-model.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { readText } from "../emit/package-files.ts";
import { readModel } from "../model/read-model.ts";
import type { Model } from "../model/types.ts";
import type { FileSystem } from "../read/file-system.ts";

/** The file system as it would be with these changes. */
export function withChanges(inner: FileSystem, changes: ReadonlyMap<string, string>): FileSystem {
  return {
    async list(folder) {
      const prefix = folder === "." ? "" : `${folder}/`;
      const added = [...changes.keys()].filter((path) => path.startsWith(prefix));
      return [...new Set([...(await inner.list(folder)), ...added])];
    },
    async read(path) {
      const text = changes.get(path);
      return text === undefined ? inner.read(path) : new TextEncoder().encode(text);
    },
  };
}

/** Errors that the changes would bring: those of the folder with them that it does not have without. */
export async function newErrors(
  model: Model,
  fileSystem: FileSystem,
  changes: ReadonlyMap<string, string>,
  settings: RuleSettings,
): Promise<readonly Diagnostic[]> {
  const known = new Set(errorsOf(model, settings).map(({ code, message }) => `${code} ${message}`));
  const changed = await readModel(model.folder, { fileSystem: withChanges(fileSystem, changes) });
  return errorsOf(changed, settings).filter(({ code, message }) => !known.has(`${code} ${message}`));
}

function errorsOf(model: Model, settings: RuleSettings): readonly Diagnostic[] {
  return checkModel(model, settings).filter(({ severity }) => severity === "error");
}

/** Writes all files or none: drafts first, then renames; what was renamed is put back when a later one fails. */
export async function writeAll(root: string, changes: ReadonlyMap<string, string>): Promise<void> {
  const drafts = [...changes].map(([file, text]) => ({
    path: join(root, file),
    draft: join(root, `${file}.${process.pid}.tmp`),
    text,
  }));
  const done: { path: string; before: string | undefined }[] = [];
  try {
    for (const { draft, text } of drafts) {
      await mkdir(dirname(draft), { recursive: true });
      await writeFile(draft, text, { flag: "wx" });
    }
    for (const { path, draft } of drafts) {
      const before = await readText(path);
      await rename(draft, path);
      done.push({ path, before });
    }
  } catch (error) {
    for (const { path, before } of done)
      await (before === undefined ? rm(path, { force: true }) : writeFile(path, before));
    for (const { draft } of drafts) await rm(draft, { force: true });
    throw error;
  }
}
