import { createHash } from "node:crypto";
import { canonical } from "../schema/json.ts";
import type { ChangeCode } from "../types.ts";

/** What a change does to the set of accepted values, taken by itself. */
export type Effect = "narrows" | "widens" | "both" | "none";

/** A change without a direction: how two schemas differ in one place. */
export interface Difference {
  readonly code: ChangeCode;
  readonly older: string;
  readonly newer: string;
  readonly keyword: string;
  readonly message: string;
  readonly hint?: string;
  readonly effect: Effect;
  /** Someone may depend on it although no value is refused. */
  readonly notable?: true;
  readonly fingerprint: string;
}

export type DifferenceInput = Omit<Difference, "fingerprint">;

/** Differences listed at most; a schema replaced wholesale needs no longer list. */
const MAX_DIFFERENCES = 1000;

/** Collects differences, each place and kind once. */
export class Differences {
  readonly list: Difference[] = [];
  readonly #seen = new Set<string>();

  get full(): boolean {
    return this.list.length >= MAX_DIFFERENCES;
  }

  /** `before` and `after` are the values that differ; the fingerprint covers them and the place, nothing around. */
  add(difference: DifferenceInput, before: unknown, after: unknown): void {
    const { code, older, newer, keyword } = difference;
    const mark = fingerprint([code, older, newer, keyword, textOf(before), textOf(after)]);
    if (this.full || this.#seen.has(mark)) return;
    this.#seen.add(mark);
    this.list.push({ ...difference, fingerprint: mark });
  }
}

/** A short name for what the parts say, the same in every run. */
export function fingerprint(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex").slice(0, 16);
}

function textOf(value: unknown): string {
  return value === undefined ? "-" : canonical(value);
}

/** A value in a sentence, cut short. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
