import type { Span } from "../diagnostics/diagnostic.ts";
import { parseJson } from "./json-source.ts";
import type { Json } from "./json.ts";
import { isObject } from "./json.ts";
import { childPointer } from "./pointer.ts";

/** Something in a file that its format does not allow. */
export interface StrictFault {
  readonly pointer: string;
  readonly message: string;
}

/** Says what is wrong with a value at a pointer; nothing when it is right. */
export type Check = (value: Json, pointer: string) => readonly StrictFault[];

const check =
  (isRight: (value: Json) => boolean, what: string): Check =>
  (value, pointer) =>
    isRight(value) ? [] : [{ pointer, message: `This must be ${what}; it is ${shown(value)}.` }];

const shown = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};

export const text: Check = check((value) => typeof value === "string", "text");
export const flag: Check = check((value) => typeof value === "boolean", "true or false");
export const sha256: Check = check(
  (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
  "a SHA-256 of 64 small hexadecimal digits",
);
/** A moment as `toISOString` writes it: `Date.parse` takes much that no two readers take alike. */
export const moment: Check = check(
  (value) => typeof value === "string" && isMoment(value),
  "a moment such as 2026-01-31T12:00:00.000Z",
);
export const exactly = (wanted: Json): Check => check((value) => value === wanted, JSON.stringify(wanted));
export const oneOf = (...wanted: readonly string[]): Check =>
  check((value) => typeof value === "string" && wanted.includes(value), `one of ${wanted.join(", ")}`);
export const matching = (isRight: (value: string) => boolean, what: string): Check =>
  check((value) => typeof value === "string" && isRight(value), what);

function isMoment(value: string): boolean {
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}

export const listOf =
  (each: Check): Check =>
  (value, pointer) =>
    Array.isArray(value)
      ? (value as readonly Json[]).flatMap((one, index) => each(one, childPointer(pointer, index)))
      : [{ pointer, message: `This must be a list; it is ${shown(value)}.` }];

export const mapOf =
  (each: Check): Check =>
  (value, pointer) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, one]) => each(one, childPointer(pointer, key)))
      : [{ pointer, message: `This must be a map; it is ${shown(value)}.` }];

/** A map with these keys and no others; those of `optional` may be absent. */
export const fields =
  (needed: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value, pointer) => {
    if (!isObject(value)) return [{ pointer, message: `This must be a map; it is ${shown(value)}.` }];
    const known = { ...needed, ...optional };
    const strange = Object.keys(value)
      .filter((key) => !Object.hasOwn(known, key))
      .map((key) => ({
        pointer: childPointer(pointer, key),
        message: `There is no "${key}" here; there are: ${Object.keys(known).join(", ")}.`,
      }));
    const missing = Object.keys(needed)
      .filter((key) => !Object.hasOwn(value, key))
      .map((key) => ({ pointer, message: `"${key}" is missing.` }));
    const inner = Object.entries(value).flatMap(([key, one]) => {
      const rule = Object.hasOwn(known, key) ? known[key] : undefined;
      return rule === undefined ? [] : rule(one, childPointer(pointer, key));
    });
    return [...missing, ...strange, ...inner];
  };

/** A file that is not what its format says, and where. */
export class BrokenFile extends Error {
  readonly span: Span;
  constructor(message: string, span: Span) {
    super(message);
    this.span = span;
  }
}

/** Reads a file of a known format. Throws `BrokenFile` for the first thing that the format does not allow. */
export function readStrictly(source: string, rule: Check): Json {
  const { value, faults, locate } = parseJson(source);
  const [broken] = faults;
  if (broken !== undefined)
    throw new BrokenFile(
      /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/m.test(source)
        ? "It holds the marks of a merge that was not finished."
        : `It is no JSON as it is read here: ${broken.message}`,
      broken.span,
    );
  const [fault] = rule(value, "");
  if (fault === undefined) return value;
  const where = fault.pointer === "" ? "" : ` (${fault.pointer})`;
  throw new BrokenFile(`${fault.message}${where}`, locate(fault.pointer));
}
