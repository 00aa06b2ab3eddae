import type { RuleSettings } from "../check/check-model.ts";
import type { Json } from "../read/json.ts";

/** What eventpact.yaml says, with everything that it leaves out filled in. */
export interface Config {
  /** The configuration file relative to the project root; absent when there is none. */
  readonly file?: string;
  /** The folder of documents, relative to the project root. */
  readonly dir?: string;
  readonly rules: RuleSettings;
  readonly waivers: readonly Waiver[];
  /** The sections of other commands (`generate`, `compat` …) as written; each command reads its own. */
  readonly sections: Readonly<Record<string, Json>>;
}

/** A finding that is accepted, with the reason why. */
export interface Waiver {
  readonly rule: string;
  /** A file or a folder (ending in `/`) relative to the project root; absent: everywhere. */
  readonly file?: string;
  /** Text that the finding's message contains; absent: any. */
  readonly match?: string;
  readonly reason: string;
  /** The last day on which it holds, `2026-12-31`. */
  readonly until?: string;
  /** Where it stands in eventpact.yaml, for findings about it. */
  readonly pointer: string;
}
