import { KEYWORDS } from "../schema/dialect.ts";
import type { JsonObject } from "../schema/json.ts";

/** The keyword that was probably meant by one that nobody knows; `undefined` for extensions (`x-…`) and free names. */
export function meant(keyword: string): string | undefined {
  if (KEYWORDS.has(keyword) || keyword.startsWith("x-") || keyword.length < 4 || keyword.length > 30) return undefined;
  const lower = keyword.toLowerCase();
  for (const known of KEYWORDS) {
    if (known.toLowerCase() === lower) return known;
    const limit = known.length >= 8 ? 2 : 1;
    if (Math.abs(known.length - keyword.length) <= limit && distance(known.toLowerCase(), lower, limit) <= limit) {
      return known;
    }
  }
  return undefined;
}

export function misspelt(schema: JsonObject): { readonly keyword: string; readonly meant: string }[] {
  const found: { keyword: string; meant: string }[] = [];
  for (const keyword of Object.keys(schema)) {
    const known = meant(keyword);
    if (known !== undefined && !Object.hasOwn(schema, known)) found.push({ keyword, meant: known });
  }
  return found;
}

/** Edits between two words, swapped neighbours counting as one (optimal string alignment), or more than `limit`. */
function distance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}
