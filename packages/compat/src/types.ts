/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A JSON Schema as parsed JSON: `true`, `false` or an object of keywords. Anything else is refused by `compare`. */
export type Schema = boolean | { readonly [keyword: string]: unknown };

/** The versions of the specification that are understood. AsyncAPI's schema object is draft-07. */
export type Dialect = "draft-07" | "2019-09" | "2020-12";

/** How a schema may be written. Drafts 04 and 06 are translated to draft-07 when they are read. */
export type Draft = "draft-04" | "draft-06" | Dialect;

/** `backward`: new readers read old data. `forward`: old readers read new data. */
export type Direction = "backward" | "forward";

/**
 * `compatible` is proved: no instance exists that breaks the reader. `incompatible` carries a witness that was run
 * through both validators. `undecided` carries the reason.
 */
export type Verdict = "compatible" | "incompatible" | "undecided";

/** What is assumed about writers and readers beyond plain inclusion of instances. See `POLICIES`. */
export interface Policy {
  /** Shown in results; free text for a policy of your own. */
  readonly name: string;
  /**
   * May data carry keys that its schema leaves open but nobody declared? `any`: yes. `declared`: an object that
   * declares properties and says nothing about others is closed. `evidence`: as `declared`, plus the `writtenKeys`.
   */
  readonly writer: "any" | "declared" | "evidence";
  /** `ignoreUnknown`: the reader skips keys it does not know instead of refusing the event. */
  readonly reader: "asWritten" | "ignoreUnknown";
  /** `fillOnRead`: a required property with a `default` in the reader's schema is filled when it is missing. */
  readonly defaults: "ignore" | "fillOnRead";
  /** `tolerateUnknown`: the reader takes a value outside its `enum` as "unknown" if it has the right type. */
  readonly enums: "closed" | "tolerateUnknown";
}

/** The policies that have a name of their own. */
export type PolicyName = "strict" | "tolerant" | "lenient" | "evidence";

/** Limits of one direction's work, counted in steps of the algorithm, never in time. */
export interface Budget {
  /** Steps of the solver (default 60,000). */
  readonly steps?: number;
  /** States of one automaton built for `pattern` (default 5,000). */
  readonly states?: number;
}

/**
 * A witness too large to be written out. The interpreter of the specification has checked it as it is described; nobody
 * builds it to do so.
 */
export interface LargeWitness {
  /** What it is, for a person: "a text of 65,535 characters". */
  readonly words: string;
  /**
   * The value with its large parts described: `{"$text": {length, head, repeated, times, tail}}`, `{"$list": {length, items,
   * repeated, times}}`, `{"$object": {size, fields, names, times, each}}`, where `{"$each": …}` counts on from one to the next.
   */
  readonly outline: Json;
}

export interface CompareOptions {
  /**
   * The draft of both schemas; without it each schema's own `$schema` decides, and draft-07 where there is none. A
   * `$schema` that is not known leaves everything undecided (`unknown-dialect`).
   */
  readonly dialect?: Draft;
  /** A named policy or one of your own; default `strict`, plain inclusion. */
  readonly policy?: PolicyName | Policy;
  /** Keys that were ever written although no schema declares them; used by a policy with `writer: "evidence"`. */
  readonly writtenKeys?: readonly string[];
  /** Does `format` reject values (default `assertion`, as ajv with ajv-formats does) or only describe them? */
  readonly formats?: "assertion" | "annotation";
  /** Documents that `$ref` may name, by absolute URI. Nothing is ever fetched. */
  readonly documents?: Readonly<Record<string, Schema>>;
  readonly budget?: Budget;
  /**
   * Is each witness also run through ajv (default no)? ajv compiles both schemas for it, which costs more than the proof.
   * Where it does not agree, the verdict is `undecided` (`unconfirmed-witness`). Ask for it where a witness is shown.
   */
  readonly confirm?: boolean;
}

/** `breaking`: part of why the verdict is `incompatible`. `warning`: allowed, but look at it. `info`: only noted. */
export type Severity = "breaking" | "warning" | "info";

