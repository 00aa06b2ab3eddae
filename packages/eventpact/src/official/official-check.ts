import { remembered } from "../cache/remembered.ts";
import type { Store } from "../cache/store.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { loadDocuments, loadFolder } from "../read/load.ts";
import type { FileSystem } from "../read/file-system.ts";
import { officialDiagnostics } from "./official-parser.ts";

/**
 * The official parser's findings (errors and warnings) for the folder's documents. Each document's answer is remembered
 * together with every file that the parser read for it, and asked again only when one of them has changed.
 */
export async function officialCheck(
  fileSystem: FileSystem,
  folder: string,
  documents: readonly string[],
  store: Store,
  fingerprint: string,
): Promise<readonly Diagnostic[]> {
  const loaded =
    documents.length > 0 ? await loadDocuments(fileSystem, documents) : await loadFolder(fileSystem, folder);
  const found: Diagnostic[] = [];
  for (const file of loaded.documents) found.push(...(await askOnce(fileSystem, file, store, fingerprint)));
  return found.filter(({ severity }) => severity !== "info");
}

async function askOnce(
  fileSystem: FileSystem,
  file: string,
  store: Store,
  fingerprint: string,
): Promise<readonly Diagnostic[]> {
  const key = JSON.stringify(["official", fingerprint, file]);
  const work = (recording: FileSystem): Promise<readonly Diagnostic[]> => officialDiagnostics(recording, file);
  return (await remembered({ store, key, fileSystem, work })).value;
}
