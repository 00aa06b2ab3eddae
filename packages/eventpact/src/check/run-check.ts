import { memoOver } from "../cache/memo.ts";
import { isUnchanged, recordingFileSystem } from "../cache/recording-file-system.ts";
import type { Trace } from "../cache/recording-file-system.ts";
import type { Store } from "../cache/store.ts";
import type { Config } from "../config/types.ts";
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
  readonly config: Config;
  readonly folder: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly checked: Checked;
}

export interface CheckRequest {
  readonly fileSystem: FileSystem;
  /** From `findProject`: the configuration's path and text. */
  readonly config?: { readonly file: string; readonly text: string };
  /** Decides on the folder once the configuration is known. */
  readonly folderOf: (config: Config) => string;
  /** Just these documents; empty: the whole folder. */
  readonly documents: readonly string[];
  readonly store: Store;
  /** Who answers: another tool version never takes this one's answers. */
  readonly fingerprint: string;
  /** What else the answer depends on, such as where the caller stands. */
  readonly scope: string;
}

interface Remembered {
  readonly trace: Trace;
  readonly outcome: CheckOutcome;
}

/**
 * Reads, models and checks, or answers from the store when every file and listing that the last run looked at is as it was.
 * Nothing heavy is loaded in that case.
 */
export async function runCheck(request: CheckRequest): Promise<CheckOutcome & { readonly fromCache: boolean }> {
  const { config, documents, fingerprint, scope, store } = request;
  const key = JSON.stringify(["check", fingerprint, scope, config ?? null, documents]);
  const remembered = store.get(key) as Remembered | undefined;
  if (remembered && (await isUnchanged(request.fileSystem, remembered.trace)))
    return { ...revived(remembered.outcome), fromCache: true };
  const recording = recordingFileSystem(request.fileSystem);
  const outcome = await freshCheck({ ...request, fileSystem: recording });
  store.put(key, { trace: recording.trace(), outcome: storable(outcome) } satisfies Remembered);
  return { ...outcome, fromCache: false };
}

async function freshCheck(request: CheckRequest): Promise<CheckOutcome> {
  const [{ defaultConfig, parseConfig }, { readModel }, { checkModel, activeRules, sortDiagnostics }, { rules }] =
    await Promise.all([
      import("../config/parse-config.ts"),
      import("../model/read-model.ts"),
      import("./check-model.ts"),
      import("../rules/index.ts"),
    ]);
  const parsed = request.config ? parseConfig(request.config.file, request.config.text) : undefined;
  const config = parsed?.config ?? defaultConfig;
  const folder = request.folderOf(config);
  const documents = request.documents.length > 0 ? { documents: request.documents } : {};
  const memoKey = JSON.stringify(["check-memo", request.fingerprint, request.scope, request.documents]);
  const { memo, used } = memoOver((request.store.get(memoKey) ?? {}) as Record<string, unknown>);
  const model = await readModel(folder, { fileSystem: request.fileSystem, memo, ...documents });
  const found = checkModel(model, config.rules, rules, memo);
  request.store.put(memoKey, used);
  const checked = {
    documents: model.documents.length,
    operations: model.operations.length,
    events: model.events.length,
    files: model.sources.files.size,
    rules: activeRules(model, config.rules).length,
  };
  const diagnostics = sortDiagnostics([...(parsed?.diagnostics ?? []), ...found, ...emptiness(checked, found, folder)]);
  return { config, folder, diagnostics, checked };
}

/** Documents that declare nothing are not "all right": most often the check was pointed at the wrong place. */
function emptiness(checked: Checked, found: readonly Diagnostic[], folder: string): readonly Diagnostic[] {
  if (checked.documents === 0 || checked.operations + checked.events > 0 || found.length > 0) return [];
  return [
    {
      code: "nothing-checked",
      severity: "error",
      file: folder,
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
      message: `The ${checked.documents} documents in ${folder} have no operation and no message.`,
      hint: "Point --dir at the folder that holds the documents, or add an operation.",
    },
  ];
}

/** Maps do not survive JSON. */
function storable(outcome: CheckOutcome): CheckOutcome {
  const severities = [...outcome.config.rules.severities] as unknown as Config["rules"]["severities"];
  return { ...outcome, config: { ...outcome.config, rules: { ...outcome.config.rules, severities } } };
}

function revived(outcome: CheckOutcome): CheckOutcome {
  const { rules } = outcome.config;
  const severities = new Map(rules.severities as unknown as readonly [string, "error"][]);
  return { ...outcome, config: { ...outcome.config, rules: { ...rules, severities } } };
}
