import type { Json } from "./json.ts";
import { isObject } from "./json.ts";

/** Splits a JSON pointer (RFC 6901) into its tokens; '' has none. */
export function pointerTokens(pointer: string): readonly string[] {
  if (pointer === "") return [];
  return pointer.slice(1).split("/").map(unescapeToken);
}

/** The pointer one step down. */
export function childPointer(pointer: string, token: string | number): string {
  const text = String(token);
  return `${pointer}/${/[~/]/.test(text) ? text.replaceAll("~", "~0").replaceAll("/", "~1") : text}`;
}

/** The value at a pointer: own properties and array indices only; undefined when there is none. */
export function valueAt(root: Json | undefined, pointer: string): Json | undefined {
  let value = root;
  for (const token of pointerTokens(pointer)) {
    value = childValue(value, token);
    if (value === undefined) return undefined;
  }
  return value;
}

/** One step of `valueAt`. */
export function childValue(value: Json | undefined, token: string): Json | undefined {
  if (Array.isArray(value)) return /^(0|[1-9]\d*)$/.test(token) ? (value as readonly Json[])[Number(token)] : undefined;
  if (isObject(value) && Object.hasOwn(value, token)) return value[token];
  return undefined;
}

function unescapeToken(token: string): string {
  return token.includes("~") ? token.replaceAll("~1", "/").replaceAll("~0", "~") : token;
}
