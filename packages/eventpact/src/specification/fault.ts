import type { Json } from "../read/json.ts";

/** One way in which a node does not fit the specification's schema. */
export interface Fault {
  readonly kind: "unknown-field" | "missing-field" | "value" | "ref" | "sibling";
  /** Pointer of the node in its file. */
  readonly pointer: string;
  /** Whether the key or the value of that node is what is wrong. */
  readonly part: "key" | "value";
  readonly message: string;
  readonly hint?: string;
  /** The value has another JSON type altogether: this branch was hardly meant. */
  readonly wrongType?: true;
  /** The text as it is written only needs quotes. */
  readonly needsQuotes?: true;
  /** What `const` or `enum` would allow; joined when no branch of a `oneOf` fits. */
  readonly allowed?: readonly Json[];
}
