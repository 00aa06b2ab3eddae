import { formatSamples, matching } from "./random-text.ts";
import { entries, isFields, list, numbersAt, shapesOf } from "./random-shapes.ts";
import type { Draw, Fields } from "./random-shapes.ts";
import type { JsonSchema } from "./pairs.ts";
import type { Random } from "../src/random.ts";

const types = ["null", "boolean", "integer", "number", "string", "array", "object"];
const plainStrings = ["", "a", "b", "A", "0", "é", "😀", "ab", "abc", "a b", "2024-02-29", "1.5", "\n"];
const plainNumbers = [0, 1, -1, 2, 3, 10, 0.5, 1.5, -0.5, 100, 1e6];

/** The keywords that say something about one type only. */
const keywordsOfType: { readonly [type: string]: readonly string[] } = {
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  string: ["minLength", "maxLength", "pattern", "format"],
  array: ["items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"],
  object: (
    "properties required patternProperties additionalProperties propertyNames minProperties " +
    "maxProperties dependentRequired dependentSchemas dependencies unevaluatedProperties"
  ).split(" "),
};

/**
 * A source of JSON values near a set of schemas: mostly shaped by them, sometimes just beside them. It promises nothing
 * about validity; it is there to search for counterexamples.
 */
export function instanceSource(schemas: readonly JsonSchema[], random: Random): () => unknown {
  const words = vocabulary(schemas);
  const roots = schemas.filter(isFields);
  return () => {
    const root = random.pick(roots);
    if (root === undefined) return random.pick<unknown>([null, true, [], {}, ...words.strings, ...words.numbers]);
    return valueOf(random.chance(0.3) ? roots : [root], { ...words, random, root }, 4);
  };
}

function valueOf(subjects: readonly unknown[], draw: Draw, depth: number): unknown {
  const { random } = draw;
  const shapes = subjects.flatMap((schema) => shapesOf(schema, draw));
  const given = shapes.flatMap((shape) => [
    ...("const" in shape ? [shape["const"]] : []),
    ...list(shape["enum"]),
    ...list(shape["examples"]),
  ]);
  if (given.length > 0 && random.chance(0.85)) return structuredClone(random.pick(given));
  const wanted = shapes.flatMap((shape) => (typeof shape["type"] === "string" ? [shape["type"]] : list(shape["type"])));
  const implied = types.filter((type) =>
    keywordsOfType[type]?.some((keyword) => shapes.some((shape) => keyword in shape)),
  );
  const pool = random.chance(0.1)
    ? types
    : [wanted, implied, types].find((some) => some.length > 0 && random.chance(0.95));
  const type = String(random.pick(pool ?? types));
  if (type === "null") return null;
  if (type === "boolean") return random.chance(0.5);
  if (type === "string") return textOf(shapes, draw);
  if (type === "array") return depth > 0 ? arrayOf(shapes, draw, depth) : [];
  if (type === "object") return depth > 0 ? objectOf(shapes, draw, depth) : {};
  return numberOf(shapes, type, draw);
}

function numberOf(shapes: readonly Fields[], type: string, { random, numbers }: Draw): number {
  const bounds = numbersAt(shapes, keywordsOfType["number"] ?? []);
  const base = random.pick(random.chance(0.7) && bounds.length > 0 ? bounds : numbers) ?? 0;
  const drawn = base + (random.pick([0, 0, 1, -1, 0.5, -0.5, 0.25, base, -base, 2 * base, -3 * base]) ?? 0);
  return type === "integer" && random.chance(0.9) ? Math.round(drawn) : drawn;
}

function textOf(shapes: readonly Fields[], { random, strings }: Draw): string {
  const pattern = random.pick(
    shapes.flatMap((shape) => (typeof shape["pattern"] === "string" ? [shape["pattern"]] : [])),
  );
  const sample = random.pick(shapes.flatMap((shape) => formatSamples[String(shape["format"])] ?? []));
  let drawn = random.pick(strings) ?? "";
  if (sample !== undefined && random.chance(0.8)) drawn = sample;
  if (pattern !== undefined && random.chance(0.8)) drawn = matching(pattern, random);
  const length = random.pick(numbersAt(shapes, ["minLength", "maxLength"]));
  if (length !== undefined && length < 300 && random.chance(pattern === undefined ? 0.7 : 0.2)) {
    const wanted = Math.max(0, length + random.within(3) - 1);
    drawn = [...drawn.padEnd(wanted, drawn.at(-1) ?? "x")].slice(0, wanted).join("");
  }
  return random.chance(0.1) ? `${random.pick(plainStrings)}${drawn}${random.pick(plainStrings)}` : drawn;
}

