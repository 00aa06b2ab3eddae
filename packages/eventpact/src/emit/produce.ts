import type { partedMemo } from "../cache/parted-memo.ts";
import { checkModel, defaultRuleSettings } from "../check/check-model.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { readModel } from "../model/read-model.ts";
import type { Model } from "../model/types.ts";
import type { FileSystem } from "../read/file-system.ts";
import { rules } from "../rules/index.ts";
import { emit } from "./emit.ts";
import { emitInput, troubleDiagnostic } from "./from-model.ts";
import type { EmitOptions } from "./input.ts";
import { wholeFile } from "./package-files.ts";

/** The files of a package, or errors that say why there can be none. */
export interface Produced {
  readonly events: number;
  readonly files: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  /** Nothing may be written. */
  readonly isBlocked: boolean;
}

/** Findings of texts that were not read: what stands in them is not gone, so nothing made of it may be taken away. */
const BLOCKING = new Set(["file-too-large", "yaml-alias", "yaml-duplicate-key", "yaml-syntax"]);

/** Findings by which something is left out; the rest is generated. The others are for `eventpact check`. */
const LEAVING_OUT = new Set(["asyncapi-version", "ref-resolves"]);

/** Reads documents and makes the text of every file, writing nothing. */
export async function produce(
  dir: string,
  fileSystem: FileSystem,
  options: EmitOptions,
  { memo, late }: Pick<ReturnType<typeof partedMemo>, "memo" | "late">,
): Promise<Produced> {
  const model = await readModel(dir, { fileSystem, memo });
  const findings = findingsOf(model);
  const blocked = { events: 0, files: new Map(), isBlocked: true };
  const faults = findings.filter(({ code }) => BLOCKING.has(code));
  if (faults.length > 0) return { ...blocked, diagnostics: faults };
  const { input, troubles } = emitInput(model);
  const emitted = await emit(input, options, late);
  const said = [...troubles, ...emitted.troubles].map((trouble) => troubleDiagnostic(model, trouble));
  const diagnostics = [...findings, ...said];
  if (emitted.events > 0) return { events: emitted.events, files: emitted.files, diagnostics, isBlocked: false };
  const what = model.documents.length > 0 ? "message with a JSON Schema payload" : "AsyncAPI 3 document";
  return { ...blocked, diagnostics: [...diagnostics, nothingToGenerate(dir, what)] };
}

function findingsOf(model: Model): readonly Diagnostic[] {
  const asked = rules.filter(({ code }) => BLOCKING.has(code) || LEAVING_OUT.has(code));
  return checkModel(model, defaultRuleSettings, asked).filter(({ severity }) => severity === "error");
}

function nothingToGenerate(dir: string, what: string): Diagnostic {
  const said = { message: `There is no ${what} in ${dir}.`, hint: "Name the folder with --dir." };
  return { ...wholeFile(dir), code: "nothing-to-generate", severity: "error", ...said };
}
