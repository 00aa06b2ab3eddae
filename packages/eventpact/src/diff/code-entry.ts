import type { Severity } from "../diagnostics/diagnostic.ts";

/** A code of `eventpact diff`, as docs/diagnostics.md tells it; `severity` is that of its worst level. */
export interface DiffCode {
  readonly code: string;
  readonly category: "compatibility";
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
}

export const entry = (code: string, severity: Severity, title: string, why: string): DiffCode => ({
  code,
  category: "compatibility",
  severity,
  title,
  why,
});
