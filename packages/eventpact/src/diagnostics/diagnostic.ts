/** How bad a finding is: `error` fails the check, `warning` fails it too unless configured otherwise, `info` never does. */
export type Severity = "error" | "warning" | "info";

/** A finding at a place in a text file. Lines and columns count from 1; the end is exclusive. */
export interface Diagnostic {
  /** The rule's name, which is also its file name, its fixture folder and its anchor in docs/diagnostics.md. */
  readonly code: string;
  readonly severity: Severity;
  /** Path relative to the project root, with `/` on every platform. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** The way out, where there is one to say. */
  readonly hint?: string;
}

/** A span of text: 1-based lines and columns, end exclusive. Columns count UTF-16 code units, as editors do. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}
