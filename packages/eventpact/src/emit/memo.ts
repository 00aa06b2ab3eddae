import { createHash } from "node:crypto";
import type { Memo } from "./emit.ts";

/** Content of an input → text made for it. */
export type Made = Readonly<Record<string, string>>;

/** A memo over what an earlier run made; `made` collects what this run used, and only that. */
export function memoOver(earlier: Made): { readonly memo: Memo; readonly made: Record<string, string> } {
  const made: Record<string, string> = {};
  const memo: Memo = async (kind, input, make) => {
    const id = createHash("sha256").update(`${kind}\n${input}`).digest("base64url");
    const text = made[id] ?? (Object.hasOwn(earlier, id) ? earlier[id] : undefined) ?? (await make());
    made[id] = text;
    return text;
  };
  return { memo, made };
}
