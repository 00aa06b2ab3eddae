import { canonical, codePoints } from "../schema/json.ts";
import type { Json } from "../types.ts";
import {
  hasFamily,
  isObjectValue,
  isPlain,
  LargeList,
  LargeObject,
  LargeText,
  NumberFamily,
  TextFamily,
} from "./value.ts";
import type { ListValue, ObjectValue, Text, Value } from "./value.ts";

/** Yes, no, or unknown; of a family, also "for some members". */
type Truth = boolean | undefined;

/** The number of code points. */
export function lengthOf(text: Text): number {
  if (typeof text === "string") return codePoints(text);
  if (text instanceof TextFamily) return codePoints(text.before) + text.width + codePoints(text.after);
  return codePoints(text.head) + codePoints(text.unit) * text.times + codePoints(text.tail);
}

export function countOf(list: ListValue): number {
  return list instanceof LargeList ? list.items.length + list.times : list.length;
}

export function sizeOf(object: ObjectValue): number {
  return object instanceof LargeObject
    ? Object.keys(object.fields).length + object.names.count
    : Object.keys(object).length;
}

/** A stretch of equal items (or of members of one family), from an index on. */
export interface Run {
  readonly from: number;
  readonly count: number;
  readonly item: Value;
}

export function runsOf(list: ListValue): readonly Run[] {
  const items = list instanceof LargeList ? list.items : list;
  const runs: Run[] = items.map((item, from) => ({ from, count: 1, item }));
  if (list instanceof LargeList) runs.push({ from: items.length, count: list.times, item: list.repeated });
  return runs;
}

/** The properties; the names of a family are one entry. */
export function entriesOf(object: ObjectValue): readonly (readonly [string | TextFamily, Value])[] {
  if (!(object instanceof LargeObject)) return Object.entries(object);
  return [...Object.entries(object.fields), [object.names, object.value]];
}

/** May the name be among those of the family? */
export function mayBeIn(family: TextFamily, name: string): boolean {
  const { before, alphabet, width, after } = family;
  if (name.length !== before.length + width + after.length) return false;
  if (!name.startsWith(before) || !name.endsWith(after)) return false;
  return Array.from(name.slice(before.length, before.length + width)).every((letter) => alphabet.includes(letter));
}

/** Has the object a property of this name? */
export function hasName(object: ObjectValue, name: string): Truth {
  if (!(object instanceof LargeObject)) return Object.hasOwn(object, name);
  if (Object.hasOwn(object.fields, name)) return true;
  return mayBeIn(object.names, name) ? undefined : false;
}

/** What stands under the name, if anything does (or may). */
export function valueAt(object: ObjectValue, name: string): Value | undefined {
  const fields = object instanceof LargeObject ? object.fields : object;
  if (Object.hasOwn(fields, name)) return fields[name];
  return object instanceof LargeObject && mayBeIn(object.names, name) ? object.value : undefined;
}

/** Is it this value? */
export function equals(value: Value, other: unknown): Truth {
  if (isPlain(value)) return canonical(value) === canonical(other);
  if (value instanceof LargeText)
    return typeof other === "string" && codePoints(other) === lengthOf(value) ? undefined : false;
  if (value instanceof TextFamily) return typeof other === "string" && mayBeIn(value, other) ? undefined : false;
  if (value instanceof NumberFamily) return typeof other === "number" && isIn(value, other) ? undefined : false;
  if (value instanceof LargeList || Array.isArray(value)) {
    if (!Array.isArray(other) || other.length !== countOf(value)) return false;
    return value instanceof LargeList
      ? undefined
      : all(value.map((item, index) => equals(item as Value, other[index])));
  }
  if (!isObjectValue(value) || typeof other !== "object" || other === null || Array.isArray(other)) return false;
  const keys = Object.keys(other);
  if (keys.length !== sizeOf(value)) return false;
  if (value instanceof LargeObject) return undefined;
  return all(
    keys.map((key) =>
      Object.hasOwn(value, key) ? equals(value[key] as Value, (other as Record<string, Json>)[key]) : false,
    ),
  );
}

function isIn({ first, step, count }: NumberFamily, value: number): boolean {
  const index = (value - first) / step;
  return Number.isInteger(index) && index >= 0 && index < count;
}

/** Is the value one of those? */
export function isAmong(value: Value, others: Iterable<unknown>): Truth {
  let result: Truth = false;
  for (const other of others) {
    const same = equals(value, other);
    if (same === true) return true;
    if (same === undefined) result = undefined;
  }
  return result;
}

/** Are all items of the list different? */
export function isDistinct(list: ListValue): Truth {
  const runs = runsOf(list);
  const plain = new Set<string>();
  const others: Value[] = [];
  for (const { count, item } of runs) {
    if (isPlain(item)) {
      const key = canonical(item);
      if (count > 1 || plain.has(key)) return false;
      plain.add(key);
    } else others.push(item);
  }
  if (others.length === 0) return true;
  const [only, ...more] = others;
  if (only === undefined || more.length > 0 || !(list instanceof LargeList) || list.repeated !== only) return undefined;
  if (!hasFamily(only)) return list.times > 1 ? false : undefined;
  return all(list.items.map((item) => negated(equals(only, item))));
}

/** A number's or a family's truth under a test that is monotone: what holds at both ends holds between. */
export function holdsAtEnds(value: number | NumberFamily, test: (value: number) => boolean): Truth {
  if (typeof value === "number") return test(value);
  const [first, last] = [test(value.first), test(value.first + value.step * (value.count - 1))];
  return first === last ? first : undefined;
}

/** Whether the numbers are multiples: all, none, or not known. */
export function holdsForSteps(value: number | NumberFamily, test: (value: number) => boolean): Truth {
  if (typeof value === "number") return test(value);
  // With a step that is a multiple, all are or none is, as the first one is.
  return test(value.step) ? test(value.first) : undefined;
}

export function all(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(undefined) ? undefined : true;
}

function negated(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}
