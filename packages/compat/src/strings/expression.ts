/**
 * The regular expression of a pattern: with the `u` flag, as JSON Schema recommends, and without it where the pattern is
 * valid only so (`[\w-\.]`). `undefined` for what is no pattern at all. Every validator reads patterns through this.
 */
export function toExpression(source: string): RegExp | undefined {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(source, flags);
    } catch {
      // Valid only without the flag, or not for this engine.
    }
  }
  return undefined;
}
