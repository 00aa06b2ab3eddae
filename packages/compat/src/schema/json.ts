import type { Json } from "../types.ts";

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own properties only: a schema may declare `constructor` or `__proto__`. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && Number.isInteger(value);
}

/** One text per JSON value, whatever the order of keys: equal values have equal texts. */
export function canonical(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(",")}]`;
  const object = value as JsonObject;
  const keys = Object.keys(object);
  if (keys.length > 1) keys.sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`).join(",")}}`;
}

/** A copy with one own property set; safe for the key `__proto__`. */
export function withKey<T>(object: { readonly [key: string]: T }, key: string, value: T): { [key: string]: T } {
  const copy = { ...object };
  define(copy, key, value);
  return copy;
}

/** Sets an own property, `__proto__` included. */
export function define<T>(object: { [key: string]: T }, key: string, value: T): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

export function equal(a: Json, b: Json): boolean {
  if (a === b) return true;
  return typeof a === "object" && typeof b === "object" && canonical(a) === canonical(b);
}

/** The number of code points, which is what `minLength` and `maxLength` count. */
export function codePoints(value: string): number {
  let count = 0;
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdbff) {
      const next = value.charCodeAt(index + 1);
      if (next >= 0xdc00 && next <= 0xdfff) index++;
    }
    count++;
  }
  return count;
}

/** One step of a JSON pointer (RFC 6901). */
export function pointerStep(key: string | number): string {
  const text = String(key);
  return /[~/]/.test(text) ? `/${text.replaceAll("~", "~0").replaceAll("/", "~1")}` : `/${text}`;
}