function arrayOf(shapes: readonly Fields[], draw: Draw, depth: number): unknown[] {
  const { random } = draw;
  const prefixOf = (shape: Fields): readonly unknown[] => list(shape["prefixItems"] ?? list(shape["items"]));
  const sizes = numbersAt(shapes, ["minItems", "maxItems", "minContains", "maxContains"]);
  const tuple = Math.max(0, ...shapes.map((shape) => prefixOf(shape).length));
  const size = random.chance(0.5) ? tuple + random.within(3) : (random.pick(sizes) ?? 1) + random.within(3) - 1;
  const items: unknown[] = [];
  for (let index = 0; index < Math.min(size, 12); index += 1) {
    const subjects = shapes.flatMap((shape) => {
      const rest = Array.isArray(shape["items"]) ? shape["additionalItems"] : shape["items"];
      const prefix = prefixOf(shape);
      const own = index < prefix.length ? prefix[index] : (rest ?? shape["unevaluatedItems"]);
      return random.chance(0.5) ? [own, shape["contains"]] : [own];
    });
    items.push(index > 0 && random.chance(0.1) ? structuredClone(items[0]) : valueOf(subjects, draw, depth - 1));
  }
  return items;
}

function objectOf(shapes: readonly Fields[], draw: Draw, depth: number): Fields {
  const names = new Set(shapes.flatMap((shape) => namesFor(shape, draw)));
  if (draw.random.chance(0.4)) names.add(draw.random.pick(draw.strings) ?? "extra");
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      valueOf(
        shapes.flatMap((shape) => schemasFor(shape, name)),
        draw,
        depth - 1,
      ),
    ]),
  );
}

function namesFor(shape: Fields, draw: Draw): string[] {
  const { random } = draw;
  const some = (names: readonly unknown[], share: number): string[] =>
    names.map(String).filter(() => random.chance(share));
  const names = [
    ...some(list(shape["required"]), 0.95),
    ...some(Object.keys(isFields(shape["properties"]) ? shape["properties"] : {}), 0.6),
    ...entries(shape["patternProperties"]).flatMap(([pattern]) => some([matching(pattern, random)], 0.6)),
  ];
  for (const keyword of ["dependentRequired", "dependentSchemas", "dependencies"])
    for (const [name, needs] of entries(shape[keyword])) names.push(...some([name, ...list(needs)], 0.5));
  const least = shape["propertyNames"] === undefined ? shape["minProperties"] : random.within(4);
  for (let left = Math.min(Number(least ?? 0), 12); left > 0; left -= 1)
    names.push(
      shape["propertyNames"] === undefined
        ? `${random.pick(draw.strings)}${random.within(9)}`
        : String(valueOf([shape["propertyNames"]], draw, 0)),
    );
  return names;
}

function schemasFor(shape: Fields, name: string): unknown[] {
  const own = entries(shape["properties"]).filter(([declared]) => declared === name);
  const byPattern = entries(shape["patternProperties"]).filter(([pattern]) => new RegExp(pattern, "u").test(name));
  const found = [...own, ...byPattern].map(([, schema]) => schema);
  return found.length > 0 ? found : [shape["additionalProperties"] ?? shape["unevaluatedProperties"]];
}

/** The strings and numbers that stand anywhere in the schemas, and plain ones. */
function vocabulary(schemas: readonly JsonSchema[]): { strings: string[]; numbers: number[] } {
  const strings = new Set(plainStrings);
  const numbers = new Set(plainNumbers);
  const visit = (node: unknown): void => {
    if (typeof node === "string" && node.length < 60) strings.add(node);
    if (typeof node === "number") numbers.add(node);
    if (typeof node !== "object" || node === null) return;
    for (const [name, child] of Object.entries(node)) {
      strings.add(name);
      visit(child);
    }
  };
  for (const schema of schemas) visit(schema);
  strings.delete("__proto__"); // ajv takes it for evaluated under unevaluatedProperties
  return { strings: [...strings], numbers: [...numbers] };
}
