/** What one letter of a date format stands for: as a regular expression, by how often it is written. */
const letters: Readonly<Record<string, (count: number) => string | undefined>> = {
  y: (count) => (count === 2 ? "\\d{2}" : `\\d{${Math.max(4, count)}}`),
  Y: (count) => (count === 2 ? "\\d{2}" : `\\d{${Math.max(4, count)}}`),
  M: (count) => (count > 2 ? "[A-Za-z]+" : count === 2 ? "(0[1-9]|1[0-2])" : "([1-9]|1[0-2])"),
  d: (count) => (count === 2 ? "(0[1-9]|[12][0-9]|3[01])" : "([1-9]|[12][0-9]|3[01])"),
  H: (count) => (count === 2 ? "([01][0-9]|2[0-3])" : "([0-9]|1[0-9]|2[0-3])"),
  h: (count) => (count === 2 ? "(0[1-9]|1[0-2])" : "([1-9]|1[0-2])"),
  m: (count) => (count === 2 ? "[0-5][0-9]" : "[1-5]?[0-9]"),
  s: (count) => (count === 2 ? "([0-5][0-9]|60)" : "([1-5]?[0-9]|60)"),
  S: (count) => `\\d{${count}}`,
  a: () => "[AaPp][Mm]",
  E: () => "[A-Za-z]+",
  X: (count) => (count === 1 ? "(Z|[+-]\\d{2}(\\d{2})?)" : count === 2 ? "(Z|[+-]\\d{4})" : "(Z|[+-]\\d{2}:\\d{2})"),
  x: (count) => (count === 1 ? "[+-]\\d{2}(\\d{2})?" : count === 2 ? "[+-]\\d{4}" : "[+-]\\d{2}:\\d{2}"),
  Z: (count) => (count < 4 ? "[+-]\\d{4}" : "(GMT)?[+-]\\d{2}:\\d{2}"),
  z: () => "[A-Za-z/_+0-9:-]+",
};

/**
 * A date format of Java (`yyyy-MM-dd'T'HH:mm:ss.SSSX`, as Pact's date matchers have it) as a regular expression without
 * anchors; undefined for letters that are not known here.
 */
export function datePattern(format: string): string | undefined {
  let pattern = "";
  for (const [part, quoted, letter] of format.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^]/g)) {
    if (quoted !== undefined) pattern += literal(quoted === "" ? "'" : quoted.replaceAll("''", "'"));
    else if (letter === undefined) pattern += literal(part);
    else {
      const made = Object.hasOwn(letters, letter) ? letters[letter]?.(part.length) : undefined;
      if (made === undefined) return undefined;
      pattern += made;
    }
  }
  return pattern;
}

/** The text as a regular expression that matches just it. */
export const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
