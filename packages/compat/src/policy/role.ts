import type { Place, SchemaDocument } from "../schema/document.ts";
import type { Defaults } from "./defaults.ts";
import { SETTLED } from "./guards.ts";
import type { Guard } from "./guards.ts";
import type { Choices } from "./members.ts";
import type { Said } from "./said.ts";

/**
 * How a subschema is rewritten. `plain`: not at all, because it stands where less allowed would mean more (`not`,
 * `if`). `written`: only what writers write. `closed`: the same, for a value of its own whose undeclared properties are
 * not written. `read`: what readers take. `settled`: what readers hand on, so that nothing is skipped or filled there.
 */
export type Mode = "plain" | "written" | "closed" | "read" | "settled";

/** In which role a subschema is rewritten. */
export interface Role {
  readonly mode: Mode;
  /** What the reader fills in at this value. */
  readonly filled: Defaults;
  readonly guard: Guard;
  readonly choices: Choices;
  /** Names that are written because what this is an alternative of asks for them. */
  readonly named: readonly string[];
  /** What is said of the value that is written, where that decides on what is inside of it. */
  readonly said: Said | undefined;
  /** What else describes the value that is closed. */
  readonly beside: readonly Place[];
}

export const NOTHING: Defaults = new Map();
const UNCHOSEN: Choices = new Map();
export const roleOf = (mode: Mode): Role => ({
  mode,
  filled: NOTHING,
  guard: SETTLED,
  choices: UNCHOSEN,
  named: [],
  said: undefined,
  beside: [],
});

export const reading = (guard: Guard): Role => ({ ...roleOf(guard.settled ? "settled" : "read"), guard });

/** Has the schema anything that a reader may skip or fill? */
export function mayChange({ root, resources }: SchemaDocument): boolean {
  const texts = [root.schema, ...[...resources.values()].map((resource) => resource.root)].map((schema) =>
    JSON.stringify(schema),
  );
  const has = (pattern: RegExp): boolean => texts.some((text) => pattern.test(text));
  return has(/"(?:additional|unevaluated)Properties":false/) || (has(/"default":/) && has(/"required":\[/));
}

/** What a reader does at a rewritten subschema beyond validating. */
export interface Mark {
  /** Keys are skipped that `additionalProperties` or `unevaluatedProperties` would have refused. */
  readonly skips?: "additional" | "unevaluated";
  readonly fills?: Defaults;
}
