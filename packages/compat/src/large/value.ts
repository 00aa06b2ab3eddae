import type { Json } from "../types.ts";

/**
 * Values too large to be written out, by what repeats in them. The solver makes them, the interpreter of the
 * specification validates them, and nobody ever builds them.
 *
 * A family stands for many values at once, all different. Of a value that contains one, a statement is true only if it
 * is true whatever member stands there, and false only if it is false for all of them.
 */
export type Large = LargeText | TextFamily | NumberFamily | LargeList | LargeObject;

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value } | Large;

export type Text = string | LargeText | TextFamily;
export type ListValue = readonly Value[] | LargeList;
export type ObjectValue = { readonly [key: string]: Value } | LargeObject;

/** `head`, then `unit` so many times, then `tail`. */
export class LargeText {
  readonly head: string;
  readonly unit: string;
  readonly times: number;
  readonly tail: string;

  constructor(head: string, unit: string, times: number, tail: string) {
    this.head = head;
    this.unit = unit;
    this.times = times;
    this.tail = tail;
  }
}

/** Texts that differ in a counter: `before`, then `width` letters of `alphabet`, then `after`. */
export class TextFamily {
  readonly before: string;
  readonly alphabet: string;
  readonly width: number;
  readonly after: string;
  readonly count: number;

  constructor(before: string, alphabet: string, width: number, after: string, count: number) {
    this.before = before;
    this.alphabet = alphabet;
    this.width = width;
    this.after = after;
    this.count = count;
  }
}

/** `first`, `first + step`, `first + 2 · step` …: integers that are exact. */
export class NumberFamily {
  readonly first: number;
  readonly step: number;
  readonly count: number;

  constructor(first: number, step: number, count: number) {
    this.first = first;
    this.step = step;
    this.count = count;
  }
}

/** `items`, then `repeated` so many times; a family in `repeated` gives a different item each time. */
export class LargeList {
  readonly items: readonly Value[];
  readonly repeated: Value;
  readonly times: number;

  constructor(items: readonly Value[], repeated: Value, times: number) {
    this.items = items;
    this.repeated = repeated;
    this.times = times;
  }
}

/** `fields`, and `value` under each name of a family none of which is among them. */
export class LargeObject {
  readonly fields: { readonly [key: string]: Value };
  readonly names: TextFamily;
  readonly value: Value;

  constructor(fields: { readonly [key: string]: Value }, names: TextFamily, value: Value) {
    this.fields = fields;
    this.names = names;
    this.value = value;
  }
}

export function isText(value: Value): value is Text {
  return typeof value === "string" || value instanceof LargeText || value instanceof TextFamily;
}

export function isList(value: Value): value is ListValue {
  return Array.isArray(value) || value instanceof LargeList;
}

export function isObjectValue(value: Value): value is ObjectValue {
  return (
    value instanceof LargeObject || (typeof value === "object" && value !== null && !isList(value) && !isAtom(value))
  );
}

function isAtom(value: object): boolean {
  return value instanceof LargeText || value instanceof TextFamily || value instanceof NumberFamily;
}

/** Is nothing of the value large? */
export function isPlain(value: Value): value is Json {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every((item) => isPlain(item as Value));
  if (isAtom(value) || value instanceof LargeList || value instanceof LargeObject) return false;
  return Object.values(value).every((item) => isPlain(item as Value));
}

/** Does the value stand for many? */
export function hasFamily(value: Value): boolean {
  if (typeof value !== "object" || value === null || value instanceof LargeText) return false;
  if (value instanceof TextFamily || value instanceof NumberFamily) return true;
  if (value instanceof LargeList) return value.items.some(hasFamily);
  if (value instanceof LargeObject) return Object.values(value.fields).some(hasFamily) || hasFamily(value.value);
  return (Array.isArray(value) ? (value as readonly Value[]) : Object.values(value)).some(hasFamily);
}
