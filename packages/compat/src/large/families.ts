import { isList, isObjectValue, isPlain, LargeList, LargeObject, NumberFamily, TextFamily } from "./value.ts";
import type { Value } from "./value.ts";

const DIGITS = "0123456789";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const ALPHABETS = [DIGITS, LETTERS, LETTERS.toUpperCase(), `${DIGITS}abcdef`, "01", "ab"];
const STEPS = [1, -1, 2, 3, 5, 6, 10, 12, 60, 100, 1000];
/** Positions in a text at which a counter is tried. */
const MAX_CUTS = 12;

/** Texts with a counter that resemble a given one, in so many members. */
export function* textsLike(text: string, count: number): Generator<TextFamily> {
  const characters = [...text];
  const cuts = [...new Set([characters.length, 0, ...characters.keys()])].slice(0, MAX_CUTS);
  for (const alphabet of ALPHABETS) {
    const width = widthFor(count, alphabet.length);
    for (const cut of cuts) {
      const before = characters.slice(0, cut).join("");
      const after = [characters.slice(cut), characters.slice(cut + width)];
      for (const rest of cut + width > characters.length ? after.slice(0, 1) : after)
        yield new TextFamily(before, alphabet, width, rest.join(""), count);
    }
    if (width <= characters.length)
      yield new TextFamily(characters.slice(0, -width).join(""), alphabet, width, "", count);
  }
}

function widthFor(count: number, letters: number): number {
  let width = 1;
  for (let room = letters; room < count; room *= letters) width++;
  return width;
}

/** Values that resemble a given one and of which there are so many: with a counter in it, or beside what is in it. */
export function* familiesLike(value: Value, count: number): Generator<Value> {
  if (typeof value === "string") yield* textsLike(value, count);
  else if (typeof value === "number" && Number.isSafeInteger(value)) yield* numbersLike(value, count);
  else if (isList(value) && !(value instanceof LargeList)) {
    for (const [index, item] of value.entries())
      for (const other of familiesLike(item, count)) yield value.toSpliced(index, 1, other);
    for (const other of counters(count)) yield [...value, other];
  } else if (isObjectValue(value) && !(value instanceof LargeObject) && isPlain(value)) {
    for (const [name, item] of Object.entries(value))
      for (const other of familiesLike(item, count)) yield { ...value, [name]: other };
    for (const other of counters(count)) yield { ...value, number: other };
  }
}

function* counters(count: number): Generator<Value> {
  yield new NumberFamily(1, 1, count);
  yield* [...textsLike("a", count)].slice(0, 2);
}

function* numbersLike(value: number, count: number): Generator<NumberFamily> {
  for (const step of [...STEPS, Math.abs(value)]) {
    if (step !== 0 && Number.isSafeInteger(value + step * count)) yield new NumberFamily(value, step, count);
  }
}
