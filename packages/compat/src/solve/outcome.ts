import type { Value } from "../large/value.ts";
import type { UndecidedReason } from "../types.ts";

/** A value, a proof that there is none, or not known. A value may be wrong where something opaque was dropped. */
export type Outcome =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly reason: UndecidedReason };

export const NONE: Outcome = { kind: "none" };

export function valueOf(value: Value): Outcome {
  return { kind: "value", value };
}

export function unknown(reason: UndecidedReason): Outcome {
  return { kind: "unknown", reason };
}
