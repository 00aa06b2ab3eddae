import type { Json, JsonObject } from "../../../src/read/json.ts";

/** A contract, and a message that is held against it. */
export interface PactCase {
  readonly contents: JsonObject;
  readonly rules: JsonObject;
  readonly message: JsonObject;
}

export type Random = () => number;

/** Mulberry32: the same numbers for the same seed. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

const TEXTS =
  "|a|ab|abc|EUR|USD|EURO|aab|aa\nb|5|٣|é|x y|true|null|1.2.3|1.2.3-rc.1|01.2.3|2026-01-15|2026-2-5|2024-02-29|2026-02-29|2026-02-30|2026-04-31|10:30:00|9:05:07|2026-01-15T10:30:00Z|2026-01-15T10:30:00+01:00|2026-01-15T10:30:00+12:00|20260115|2026115|15 Jan 2026|15 jan 26|31 Feb 2026|30 Foo 2026|ord-12|ord-|😀".split(
    "|",
  );
const NUMBERS = [0, 1, 5, -3, 1.5, 0.07, -2.25, 1e21, 2 ** 53, 1e-7, 1e300, 18446744073709551616];
const NAMES = ["a", "b", "c", "x y", "d.e", "0"];
const REGEXES =
  "a+b;^[A-Z]{3}$;EUR|USD;a|ab;ab|a;a?(ab)?;\\d+;\\w+;.*;.+;[^x]*;a*?;^(a|ab)$;ord-\\d+;\\s*;(?i)ab;[[:alpha:]]+;\\D+;\\W;[\\w-]+;x{0,2}y?;^a$|^ab$;\\p{L}+;[a-z&&[^b]]+;(ab)+;a+a?b;\\-?\\d+(\\.\\d+)?;^$;a{2}b|ab".split(
    ";",
  );
const FORMATS =
  "yyyy-MM-dd;yyyy-MM-dd'T'HH:mm:ssX;yyyy-MM-dd'T'HH:mm:ssXXX;HH:mm:ss;H:mm:ss;yyyyMMdd;dd MMM yyyy;d MMM yy;dd/MM/yyyy;yyyy;MM-dd;HHmm;yyyy-MM-dd HH:mm:ss.SSS;EEE;a;Z;y".split(
    ";",
  );

export function caseFrom(random: Random): PactCase {
  const contents = objectFrom(random, 2);
  const rules = rulesFrom(random, contents);
  return { contents, rules, message: changed(random, contents) as JsonObject };
}

function scalarFrom(random: Random): Json {
  return pick<() => Json>(random, [
    () => pick(random, TEXTS),
    () => pick(random, TEXTS),
    () => pick(random, NUMBERS),
    () => random() < 0.5,
    () => null,
  ])();
}

function valueFrom(random: Random, depth: number): Json {
  if (depth === 0 || random() < 0.45) return scalarFrom(random);
  if (random() < 0.5) return objectFrom(random, depth - 1);
  return Array.from({ length: Math.floor(random() * 3) }, () => valueFrom(random, depth - 1));
}

function objectFrom(random: Random, depth: number): JsonObject {
  const count = Math.floor(random() * 3) + (depth === 2 ? 1 : 0);
  return Object.fromEntries(Array.from({ length: count }, () => [pick(random, NAMES), valueFrom(random, depth)]));
}

/** Paths of the places in a value, with some steps as wildcards. */
function pathsFrom(random: Random, value: Json, path: string): readonly string[] {
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => pathsFrom(random, item as Json, `${path}[${random() < 0.6 ? "*" : index}]`))
    : typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([name, item]) => {
          const step = random() < 0.15 ? ".*" : /^[a-z]+$/.test(name) ? `.${name}` : `['${name}']`;
          return pathsFrom(random, item, `${path}${step}`);
        })
      : [];
  return [path, ...inner];
}

