import type { Completion } from "../policy/completion.ts";

/** Makes what a reader hands on of a value that its schema accepts; never changes the value. */
export declare function createCompletion(
  completion: Pick<Completion, "plan" | "plans" | "known">,
  checks: Readonly<Record<string, (value: unknown) => boolean>>,
): (value: unknown) => unknown;
