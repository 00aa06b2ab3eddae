import { createHash } from "node:crypto";
import type { Memo } from "./memo.ts";
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
