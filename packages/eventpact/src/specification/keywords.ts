import { multipleOf } from "@eventpact/compat/runtime/values.js";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject } from "../read/json.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Fault } from "./fault.ts";

type Check = (
  value: Json,
  expected: Json,
) => string | { message: string; hint?: string; allowed?: readonly Json[] } | undefined;

const numeric =
  (test: (value: number, limit: number) => boolean, words: string): Check =>
  (value, limit) =>
    typeof value === "number" && typeof limit === "number" && !test(value, limit)
      ? `must be ${words} ${limit}`
      : undefined;

const sized =
  (sizeOf: (value: Json) => number | undefined, test: (size: number, limit: number) => boolean, words: string): Check =>
  (value, limit) => {
    const size = sizeOf(value);
    if (size === undefined || typeof limit !== "number" || test(size, limit)) return undefined;
    return `must have ${words.replace("#", String(limit))}`;
  };

const items = (value: Json): number | undefined => (Array.isArray(value) ? value.length : undefined);
const letters = (value: Json): number | undefined => (typeof value === "string" ? [...value].length : undefined);
const fields = (value: Json): number | undefined => (isObject(value) ? Object.keys(value).length : undefined);
const atLeast = (size: number, limit: number): boolean => size >= limit;
const atMost = (size: number, limit: number): boolean => size <= limit;

/** The assertions of draft-07 that look at one value and need no other schema. */
const checks: Readonly<Record<string, Check>> = {
  enum: (value, allowed) => notOneOf(value, allowed as readonly Json[]),
  const: (value, allowed) => notOneOf(value, [allowed]),
  minimum: numeric(atLeast, "at least"),
  maximum: numeric(atMost, "at most"),
  exclusiveMinimum: numeric((value, limit) => value > limit, "more than"),
  exclusiveMaximum: numeric((value, limit) => value < limit, "less than"),
  multipleOf: numeric((value, step) => multipleOf(step)(value), "a multiple of"),
  minItems: sized(items, atLeast, "at least # entries"),
  maxItems: sized(items, atMost, "at most # entries"),
  minLength: sized(letters, atLeast, "at least # characters"),
  maxLength: sized(letters, atMost, "at most # characters"),
  minProperties: sized(fields, atLeast, "at least # fields"),
  maxProperties: sized(fields, atMost, "at most # fields"),
  uniqueItems: (value, wanted) =>
    wanted === true &&
    Array.isArray(value) &&
    new Set((value as readonly Json[]).map(canonicalJson)).size < value.length
      ? "has an entry twice"
      : undefined,
  pattern: (value, pattern) =>
    typeof value === "string" && !patternOf(pattern as string).test(value)
      ? `must match ${String(pattern)}`
      : undefined,
};

const patterns = new Map<string, RegExp>();

/** The regular expression of a `pattern`, in Unicode mode as validators compile it. Throws for one that is none. */
export function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (!pattern) patterns.set(source, (pattern = new RegExp(source, "u")));
  return pattern;
}

/** What is wrong with a value of a `format`, in words that follow its name. */
export type FormatCheck = (value: Json, format: string) => string | undefined;

/** A keyword that looks at one value and needs no other schema. */
export type Assertion = { readonly check: Check | "format"; readonly expected: Json };

/** The assertions of a schema besides `type`. */
export function assertionsOf(schema: JsonObject): readonly Assertion[] {
  return Object.entries(schema).flatMap(([keyword, expected]): readonly Assertion[] => {
    if (keyword === "format") return [{ check: "format", expected }];
    const check = Object.hasOwn(checks, keyword) ? checks[keyword] : undefined;
    return check ? [{ check, expected }] : [];
  });
}

const none: readonly Fault[] = [];

/** Faults of a value against `type` and assertions. `name` is how the value is called in messages. */
export function assertionFaults(
  { type, assertions }: { readonly type: Json | undefined; readonly assertions: readonly Assertion[] },
  value: Json,
  pointer: string,
  name: () => string,
  checkFormat: FormatCheck = specificationFormat,
): readonly Fault[] {
  if (type !== undefined && !hasType(value, type)) return [wrongType(value, type, pointer, name())];
  if (assertions.length === 0) return none;
  const faults: Fault[] = [];
  for (const { check, expected } of assertions) {
    const result = check === "format" ? checkFormat(value, String(expected)) : check(value, expected);
    if (result === undefined) continue;
    const { message, ...rest } = typeof result === "string" ? { message: result } : result;
    faults.push({ kind: "value", pointer, part: "value", message: `${name()} ${message}.`, ...rest });
  }
  return faults;
}

function notOneOf(value: Json, allowed: readonly Json[]): ReturnType<Check> {
  if (typeof value !== "object" || value === null)
    return allowed.includes(value) ? undefined : { ...oneOfMessage(value, allowed), allowed };
  const text = canonicalJson(value);
  if (allowed.some((option) => canonicalJson(option) === text)) return undefined;
  return { ...oneOfMessage(value, allowed), allowed };
}

/** "must be "send" or "receive", not "sent"" and the nearest option as hint. */
export function oneOfMessage(value: Json, allowed: readonly Json[]): { message: string; hint?: string } {
  const options = allowed.map((option) => JSON.stringify(option));
  const list = options.length > 1 ? `${options.slice(0, -1).join(", ")} or ${options.at(-1)}` : options[0];
  const nearest =
    typeof value === "string"
      ? didYouMean(
          value,
          allowed.filter((option) => typeof option === "string"),
        )
      : undefined;
  return { message: `must be ${list}, not ${short(value)}`, ...(nearest ? { hint: nearest } : {}) };
}

function wrongType(value: Json, type: Json, pointer: string, name: string): Fault {
  const types = (Array.isArray(type) ? type : [type]) as readonly string[];
  const message = `${name} must be ${types.map((word) => article(typeWord(word))).join(" or ")}, not ${article(kindOf(value))}.`;
  const needsQuotes = types.includes("string") && (typeof value === "number" || typeof value === "boolean");
  return { kind: "value", pointer, part: "value", message, wrongType: true, ...(needsQuotes ? { needsQuotes } : {}) };
}

export function hasType(value: Json, type: Json): boolean {
  if (typeof type === "string") return type === jsonType(value) || (type === "integer" && Number.isInteger(value));
  const types = (Array.isArray(type) ? type : [type]) as readonly Json[];
  return types.some((name) => name === jsonType(value) || (name === "integer" && Number.isInteger(value)));
}

function jsonType(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function kindOf(value: Json): string {
  return typeWord(jsonType(value));
}

function typeWord(type: string): string {
  return { object: "map", array: "list", string: "text", null: "empty value", boolean: "true or false" }[type] ?? type;
}

function article(word: string): string {
  if (word === "text" || word === "true or false") return word;
  return /^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`;
}

function short(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The formats that the specification's schema uses and that are worth a word. */
function specificationFormat(value: Json, format: string): string | undefined {
  if (typeof value !== "string") return undefined;
  if (format === "uri" && !/^[a-z][a-z0-9+.-]*:\S+$/i.test(value))
    return 'must be an absolute URI, such as "urn:example:orders"';
  if (format === "email" && !/^[^\s@]+@[^\s@]+$/.test(value)) return "must be an e-mail address";
  return undefined;
}
