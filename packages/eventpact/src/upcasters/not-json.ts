import { childPointer } from "../read/pointer.ts";

/** Why a value is no JSON, and where; undefined when it is. A property that is `undefined` counts as one that is not there. */
export function notJson(
  value: unknown,
  pointer = "",
  above: readonly unknown[] = [],
): { readonly pointer: string; readonly what: string } | undefined {
  const is = (what: string) => ({ pointer, what });
  if (value === null || typeof value === "boolean" || typeof value === "string") return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : is(String(value));
  if (value === undefined) return is("undefined");
  if (typeof value !== "object") return is(`a ${typeof value}`);
  if (above.includes(value)) return is("an object that contains itself");
  const within = [...above, value];
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = notJson(item, childPointer(pointer, String(index)), within);
      if (found) return found;
    }
    return undefined;
  }
  const kind: unknown = Object.getPrototypeOf(value);
  // Of whatever realm, what plain objects inherit from inherits from nothing.
  if (kind !== null && Object.getPrototypeOf(kind) !== null)
    return is(`a ${value.constructor?.name || "object of a class"}`);
  for (const [name, item] of Object.entries(value)) {
    const found = item === undefined ? undefined : notJson(item, childPointer(pointer, name), within);
    if (found) return found;
  }
  return undefined;
}
