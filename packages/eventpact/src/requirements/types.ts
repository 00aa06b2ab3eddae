import type { Json } from "../read/json.ts";

/** One sentence of the specification that obliges documents or their readers, in our own words. */
export interface Requirement {
  /** The heading of the specification it stands under. */
  readonly section: string;
  readonly level: "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT";
  readonly says: string;
  /** 3.1 says it, and 3.0 does not. */
  readonly since?: "3.1";
  readonly held: Held;
}

/** What holds a requirement. */
export type Held =
  /** A rule of its own, with fixtures. */
  | { readonly by: "rule"; readonly rule: string }
  /** The specification's schema: with this value (absent: nothing) at this pointer of a valid document, the rule finds something. */
  | { readonly by: "schema"; readonly rule: string; readonly pointer: string; readonly value?: Json }
  /** Nothing that a check could do: why. */
  | { readonly by: "nothing"; readonly why: string };

export const rule = (code: string): Held => ({ by: "rule", rule: code });

/** Held by the specification's schema, shown by a value that it refuses; without a value the field is taken away. */
export const refused = (code: "field-invalid" | "field-missing" | "field-unknown" | "ref-place") => ({
  at: (pointer: string, ...value: readonly [Json] | readonly []): Held => ({
    by: "schema",
    rule: code,
    pointer,
    ...(value.length > 0 ? { value: value[0] as Json } : {}),
  }),
});

export const invalid = refused("field-invalid").at;
export const missing = refused("field-missing").at;
export const unknown = refused("field-unknown").at;
export const nothing = (why: string): Held => ({ by: "nothing", why });

type Sentence = readonly [level: Requirement["level"], says: string, held: Held, since?: "3.1"];

/** The requirements of one section. */
export function section(name: string, ...sentences: readonly Sentence[]): readonly Requirement[] {
  return sentences.map(([level, says, held, since]) => ({
    section: name,
    level,
    says,
    held,
    ...(since ? { since } : {}),
  }));
}
