import type { Memo } from "../cache/memo.ts";
import type { Severity, Span } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import type { Place } from "../read/sources.ts";

/**
 * What a rule is about, and where it applies.
 * - `specification`: the files are not YAML, not AsyncAPI or not JSON Schema. Always on, for everybody.
 * - `schema`: valid, but certainly or probably not what was meant. On by default for everybody.
 * - `events`: conventions of event-driven systems. On where the folder uses the envelope convention, or by configuration.
 */
export type Category = "specification" | "schema" | "events";

/** A finding before it has a line and a severity. */
export interface Finding {
  readonly place: Place;
  /** Point at the key of the place instead of its value. */
  readonly part?: "key" | "value";
  /** Instead of the node's own span, where the text has no node. */
  readonly span?: Span;
  readonly message: string;
  readonly hint?: string | undefined;
}

export type Report = (finding: Finding) => void;

/** One rule: a value in a file named after its code, with fixtures in test/fixtures/rules/<code>/ and an entry in docs/diagnostics.md. */
export interface Rule {
  readonly code: string;
  readonly category: Category;
  /** By default; configuration may change it, except for the category `specification`. */
  readonly severity: Severity;
  /** What must hold, as a sentence. */
  readonly title: string;
  /** Why, and what to do about a finding: one paragraph for docs/diagnostics.md. */
  readonly why: string;
  /** It concludes from what is nowhere to be found, and so is silent while a file could not be read. */
  readonly needsEverything?: true;
  /** `memo` remembers what is costly and depends on nothing but its input. */
  check(model: Model, report: Report, memo: Memo): void;
}
