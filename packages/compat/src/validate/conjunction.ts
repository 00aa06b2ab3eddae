import type { TextFamily, Value } from "../large/value.ts";
import { own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";

/** Yes, no, or not known: an unresolved reference, a pattern that cannot be asked, too much work. */
export type Validity = boolean | undefined;

/** Property names and item indexes that some subschema in place has looked at. */
export interface Evaluated {
  readonly names: Set<string | TextFamily>;
  /** `REPEATED` stands for all items of a large list that are alike. */
  readonly items: Set<number>;
  /** A subschema of which it is not known whether it accepts may have looked at more or less. */
  unsure: boolean;
}

export const REPEATED = -1;

export interface Instance {
  readonly value: Value;
  readonly pointer: string;
}

/** Collects the truths of parts that must all hold. */
export class Conjunction {
  value: Validity = true;

  add(truth: Validity): void {
    if (truth === false || this.value === false) this.value = false;
    else if (truth === undefined) this.value = undefined;
  }

  /** `false` once a part failed, so that `failed || next()` skips the rest and adds nothing new. */
  get failed(): boolean {
    return this.value === false;
  }
}

export function list(schema: JsonObject, keyword: string): readonly unknown[] {
  const value = own(schema, keyword);
  return Array.isArray(value) ? value : [];
}
