import { checkModel, defaultRuleSettings } from "../check/check-model.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { readModel } from "../model/read-model.ts";
import type { Model } from "../model/types.ts";
import type { FileSystem } from "../read/file-system.ts";
import { rules } from "../rules/index.ts";
import type { Memo } from "./emit.ts";
import { emit } from "./emit.ts";
import { emitInput, troubleDiagnostic } from "./from-model.ts";
import type { EmitOptions } from "./input.ts";
import { wholeFile } from "./package-files.ts";

/** The files of a package, or errors that say why there can be none. */
export interface Produced {
  readonly events: number;
  readonly files: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Findings with which no code can be trusted; the others are for `eventpact check`. */
const BLOCKING = new Set([
  "asyncapi-version",
  "file-too-large",
  "ref-resolves",
  "yaml-alias",
  "yaml-duplicate-key",
  "yaml-syntax",
]);

/** Reads documents and makes the text of every file, writing nothing. */
export async function produce(
  dir: string,
  fileSystem: FileSystem,
  options: EmitOptions,
  memo: Memo,
): Promise<Produced> {
  const model = await readModel(dir, { fileSystem });
  const faults = blockingDiagnostics(model);
  if (faults.length > 0) return { events: model.events.length, files: new Map(), diagnostics: faults };
  const { input, troubles } = emitInput(model);
  if (input.events.length === 0) {
    const skipped = troubles.map((trouble) => troubleDiagnostic(model, trouble));
    const what = model.documents.length > 0 ? "message with a JSON Schema payload" : "AsyncAPI 3 document";
    return { events: 0, files: new Map(), diagnostics: [...skipped, nothingToGenerate(dir, what)] };
  }
  const emitted = await emit(input, options, memo);
  const diagnostics = [...troubles, ...emitted.troubles].map((trouble) => troubleDiagnostic(model, trouble));
  return { events: input.events.length, files: emitted.files, diagnostics };
}

function blockingDiagnostics(model: Model): readonly Diagnostic[] {
  const blocking = rules.filter(({ code }) => BLOCKING.has(code));
  return checkModel(model, defaultRuleSettings, blocking).filter(({ severity }) => severity === "error");
}

function nothingToGenerate(dir: string, what: string): Diagnostic {
  const said = { message: `There is no ${what} in ${dir}.`, hint: "Name the folder with --dir." };
  return { ...wholeFile(dir), code: "nothing-to-generate", severity: "error", ...said };
}
