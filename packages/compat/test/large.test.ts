import { describe, expect, test } from "@jest/globals";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { compare } from "../src/index.ts";
import type { Json, Judgement, Schema } from "../src/index.ts";

const ajv = new Ajv2020({ strict: false, logger: false, ownProperties: true });
addFormats.default(ajv);

type Described = { readonly [key: string]: Json };

/** Builds what an outline describes, by what its documentation says and nothing else. */
function built(outline: Json, index = 0): Json {
  if (Array.isArray(outline)) return outline.map((item: Json) => built(item, index));
  if (typeof outline !== "object" || outline === null) return outline;
  const { $text, $list, $object, $each } = outline as { readonly [key: string]: Described | undefined };
  if ($text !== undefined) {
    const text = `${$text["head"]}${String($text["repeated"]).repeat(Number($text["times"]))}${$text["tail"]}`;
    expect([...text]).toHaveLength(Number($text["length"]));
    return text;
  }
  if ($each !== undefined) return counted($each, index);
  if ($list !== undefined) {
    const repeated = Array.from({ length: Number($list["times"]) }, (_, at) => built($list["repeated"] ?? null, at));
    const list = [...($list["items"] as readonly Json[]).map((item) => built(item, index)), ...repeated];
    expect(list).toHaveLength(Number($list["length"]));
    return list;
  }
  if ($object !== undefined) {
    const names = Array.from({ length: Number($object["times"]) }, (_, at) => built($object["names"] ?? null, at));
    const others = names.map((name) => [String(name), built($object["each"] ?? null, index)]);
    const value = {
      ...(built($object["fields"] ?? {}, index) as Described),
      ...Object.fromEntries(others),
    } as Described;
    expect(Object.keys(value)).toHaveLength(Number($object["size"]));
    return value;
  }
  return Object.fromEntries(Object.entries(outline).map(([name, part]) => [name, built(part as Json, index)]));
}

function counted({ first, step, before, digits, width, after }: Described, index: number): Json {
  if (typeof first === "number") return first + Number(step) * index;
  const letters = [...String(digits)];
  let counter = "";
  for (let rest = index; counter.length < Number(width); rest = Math.floor(rest / letters.length))
    counter = `${letters[rest % letters.length]}${counter}`;
  return `${before}${counter}${after}`;
}

/** The verdict, and that ajv accepts and refuses the witness as claimed, described or not. */
function checked(writer: Schema, reader: Schema, { verdict, witness, largeWitness }: Judgement): string {
  if (verdict !== "incompatible") return verdict;
  const value = largeWitness === undefined ? witness : built(largeWitness.outline);
  expect([ajv.compile(writer)(value), ajv.compile(reader)(value)]).toEqual([true, false]);
  return verdict;
}

const list = (keywords: object): Schema => ({ type: "array", ...keywords });
const text = (keywords: object): Schema => ({ type: "string", ...keywords });
const object = (keywords: object): Schema => ({ type: "object", ...keywords });
const item = object({ required: ["id"], properties: { id: text({ minLength: 1 }), n: { type: "integer" } } });

/** Pairs of schemas about a count, which are as compatible for a small one as for a large one. */
const KINDS: Readonly<Record<string, (count: number) => readonly [Schema, Schema]>> = {
  "a limit of a text's length": (count) => [text({ maxLength: count + 1 }), text({ maxLength: count })],
  "a text that gets a limit": (count) => [
    { type: ["string", "null"], minLength: 1 },
    { type: ["string", "null"], maxLength: count },
  ],
  "a text of one length": (count) => [text({ minLength: count, maxLength: count }), text({ pattern: "^[a-y]*$" })],
  "a pattern that allows more": (count) => [
    text({ pattern: "^[A-Za-z0-9_-]+$", maxLength: count }),
    text({ pattern: "^[A-Za-z0-9_.-]+$", maxLength: count }),
  ],
  "a pattern of pairs": (count) => [
    text({ pattern: "^(ab)*$", maxLength: 2 * count + 1 }),
    text({ pattern: "^(ab)*$", maxLength: 2 * count }),
  ],
  "a pattern of pairs, one less": (count) => [
    text({ pattern: "^(ab|abc)*x$", maxLength: 2 * count + 1 }),
    text({ pattern: "^(ab|abc)*x$", maxLength: 2 * count }),
  ],
  "a format with a limit": (count) => [text({ format: "uri" }), text({ format: "uri", maxLength: count })],
  "items of another type": (count) => [
    list({ minItems: count, items: { type: "number" } }),
    list({ minItems: count, items: { type: "integer" } }),
  ],
  "a limit of items": (count) => [list({ maxItems: count + 1, items: item }), list({ maxItems: count, items: item })],
  "a matrix": (count) => [
    list({ minItems: count, items: list({ minItems: count, items: { type: "number" } }) }),
    list({ minItems: count, items: list({ minItems: count, items: { type: "integer" } }) }),
  ],
  "different items": (count) => [
    list({ uniqueItems: true, maxItems: count + 1, items: item }),
    list({ uniqueItems: true, maxItems: count, items: item }),
  ],
  "different numbers": (count) => [
    list({ uniqueItems: true, minItems: count, items: { type: "integer", minimum: 1 } }),
    list({ uniqueItems: true, minItems: count + 1, items: { type: "integer", minimum: 1 } }),
  ],
  "different values of a few": (count) => [
    list({ uniqueItems: true, minItems: count + 5, items: { enum: [1, 2, 3] } }),
    list({ maxItems: 1 }),
  ],
  "equal items forbidden": (count) => [list({ minItems: count + 2 }), list({ minItems: count, uniqueItems: true })],
  "items that must be there": (count) => [
    list({ contains: { type: "string" }, minContains: count + 1 }),
    list({ contains: { type: "string" }, minContains: count + 2 }),
  ],
  "items that may be there": (count) => [
    list({ contains: { type: "string" }, maxContains: count + 2 }),
    list({ contains: { type: "string" }, maxContains: count + 1 }),
  ],
  "a tuple before the items": (count) => [
    list({ prefixItems: [{ type: "string" }, true], minItems: count + 2, items: { type: "number" } }),
    list({ prefixItems: [{ type: "string" }, true], minItems: count + 2, items: { type: "integer" } }),
  ],
  "a limit of properties": (count) => [object({ maxProperties: count + 1 }), object({ maxProperties: count })],
  "a limit of properties with names": (count) => [
    object({ required: ["x-id"], maxProperties: count + 2, propertyNames: { pattern: "^x-[a-z]+$" } }),
    object({ required: ["x-id"], maxProperties: count + 1, propertyNames: { pattern: "^x-[a-z]+$" } }),
  ],
  "properties by their pattern": (count) => [
    object({ minProperties: count, patternProperties: { "^x": { type: "number" } }, additionalProperties: false }),
    object({ minProperties: count, patternProperties: { "^x": { type: "integer" } }, additionalProperties: false }),
  ],
  "a large text beside others": (count) => [
    object({
      required: ["id", "body"],
      properties: { id: text({ format: "uuid" }), body: text({ maxLength: count + 1 }) },
    }),
    object({
      required: ["id", "body"],
      properties: { id: text({ format: "uuid" }), body: text({ maxLength: count }) },
    }),
  ],
};

