import { LargeText } from "../large/value.ts";
import type { Text } from "../large/value.ts";
import { expressions, formats } from "../runtime/formats.js";
import { matchesLarge } from "./matching.ts";

/** Values of the known formats that read like real ones. */
export const FORMAT_SAMPLES: Readonly<Record<string, readonly string[]>> = {
  "date-time": [
    "2026-01-15T09:30:00Z",
    "2026-01-15T09:30:00.123Z",
    "2026-01-15T09:30:00+01:00",
    "2026-01-15 09:30:00Z",
  ],
  "iso-date-time": ["2026-01-15T09:30:00Z", "2026-01-15T09:30:00.123", "2026-01-15T09:30:00"],
  date: ["2026-01-15"],
  time: ["09:30:00Z", "09:30:00.5+01:00"],
  "iso-time": ["09:30:00Z", "09:30:00.5", "09:30:00"],
  duration: ["P1D", "PT1H"],
  email: ["ada@example.com", "a@b.co", "*a@b.co"],
  "idn-email": ["ada@example.com"],
  hostname: ["example.com", "a", "1"],
  "idn-hostname": ["example.com"],
  ipv4: ["192.0.2.1"],
  ipv6: ["2001:db8::1"],
  uri: ["https://example.com/", "a:b", "a:(", "a:'"],
  "uri-reference": ["/orders/1", "("],
  iri: ["https://example.com/"],
  "uri-template": ["/orders/{id}", "(", "{id}"],
  url: ["https://example.com/"],
  uuid: ["7b3c1d7e-4f7a-4c3e-9a51-0d6f2b8c9e10"],
  "json-pointer": ["/a", "/("],
  "json-pointer-uri-fragment": ["#/a", "#/("],
  "relative-json-pointer": ["0", "0/(", "0#"],
  regex: ["^a$", " ", "{}", "a"],
  byte: ["YQ==", "+aaa", ""],
};

/** Formats all of whose values have another format, where automata cannot show it or take too long. */
const INCLUDED: Readonly<Record<string, readonly string[]>> = {
  "uri-reference": ["uri", "hostname"],
  "uri-template": ["hostname", "date", "ipv4", "ipv6", "uuid"],
  iri: ["uri"],
  "iri-reference": ["uri", "uri-reference", "iri"],
  regex: ["date", "time", "date-time", "iso-time", "iso-date-time", "ipv4", "ipv6", "uuid", "duration", "hostname"],
  hostname: ["ipv4", "date"],
};

/** Does every value of format `part` have format `whole`? `false` means only that it is not known here. */
export function isIncluded(part: string, whole: string): boolean {
  return INCLUDED[whole]?.includes(part) ?? false;
}

/**
 * Patterns that every value of a format matches whose check is code rather than a pattern. They only serve proofs
 * that something is impossible; whether a value has the format is asked of the format itself.
 */
const SUPERSETS: Readonly<Record<string, string>> = {
  date: "^\\d\\d\\d\\d-[0-1]\\d-[0-3]\\d$",
  time: "^\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([zZ]|[+-]\\d\\d(:?\\d\\d)?)$",
  "iso-time": "^\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([zZ]|[+-]\\d\\d(:?\\d\\d)?)?$",
  "iso-date-time": "^\\d\\d\\d\\d-[0-1]\\d-[0-3]\\d[tT ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([zZ]|[+-]\\d\\d(:?\\d\\d)?)?$",
  "date-time": "^\\d\\d\\d\\d-[0-1]\\d-[0-3]\\d[tT ]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([zZ]|[+-]\\d\\d(:?\\d\\d)?)$",
  byte: "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
};

/** The most characters a value of the format has, where automata take long to see it. */
const LONGEST: Readonly<Record<string, number>> = { hostname: 254, ipv6: 45 };

/** A length that no value of the format exceeds, where one is known. */
export function longestOf(name: string): number {
  return Object.hasOwn(LONGEST, name) ? (LONGEST[name] ?? Infinity) : Infinity;
}

/** Longer strings are not asked: some checks of formats take quadratic time. */
const MAX_LENGTH = 10_000;
/** Texts that repeat one part are asked up to this length. */
const MAX_WRITTEN = 100_000;

/** What is known of a format as validators check it (`runtime/formats.js`). */
export interface FormatRule {
  /** Exactly the values of the format. */
  readonly exact?: { readonly source: string; readonly flags: string };
  /** A pattern that all its values match. */
  readonly superset?: string;
  /** Every string has it: it is unknown or only describes. */
  readonly anything?: true;
}

export function formatRule(name: string): FormatRule {
  const check = checkOf(name);
  if (check === undefined) return { anything: true };
  const expression = Object.hasOwn(expressions, name) ? expressions[name] : undefined;
  if (expression !== undefined) {
    return { exact: { source: expression.source, flags: expression.flags } };
  }
  const superset = SUPERSETS[name];
  return superset === undefined ? {} : { superset };
}

/** Does a string have the format? `undefined` when it is too long to ask. */
export function hasFormat(name: string, value: Text): boolean | undefined {
  const check = checkOf(name);
  if (check === undefined) return true;
  if (typeof value !== "string") {
    if (value instanceof LargeText && isWritable(value))
      return check(value.head + value.unit.repeat(value.times) + value.tail);
    const { exact } = formatRule(name);
    return exact === undefined ? undefined : matchesLarge(exact.source, exact.flags, value);
  }
  return value.length > MAX_LENGTH ? undefined : check(value);
}

function isWritable({ head, unit, times, tail }: LargeText): boolean {
  return head.length + unit.length * times + tail.length <= MAX_WRITTEN;
}

/** The check of a format of strings; `undefined` for formats of numbers, those that only describe, and unknown names. */
function checkOf(name: string): ((value: string) => boolean) | undefined {
  const check = Object.hasOwn(formats, name) ? formats[name] : undefined;
  return typeof check === "function" ? check : undefined;
}

/** Does a number have the format? Only formats of numbers refuse one. */
export function hasNumberFormat(name: string, value: number): boolean {
  const check = Object.hasOwn(formats, name) ? formats[name] : undefined;
  return typeof check === "object" ? check.validate(value) : true;
}
