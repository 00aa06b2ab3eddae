import type { Memo } from "../cache/memo.ts";
import { memoOver } from "../cache/memo.ts";
import type { Store } from "../cache/store.ts";
import { diffFingerprint } from "./fingerprint.ts";

/**
 * Remembers texts as they were parsed: two states of a folder mostly hold the same ones, and so do two runs. `keep` stores what
 * this run needed, if that is not what was stored before.
 */
export function rememberedTexts(
  store: Store,
  root: string,
  folder: string,
): { readonly memo: Memo; readonly keep: () => void } {
  const key = JSON.stringify(["diff-memo", diffFingerprint(), root, folder]);
  const earlier = (store.get(key) ?? {}) as Record<string, unknown>;
  const { memo: behind, used } = memoOver(earlier);
  const known = new Map<string, unknown>();
  const once = <T>(kind: string, input: string, make: () => T): T => {
    const id = `${kind}\n${input}`;
    if (!known.has(id)) known.set(id, behind.once(kind, input, make));
    return known.get(id) as T;
  };
  const keep = (): void => {
    const ids = Object.keys(used);
    const isSame = ids.length === Object.keys(earlier).length && ids.every((id) => Object.hasOwn(earlier, id));
    if (!isSame) store.put(key, used);
  };
  return { memo: { once }, keep };
}