const verdictsOf = (pair: readonly [Schema, Schema]): string[] => {
  const { backward, forward } = compare(...pair, { dialect: "2020-12" });
  return [checked(...pair, backward), checked(pair[1], pair[0], forward)];
};

describe("counts", () => {
  test.each(Object.entries(KINDS))("%s: as compatible for hundreds as for a few, and ajv agrees", (_, pairOf) => {
    const few = verdictsOf(pairOf(30));
    expect(few).not.toContain("undecided");
    for (const count of [61, 130]) expect(verdictsOf(pairOf(count))).toEqual(few);
  });

  test.each(Object.entries(KINDS))("%s: as compatible for millions", (_, pairOf) => {
    const few = verdictsOf(pairOf(30));
    for (const count of [65_534, 1_000_000, 2 ** 31]) {
      const { backward, forward } = compare(...pairOf(count), { dialect: "2020-12" });
      expect([backward.verdict, forward.verdict]).toEqual(few);
    }
  });
});

/** Pairs that differ in how many properties there may be, when every name has at least so many characters. */
const LONG_NAMES: Readonly<Record<string, (count: number) => readonly [Schema, Schema]>> = {
  "none allowed where one is there": (count) => [
    object({ propertyNames: { minLength: count }, minProperties: 1 }),
    { maxProperties: 0 },
  ],
  "no others allowed": (count) => [
    object({ propertyNames: { minLength: count } }),
    object({ additionalProperties: false }),
  ],
  "one less": (count) => [
    object({ propertyNames: { pattern: "^a", minLength: count }, minProperties: 3 }),
    { maxProperties: 2 },
  ],
  "one of another type": (count) => [
    object({ propertyNames: { minLength: count }, additionalProperties: { type: "number" } }),
    object({ additionalProperties: { type: "integer" } }),
  ],
};

describe("names of many characters", () => {
  test.each(Object.entries(LONG_NAMES))("%s", (_, pairOf) => {
    for (const count of [300, 1001]) {
      const pair = pairOf(count);
      expect(checked(...pair, compare(...pair, { dialect: "2020-12" }).backward)).toBe("incompatible");
    }
    for (const count of [65_535, 2 ** 31]) expect(compare(...pairOf(count)).backward.verdict).not.toBe("compatible");
  });
});

describe("a witness too large to be written out", () => {
  test("is described, in words and as data", () => {
    const body = (most: number): Schema =>
      object({ required: ["body"], properties: { body: text({ maxLength: most }) } });
    const { witness, largeWitness, rejection } = compare(body(65_535), body(65_534)).backward;
    expect(witness).toBeUndefined();
    expect(largeWitness).toEqual({
      words: "at `body` a text of 65,535 characters",
      outline: { body: { $text: { length: 65_535, head: "", repeated: "a", times: 65_535, tail: "" } } },
    });
    expect(rejection).toMatchObject({ instance: "/body", keyword: "maxLength" });
  });

  test("names the item that breaks", () => {
    const numbers = (type: string): Schema => list({ minItems: 1536, items: { type } });
    expect(compare(numbers("number"), numbers("integer")).backward.largeWitness?.words).toBe(
      "a list of 1,536 items, of which one is 0.5",
    );
  });

  test("is written out where it is small enough", () => {
    const { witness, largeWitness } = compare(list({ minItems: 61 }), list({ minItems: 62 })).backward;
    expect(witness).toHaveLength(61);
    expect(largeWitness).toBeUndefined();
  });
});
