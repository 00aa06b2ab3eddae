import type { Span } from "../diagnostics/diagnostic.ts";
import type { Json } from "./json.ts";

/** A fault of the text itself, before any meaning. */
export interface TextFault {
  readonly code: "yaml-syntax" | "yaml-duplicate-key" | "yaml-alias" | "yaml-json" | "file-too-large" | "file-encoding";
  readonly message: string;
  readonly hint?: string;
  readonly span: Span;
}

/** Text as a plain value. `locate` needs the positions again and is only called for findings. */
export interface ParsedText {
  readonly value: Json;
  /** One fault of the syntax at most, the first; then keys that appear twice. */
  readonly faults: readonly TextFault[];
  readonly locate: Locate;
}

/**
 * The span of the node at a pointer, or of its nearest ancestor that exists. `key` asks for the key of the node alone.
 * A map or list in block style starts at its key.
 */
export type Locate = (pointer: string, part?: "key" | "value") => Span;

/** Whether what the text means can still be told: a key that appears twice leaves one of two values, the others none at all. */
export function isReadable(faults: readonly TextFault[]): boolean {
  return faults.every(({ code }) => code === "yaml-duplicate-key" || code === "yaml-json");
}
