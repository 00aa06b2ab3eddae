import { createHash } from "node:crypto";
import type { Memo } from "./memo.ts";
import type { Store } from "./store.ts";

/** A memo whose results may take their time. */
export type LateMemo = <T>(kind: string, input: string, make: () => Promise<T>) => Promise<T>;

/** Makes everything anew. */
export const noLateMemo: LateMemo = (_kind, _input, make) => make();

interface Part {
  readonly earlier: Readonly<Record<string, unknown>>;
  readonly used: Record<string, unknown>;
}

/**
 * Memos over many entries of the store, so that one new result does not write all the others anew. `keep` stores what
 * this run used, and only that, where it is not what was stored before. Results must survive JSON.
 */
export function partedMemo(
  store: Store,
  key: string,
): { readonly memo: Memo; readonly late: LateMemo; readonly keep: () => void } {
  const parts = new Map<string, Part>();
  const partOf = (name: string): Part => {
    let part = parts.get(name);
    if (!part) {
      const earlier = (store.get(keyOf(name)) ?? {}) as Readonly<Record<string, unknown>>;
      parts.set(name, (part = { earlier, used: {} }));
    }
    return part;
  };
  const keyOf = (name: string): string => `${key}\n${name}`;
  /** The place of a result, with what is known of it. */
  const placeOf = (kind: string, input: string): { readonly part: Part; readonly id: string } => {
    const id = createHash("sha256").update(`${kind}\0${input}`).digest("base64url");
    // 64 parts: few enough to be read at once, small enough to be written for one result.
    const part = partOf(id.slice(0, 1));
    if (!Object.hasOwn(part.used, id) && Object.hasOwn(part.earlier, id)) part.used[id] = part.earlier[id];
    return { part, id };
  };
  return {
    memo: {
      once<T>(kind: string, input: string, make: () => T): T {
        const { part, id } = placeOf(kind, input);
        if (!Object.hasOwn(part.used, id)) part.used[id] = make();
        return part.used[id] as T;
      },
    },
    async late<T>(kind: string, input: string, make: () => Promise<T>): Promise<T> {
      const { part, id } = placeOf(kind, input);
      if (!Object.hasOwn(part.used, id)) part.used[id] = await make();
      return part.used[id] as T;
    },
    keep() {
      for (const [name, { earlier, used }] of parts) {
        const ids = Object.keys(used);
        const isSame = ids.length === Object.keys(earlier).length && ids.every((id) => Object.hasOwn(earlier, id));
        if (!isSame) store.put(keyOf(name), used);
      }
    },
  };
}
