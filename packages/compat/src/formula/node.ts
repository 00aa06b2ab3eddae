import { isList, isObjectValue, isText } from "../large/value.ts";
import type { Value } from "../large/value.ts";
import type { Rational } from "../numbers/rational.ts";
import type { Place } from "../schema/document.ts";
import type { Json } from "../types.ts";

/** Bits of a set of types. Numbers are split so that `integer` is a set of types like any other. */
export const NULL = 1;
export const BOOLEAN = 2;
export const INTEGER = 4;
export const FRACTION = 8;
export const STRING = 16;
export const ARRAY = 32;
export const OBJECT = 64;
export const NUMBER = INTEGER | FRACTION;
export const ALL = 127;

/** The types a conjunction is solved in, one after the other; numbers are one of them. */
export const SORTS = [NULL, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT] as const;
export type Sort = (typeof SORTS)[number];

interface Common {
  readonly id: number;
  /** Types of which a value satisfying the node can be: an upper bound. */
  readonly mask: number;
}

export type Order = "ge" | "gt" | "le" | "lt";

/**
 * A set of JSON values. Every atom implies its type: `length ge 3` is "a string of at least three characters", so that
 * a keyword is `types(all but string) or length ge 3`, and negation turns an atom into its dual or another type.
 */
export type Shape =
  | { readonly kind: "types" }
  | { readonly kind: "and"; readonly parts: readonly Node[] }
  | { readonly kind: "or"; readonly parts: readonly Node[] }
  | { readonly kind: "enum"; readonly values: ReadonlyMap<string, Json> }
  | { readonly kind: "notEnum"; readonly values: ReadonlyMap<string, Json> }
  | { readonly kind: "bound"; readonly order: Order; readonly limit: Rational }
  | { readonly kind: "multiple"; readonly of: Rational; readonly positive: boolean }
  | { readonly kind: "length"; readonly order: "ge" | "le"; readonly count: number }
  | { readonly kind: "pattern"; readonly source: string; readonly positive: boolean }
  | { readonly kind: "format"; readonly name: string; readonly positive: boolean }
  | { readonly kind: "items"; readonly order: "ge" | "le"; readonly count: number }
  | { readonly kind: "every"; readonly from: number; readonly to: number; readonly inner: Node }
  | { readonly kind: "some"; readonly from: number; readonly to: number; readonly inner: Node }
  | { readonly kind: "atLeast"; readonly count: number; readonly inner: Node }
  | { readonly kind: "atMost"; readonly count: number; readonly inner: Node }
  | { readonly kind: "unique"; readonly positive: boolean }
  | { readonly kind: "size"; readonly order: "ge" | "le"; readonly count: number }
  | { readonly kind: "allNames"; readonly names: Node; readonly inner: Node }
  | { readonly kind: "someName"; readonly names: Node; readonly inner: Node }
  | { readonly kind: "reference"; readonly place: Place; readonly positive: boolean }
  | { readonly kind: "opaque"; readonly key: string; readonly reason: OpaqueReason; readonly positive: boolean };

export type OpaqueReason = "budget" | "unsupported-pattern" | "unsupported-keyword" | "unresolved-reference";

export type Node = Common & Shape;
export type NodeOf<K extends Shape["kind"]> = Common & Extract<Shape, { kind: K }>;

/** The type of a value as a bit. */
export function typeBit(value: Value): number {
  switch (typeof value) {
    case "string":
      return STRING;
    case "number":
      return Number.isInteger(value) ? INTEGER : FRACTION;
    case "boolean":
      return BOOLEAN;
    default:
      if (value === null) return NULL;
      if (isList(value)) return ARRAY;
      if (isObjectValue(value)) return OBJECT;
      return isText(value) ? STRING : INTEGER;
  }
}