/** One thing that differs between the two schemas, as seen from one direction. */
export interface Change {
  /** From the catalogue `CHANGE_CODES`, for example `property-removed`. */
  readonly code: ChangeCode;
  readonly severity: Severity;
  /** JSON pointer into the older schema, to the changed keyword or, where it is absent there, to its place. */
  readonly older: string;
  /** JSON pointer into the newer schema. */
  readonly newer: string;
  /** The keyword that changed, for example `maxLength`. */
  readonly keyword: string;
  /** A sentence for a person. */
  readonly message: string;
  /** What to do instead, or what was probably meant. */
  readonly hint?: string;
  /** Sixteen hexadecimal digits; the same for the same change in the same place, whatever else changes around it. */
  readonly fingerprint: string;
}

/** Where a witness is refused, as the reading schema's validator says it. */
export interface Rejection {
  /** JSON pointer into the witness. */
  readonly instance: string;
  /** JSON pointer into the refusing schema, to the keyword that trips. */
  readonly schema: string;
  readonly keyword: string;
  readonly message: string;
}

/** The judgement of one direction. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Only with `incompatible`: an instance the writing schema accepts and the reading schema refuses. */
  readonly witness?: Json;
  /** Instead of `witness` where it is too large to be written out. */
  readonly largeWitness?: LargeWitness;
  /** Only with `incompatible`: the first place where the reading schema refuses the witness. */
  readonly rejection?: Rejection;
  /** Only with `undecided`: why. */
  readonly reason?: UndecidedReason;
  /**
   * With `undecided`: the reason as a sentence. With the others: what to know about the verdict, where there is something
   * (a schema that nothing satisfies, keywords beside `$ref` that the letter of a draft would ignore).
   */
  readonly note?: string;
  readonly changes: readonly Change[];
}

export type UndecidedReason =
  | "budget"
  | "unsupported-pattern"
  | "unsupported-keyword"
  | "unresolved-reference"
  | "unconfirmed-witness"
  | "invalid-schema"
  | "unknown-dialect";

export interface Comparison {
  readonly backward: Judgement;
  readonly forward: Judgement;
  readonly policy: string;
  /** The draft each schema was read in. */
  readonly dialects: { readonly older: Draft; readonly newer: Draft };
}

/** Compatibility modes over a history, as schema registries name them. */
export type Mode =
  | "NONE"
  | "BACKWARD"
  | "FORWARD"
  | "FULL"
  | "BACKWARD_TRANSITIVE"
  | "FORWARD_TRANSITIVE"
  | "FULL_TRANSITIVE";

/** One pair of a history that was judged, by index into the list of versions. */
export interface VersionJudgement {
  readonly older: number;
  readonly newer: number;
  readonly direction: Direction;
  readonly judgement: Judgement;
}

export interface HistoryJudgement {
  readonly mode: Mode;
  /** `incompatible` if any pair is, else `undecided` if any is, else `compatible`. */
  readonly verdict: Verdict;
  readonly judgements: readonly VersionJudgement[];
}

/** Every code a `Change` can carry, with what it means. */
export const CHANGE_CODES = {
  "property-added": "an optional property was added",
  "required-property-added": "a property that must be present was added",
  "property-removed": "a property is no longer declared",
  "property-renamed": "one property left and an equal one came: probably a rename",
  "property-required": "an optional property became required",
  "property-optional": "a required property became optional",
  "type-changed": "the type is another one",
  "type-narrowed": "fewer types are allowed",
  "type-widened": "more types are allowed",
  "enum-narrowed": "values were removed",
  "enum-widened": "values were added",
  "enum-changed": "values were removed and added",
  "constraint-tightened": "a keyword allows less than before",
  "constraint-loosened": "a keyword allows more than before",
  "constraint-changed": "a keyword allows something else than before",
  "object-closed": "undeclared properties are no longer allowed",
  "object-opened": "undeclared properties are now allowed",
  "branch-added": "an alternative was added",
  "branch-removed": "an alternative was removed",
  "schema-replaced": "the schema at this place is a different one",
  "reference-changed": "the reference names another schema",
  "default-changed": "the default is another one",
  "annotation-changed": "only documentation changed",
  "keyword-misspelt": "a keyword nobody knows looks like one that exists",
  "schema-unsatisfiable": "no instance satisfies the schema, so every change to it is compatible",
} as const;

export type ChangeCode = keyof typeof CHANGE_CODES;
