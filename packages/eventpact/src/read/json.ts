/** A JSON value, as YAML's core schema yields it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The own property, never an inherited one: `own({}, 'constructor')` is undefined. */
export function own(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function ownString(value: Json | undefined, key: string): string | undefined {
  const found = own(value, key);
  return typeof found === "string" ? found : undefined;
}

/** Sets an own property even when the key is `__proto__`. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}

/** JSON with sorted keys: equal values give equal text, whatever order they were written in. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  let text = "";
  for (const key of inOrder(Object.keys(value)))
    text += `${text === "" ? "{" : ","}${quoted(key)}:${canonicalJson(value[key] as Json)}`;
  return text === "" ? "{}" : `${text}}`;
}

/** Names are the same ones again and again. */
const quotedNames = new Map<string, string>();

function quoted(name: string): string {
  let text = quotedNames.get(name);
  if (text === undefined) {
    if (quotedNames.size > 10_000) quotedNames.clear();
    quotedNames.set(name, (text = JSON.stringify(name)));
  }
  return text;
}

/** Sorted; names that are numbers come first and by size, as in every object of JavaScript. */
function inOrder(keys: string[]): readonly string[] {
  if (keys.length < 2) return keys;
  const sorted = keys.toSorted();
  if (!keys.some((key) => /^\d/.test(key))) return sorted;
  const ordered: Record<string, null> = {};
  for (const key of sorted) setOwn(ordered, key, null);
  return Object.keys(ordered);
}
