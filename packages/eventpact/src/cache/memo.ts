import { createHash } from "node:crypto";

/** Remembers results of pure functions by the text of their input, across runs where a store keeps them. */
export interface Memo {
  /** The remembered result for this input, or a new one. Results must survive JSON; `kind` names the function. */
  once<T>(kind: string, input: string, make: () => T): T;
}

/** Makes everything anew. */
export const noMemo: Memo = { once: (_kind, _input, make) => make() };

/** A memo over what an earlier run remembered. `used` is what this run needed, and all that is worth keeping. */
export function memoOver(earlier: Readonly<Record<string, unknown>>): {
  readonly memo: Memo;
  readonly used: Readonly<Record<string, unknown>>;
} {
  const used: Record<string, unknown> = {};
  const once = <T>(kind: string, input: string, make: () => T): T => {
    const id = createHash("sha256").update(kind).update("\0").update(input).digest("base64url");
    if (!Object.hasOwn(used, id)) used[id] = Object.hasOwn(earlier, id) ? earlier[id] : make();
    return used[id] as T;
  };
  return { memo: { once }, used };
}
