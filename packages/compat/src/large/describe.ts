import { define } from "../schema/json.ts";
import type { Json, Judgement, LargeWitness } from "../types.ts";
import { countOf, lengthOf, sizeOf } from "./questions.ts";
import { hasFamily, isList, isPlain, LargeList, LargeObject, LargeText, NumberFamily, TextFamily } from "./value.ts";
import type { Value } from "./value.ts";

/** The witness of a judgement for people and programs to look at: itself or, where it is too large, its outline. */
export function shownWitness({ witness, largeWitness }: Judgement): Json | undefined {
  return witness ?? largeWitness?.outline;
}

/** A large value as data, and in words. */
export function describe(value: Value): LargeWitness {
  return { words: sentence(value), outline: outline(value) };
}

/** The value as JSON, its large parts as objects with a key that begins with `$` and says of what they consist. */
function outline(value: Value): Json {
  if (isPlain(value)) return value;
  if (value instanceof LargeText) {
    const { head, unit, times, tail } = value;
    return { $text: { length: lengthOf(value), head, repeated: unit, times, tail } };
  }
  if (value instanceof TextFamily) {
    const { before, alphabet, width, after } = value;
    return { $each: { before, digits: alphabet, width, after } };
  }
  if (value instanceof NumberFamily) return { $each: { first: value.first, step: value.step } };
  if (value instanceof LargeList) {
    const { items, repeated, times } = value;
    return { $list: { length: countOf(value), items: items.map(outline), repeated: outline(repeated), times } };
  }
  if (value instanceof LargeObject) {
    const { fields, names, value: each } = value;
    return {
      $object: {
        size: sizeOf(value),
        fields: outline(fields),
        names: outline(names),
        times: names.count,
        each: outline(each),
      },
    };
  }
  if (isList(value)) return value.map(outline);
  const copy: { [key: string]: Json } = {};
  for (const [name, part] of Object.entries(value as object)) define(copy, name, outline(part as Value));
  return copy;
}

/** "a text of 65,535 characters", and where in the value it stands. */
function sentence(value: Value, place = ""): string {
  const at = place === "" ? "" : `at \`${place}\` `;
  if (value instanceof LargeText) return `${at}a text of ${number(lengthOf(value))} characters`;
  if (value instanceof LargeList) return `${at}a list of ${number(countOf(value))} items${itemsOf(value, place)}`;
  if (value instanceof LargeObject) return `${at}an object of ${number(sizeOf(value))} properties`;
  if (isPlain(value)) return "";
  const parts = isList(value) ? [...value.entries()] : Object.entries(value as object);
  return parts
    .map(([step, part]) => sentence(part as Value, place === "" ? String(step) : `${place}.${step}`))
    .filter((words) => words !== "")
    .join(", ");
}

function itemsOf({ items, repeated }: LargeList, place: string): string {
  const [first] = items;
  const inner = isPlain(repeated) ? "" : sentence(repeated, `${place}[]`);
  if (items.length === 1 && first !== undefined && isPlain(first)) return `, of which one is ${short(first)}`;
  if (isPlain(repeated)) return items.length === 0 ? `, each ${short(repeated)}` : "";
  return inner === "" ? ", all different" : `, each with ${inner}`;
}

function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function number(count: number): string {
  return count.toLocaleString("en-US");
}

/** The value itself if its parts are no more than so many; of a family, the first members. */
export function written(value: Value, most: number): Json | undefined {
  return isPlain(value) ? value : sizeInParts(value) > most ? undefined : build(value, 0);
}

/** The value with the first member in the place of each family. */
export function firstOf(value: Value): Value {
  if (value instanceof TextFamily || value instanceof NumberFamily) return build(value, 0);
  if (isPlain(value) || !hasFamily(value) || value instanceof LargeList || value instanceof LargeObject) return value;
  if (isList(value)) return value.map(firstOf);
  const copy: { [key: string]: Value } = {};
  for (const [name, part] of Object.entries(value as object)) define(copy, name, firstOf(part as Value));
  return copy;
}

function sizeInParts(value: Value): number {
  if (value instanceof LargeText) return lengthOf(value);
  if (value instanceof TextFamily) return value.before.length + value.width + value.after.length;
  if (value instanceof LargeList) return sum(value.items) + value.times * (1 + sizeInParts(value.repeated));
  if (value instanceof LargeObject)
    return sizeInParts(value.fields) + value.names.count * (sizeInParts(value.names) + sizeInParts(value.value));
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || value instanceof NumberFamily) return 1;
  return sum(isList(value) ? value : Object.values(value));
}

const sum = (parts: readonly Value[]): number =>
  parts.reduce<number>((total, part) => total + 1 + sizeInParts(part), 0);

/** `index`: which member stands for a family. */
function build(value: Value, index: number): Json {
  if (value instanceof LargeText) return value.head + value.unit.repeat(value.times) + value.tail;
  if (value instanceof TextFamily) return member(value, index);
  if (value instanceof NumberFamily) return value.first + value.step * index;
  if (value instanceof LargeList) {
    const repeated = Array.from({ length: value.times }, (_, at) => build(value.repeated, at));
    return [...value.items.map((item) => build(item, index)), ...repeated];
  }
  if (isPlain(value)) return value;
  if (isList(value)) return value.map((item) => build(item, index));
  const copy: { [key: string]: Json } = {};
  const fields = value instanceof LargeObject ? value.fields : (value as { readonly [key: string]: Value });
  for (const [name, part] of Object.entries(fields)) define(copy, name, build(part, index));
  if (value instanceof LargeObject)
    for (let at = 0; at < value.names.count; at++) define(copy, member(value.names, at), build(value.value, index));
  return copy;
}

function member({ before, alphabet, width, after }: TextFamily, index: number): string {
  let counter = "";
  for (let rest = index; counter.length < width; rest = Math.floor(rest / alphabet.length))
    counter = (alphabet[rest % alphabet.length] ?? "") + counter;
  return before + counter + after;
}
