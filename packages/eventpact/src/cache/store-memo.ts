import { createHash } from "node:crypto";
import type { Memo } from "./memo.ts";
import { memoOver } from "./memo.ts";
import type { Store } from "./store.ts";

/** A memo with an entry of the store for each result, for results that are many and seldom needed at once. */
export function storeMemo(store: Store, scope: string): Memo {
  return {
    once<T>(kind: string, input: string, make: () => T): T {
      const key = `${scope}\n${kind}\n${createHash("sha256").update(input).digest("base64url")}`;
      const known = store.get(key) as { readonly value: T } | undefined;
      if (known !== undefined) return known.value;
      const value = make();
      store.put(key, { value });
      return value;
    },
  };
}

/** A memo that is one entry of the store: what this run used, and of earlier runs as many results as there is room for. */
export function keptMemo(store: Store, key: string, most: number): { readonly memo: Memo; readonly keep: () => void } {
  const earlier = (store.get(key) ?? {}) as Readonly<Record<string, unknown>>;
  const { memo, used } = memoOver(earlier);
  const keep = (): void => {
    const unused = Object.entries(earlier).filter(([id]) => !Object.hasOwn(used, id));
    const room = Math.max(0, most - Object.keys(used).length);
    store.put(key, { ...Object.fromEntries(unused.slice(0, room)), ...used });
  };
  return { memo, keep };
}
