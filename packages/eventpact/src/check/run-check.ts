import { memoOver } from "../cache/memo.ts";
import { remembered } from "../cache/remembered.ts";
import type { Store } from "../cache/store.ts";
import type { Settings } from "../config/settings.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FileSystem } from "../read/file-system.ts";

/** How much a check has looked at. A check that saw nothing is no clean check. */
export interface Checked {
  readonly documents: number;
  readonly operations: number;
  readonly events: number;
  readonly files: number;
  readonly rules: number;
}

/** What a check found before waivers. */
export interface CheckOutcome {
  readonly settings: Settings;
  readonly folder: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly checked: Checked;
}

export interface CheckRequest {
  readonly fileSystem: FileSystem;
  /** From `findProject`: the configuration's path and text. */
  readonly config?: { readonly file: string; readonly text: string };
  /** Decides on the folder once the configuration is known. */
  readonly folderOf: (settings: Settings) => string;
  /** Just these documents; empty: the whole folder. */
  readonly documents: readonly string[];
  readonly store: Store;
  /** Who answers: another tool version never takes this one's answers. */
  readonly fingerprint: string;
  /** What else the answer depends on, such as where the caller stands. */
  readonly scope: string;
}

/**
 * Reads, models and checks, or answers from the store when every file and listing that the last run looked at is as it was.
 * Nothing heavy is loaded in that case.
 */
export async function runCheck(request: CheckRequest): Promise<CheckOutcome & { readonly fromCache: boolean }> {
  const { config, documents, fingerprint, scope, store, fileSystem } = request;
  const key = JSON.stringify(["check", fingerprint, scope, config ?? null, documents]);
  const work = (recording: FileSystem): Promise<CheckOutcome> => freshCheck({ ...request, fileSystem: recording });
  const { value, isKnown } = await remembered({ store, key, fileSystem, work });
  return { ...value, fromCache: isKnown };
}

async function freshCheck(request: CheckRequest): Promise<CheckOutcome> {
  const [
    { readSettings, settingsOf },
    { readModel },
    { checkModel, activeRules, sortDiagnostics },
    { rules },
    { schemaNodes },
  ] = await Promise.all([
    import("../config/read-settings.ts"),
    import("../model/read-model.ts"),
    import("./check-model.ts"),
    import("../rules/index.ts"),
    import("../model/schema-nodes.ts"),
  ]);
  const { settings, faults } = request.config
    ? readSettings(request.config.file, request.config.text)
    : { ...settingsOf(undefined), faults: [] };
  const folder = request.folderOf(settings);
  const documents = request.documents.length > 0 ? { documents: request.documents } : {};
  const memoKey = JSON.stringify(["check-memo", request.fingerprint, request.scope, request.documents]);
  const { memo, used } = memoOver((request.store.get(memoKey) ?? {}) as Record<string, unknown>);
  const model = await readModel(folder, { fileSystem: request.fileSystem, memo, ...documents });
  const found = checkModel(model, settings.rules, rules, memo);
  request.store.put(memoKey, used);
  const checked = {
    documents: model.documents.length,
    operations: model.operations.length,
    events: model.events.length,
    files: model.sources.files.size,
    rules: activeRules(model, settings.rules).length,
  };
  const diagnostics = sortDiagnostics([
    ...faults,
    ...found,
    ...emptiness(checked, found, folder, schemaNodes(model).length),
  ]);
  return { settings, folder, diagnostics, checked };
}

/** Documents that declare nothing are not "all right": most often the check was pointed at the wrong place. */
function emptiness(
  checked: Checked,
  found: readonly Diagnostic[],
  folder: string,
  schemas: number,
): readonly Diagnostic[] {
  const looked = checked.operations + checked.events + schemas;
  if (checked.documents === 0 || looked > 0 || found.length > 0) return [];
  return [
    {
      code: "nothing-checked",
      severity: "error",
      file: folder,
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
      message: `The ${checked.documents} documents in ${folder} have no operation, no message and no schema.`,
      hint: "Point --dir at the folder that holds the documents, or add an operation.",
    },
  ];
}