function rulesFrom(random: Random, contents: JsonObject): JsonObject {
  const paths = pathsFrom(random, contents, "$");
  const count = Math.floor(random() * 4);
  return Object.fromEntries(
    Array.from({ length: count }, () => [
      pick(random, paths),
      {
        combine: random() < 0.8 ? "AND" : "OR",
        matchers: Array.from({ length: random() < 0.8 ? 1 : 2 }, () => matcherFrom(random, 1)),
      },
    ]),
  );
}

function matcherFrom(random: Random, depth: number): JsonObject {
  const name = pick(random, [
    "type",
    "type",
    "type",
    "equality",
    "regex",
    "regex",
    "include",
    "number",
    "integer",
    "decimal",
    "boolean",
    "null",
    "notEmpty",
    "semver",
    "date",
    "time",
    "timestamp",
    "values",
    "eachKey",
    "eachValue",
    "arrayContains",
    "min",
    "max",
    "plugin-thing",
  ]);
  switch (name) {
    case "type":
      return pick<JsonObject>(random, [
        { match: name },
        { match: name, min: 1 },
        { match: name, max: 1 },
        { match: name, min: 1, max: 2 },
      ]);
    case "min":
    case "max":
      return { match: name, [name]: 1 };
    case "regex":
      return { match: name, regex: pick(random, REGEXES) };
    case "include":
      return { match: name, value: pick(random, TEXTS) };
    case "date":
    case "time":
    case "timestamp":
      return random() < 0.3 ? { match: name } : { match: name, format: pick(random, FORMATS) };
    case "eachKey":
    case "eachValue":
      return { match: name, rules: depth === 0 || random() < 0.2 ? [] : [matcherFrom(random, 0)] };
    case "arrayContains":
      return { match: name, variants: variantsFrom(random, depth) };
    default:
      return { match: name };
  }
}

function variantsFrom(random: Random, depth: number): readonly JsonObject[] {
  return Array.from({ length: Math.floor(random() * 3) }, () => ({
    index: Math.floor(random() * 2),
    rules:
      depth === 0 || random() < 0.3
        ? {}
        : { [pick(random, ["$", "$.a", "$.*"])]: { matchers: [matcherFrom(random, 0)] } },
  }));
}

/** The value with a few changes: near enough to the contract to be taken now and then. */
function changed(random: Random, value: Json): Json {
  if (random() < 0.06) return valueFrom(random, 1);
  if (Array.isArray(value)) {
    const items = value.map((item) => changed(random, item as Json));
    if (random() < 0.2) items.pop();
    if (random() < 0.3)
      items.push(items.length > 0 && random() < 0.7 ? changed(random, pick(random, items)) : scalarFrom(random));
    return items;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).flatMap(([name, item]) =>
      random() < 0.08 ? [] : [[name, changed(random, item)] as const],
    );
    const more = random() < 0.25 ? [[pick(random, NAMES), scalarFrom(random)] as const] : [];
    return Object.fromEntries([...more, ...entries]);
  }
  if (random() < 0.55) return value;
  if (random() < 0.7 && typeof value === "string") return pick(random, TEXTS);
  if (random() < 0.7 && typeof value === "number") return pick(random, NUMBERS);
  return scalarFrom(random);
}

/** Every pattern and every date format beside texts: every third, another third for each, unless `all` are wanted. */
export function gridOfTexts(all = process.env["PACT_CASES"] !== undefined): readonly PactCase[] {
  const matchers: readonly JsonObject[] = [
    ...REGEXES.map((regex) => ({ match: "regex", regex })),
    ...FORMATS.map((format) => ({ match: "timestamp", format })),
    { match: "semver" },
    { match: "notEmpty" },
    { match: "boolean" },
  ];
  return matchers.flatMap((matcher, row) =>
    TEXTS.filter((_, column) => all || (row + column) % 3 === 0).map((text) => ({
      contents: { a: "x" },
      rules: { "$.a": { matchers: [matcher] } },
      message: { a: text },
    })),
  );
}
