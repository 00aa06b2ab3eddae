import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Config } from "../config/types.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** What a check beyond the documents is told. */
export interface ExtraCheckContext {
  /** The absolute project root; the other paths are relative to it. */
  readonly root: string;
  readonly folder: string;
  readonly config: Config;
  /** An ISO day, for what ends on one. */
  readonly today: string;
  /** What was found in the documents. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A check that looks at more than the documents, such as generated code or another git revision. It decides by itself
 * whether it applies, keeps its own cache, and answers with findings whose codes have an entry in the catalogue.
 */
export interface ExtraCheck {
  readonly run: (context: ExtraCheckContext) => Promise<readonly Diagnostic[]>;
}

/** Modules that export `extraCheck`; those that this installation lacks are skipped. */
const modules: readonly string[] = ["../emit/extra-check", "../diff/extra-check", "../deploy/extra-check"];

export async function runExtraChecks(context: ExtraCheckContext): Promise<readonly Diagnostic[]> {
  const ending = /\.[a-z]+$/.exec(import.meta.url)?.[0] ?? ".ts";
  const found: Diagnostic[] = [];
  for (const module of modules) {
    const url = new URL(`${module}${ending}`, import.meta.url);
    if (!existsSync(fileURLToPath(url))) continue;
    const { extraCheck } = (await import(url.href)) as { extraCheck: ExtraCheck };
    found.push(...(await extraCheck.run(context)));
  }
  return found;
}
