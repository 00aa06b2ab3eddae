import type { Checked } from "../check/run-check.ts";
import type { Waived } from "../config/apply-waivers.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** What a format renders. Files are as the caller sees them: relative to where the command was started. */
export interface CheckReport {
  readonly version: string;
  readonly folder: string;
  readonly checked: Checked;
  readonly diagnostics: readonly Diagnostic[];
  readonly waived: readonly Waived[];
  readonly milliseconds: number;
  readonly fromCache: boolean;
}

export const formats = ["text", "json", "github", "sarif"] as const;
export type Format = (typeof formats)[number];

export function countOf(diagnostics: readonly Diagnostic[], severity: Diagnostic["severity"]): number {
  return diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
}

/** "1 error", "3 errors". */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
