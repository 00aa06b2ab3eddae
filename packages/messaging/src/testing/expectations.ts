import { isDeepStrictEqual, inspect } from "node:util";

/** Rejects with what was found instead. */
export function expectEqual(found: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(found, expected)) {
    throw new Error(`${what}: expected ${inspect(expected, { depth: 4 })}, found ${inspect(found, { depth: 4 })}`);
  }
}

/** Waits until `condition` holds; rejects after `ms`, saying what was waited for. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${ms} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
