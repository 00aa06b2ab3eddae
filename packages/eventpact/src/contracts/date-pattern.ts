/** One part of a date format. */
type Token = { readonly letter: string; readonly count: number } | { readonly text: string };

/** Which days a pattern lets through: by the month, and on the 29th of February by the year. */
interface Calendar {
  readonly month?: string;
  readonly day?: string;
  readonly year?: string;
}

const MONTHS = "january february march april may june july august september october november december".split(" ");
const DAYS = "monday tuesday wednesday thursday friday saturday sunday".split(" ");
const LONG = [1, 3, 5, 7, 8, 10, 12];
const SHORT = [4, 6, 9, 11];

/**
 * A date format of Java (`yyyy-MM-dd'T'HH:mm:ss.SSSX`, as Pact's date matchers have it) as a regular expression without
 * anchors; undefined for formats that are not known here. It takes no text that Pact's verifier refuses
 * (`validate_datetime` of pact_models: numbers may be shorter than their letters, a day must exist in its month), and
 * leaves out what it takes in addition where number follows number.
 */
export function datePattern(format: string): string | undefined {
  const tokens = tokensOf(format);
  if (tokens === undefined) return undefined;
  const has = (letters: string): boolean => tokens.some((token) => "letter" in token && letters.includes(token.letter));
  if (!has("d") || !has("M")) return render(tokens, {});
  const isTwoDigit = tokens.some((token) => "letter" in token && "yYu".includes(token.letter) && token.count < 4);
  // Which short years are leap years depends on how the verifier reads them: the 29th of February is left out.
  const leap = has("yYu") && !isTwoDigit ? [{ month: months([2]), day: "29", year: LEAP }] : [];
  const calendars: readonly Calendar[] = [
    { month: months(LONG), day: days(31) },
    { month: months(SHORT), day: days(30) },
    { month: months([2]), day: days(28) },
    ...leap,
  ];
  const all = calendars.map((calendar) => render(tokens, calendar));
  return all.includes(undefined) ? undefined : `(?:${all.join("|")})`;
}

const LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";

function tokensOf(format: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  for (const [part, quoted, letter] of format.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^]/g)) {
    if (quoted !== undefined) tokens.push({ text: quoted === "" ? "'" : quoted.replaceAll("''", "'") });
    else if (letter !== undefined) tokens.push({ letter, count: part.length });
    // The verifier's format knows no bare digits, brackets or single quotes.
    else if (/[0-9'{}[\]]/.test(part)) return undefined;
    else tokens.push({ text: part });
  }
  return tokens.length > 0 ? tokens : undefined;
}

function render(tokens: readonly Token[], calendar: Calendar): string | undefined {
  const seen = new Set<string>();
  let pattern = "";
  for (const [at, token] of tokens.entries()) {
    const isTight = startsWithDigit(tokens[at + 1]);
    const kind =
      "letter" in token
        ? ({ y: "year", Y: "year", u: "year", M: "month", d: "day" } as const)[token.letter]
        : undefined;
    // The verifier looks at the first of each kind.
    const special = kind === undefined || seen.has(kind) ? undefined : calendar[kind];
    if (kind !== undefined) seen.add(kind);
    const part = "text" in token ? literal(token.text) : partOf(token, isTight, special);
    if (part === undefined) return undefined;
    pattern += part;
  }
  return pattern;
}

const startsWithDigit = (token: Token | undefined): boolean =>
  token !== undefined && ("text" in token ? /^\d/.test(token.text) : "yYuMLdDHhkKmsSnANQqwWFec".includes(token.letter));

function partOf(
  { letter, count }: { readonly letter: string; readonly count: number },
  isTight: boolean,
  special: string | undefined,
): string | undefined {
  switch (letter) {
    case "y":
    case "Y":
    case "u":
      if (count > 4) return undefined;
      return special ?? (isTight ? `[0-9]{${count}}` : `[0-9]{1,${count}}`);
    case "M":
      return monthPart(count, isTight, special);
    case "d":
      return count > 2 ? undefined : numbered(special ?? days(31), isTight);
    case "H":
      return count > 2 ? undefined : numbered("(?:[01][0-9]|2[0-3]|[0-9])", isTight);
    case "h":
      return count > 2 ? undefined : numbered("(?:0[1-9]|1[0-2]|[1-9])", isTight);
    case "m":
      return count > 2 ? undefined : numbered("(?:[0-5][0-9]|[0-9])", isTight);
    case "s":
      return count > 2 ? undefined : numbered("(?:[0-5][0-9]|60|[0-9])", isTight);
    case "S":
      return count > 9 ? undefined : isTight ? `[0-9]{${count}}` : `[0-9]{1,${count}}`;
    case "a":
      return count > 1 ? undefined : "[AaPp][Mm]";
    case "E":
      return count > 5 ? undefined : anyCase(count <= 3 ? DAYS.map((name) => name.slice(0, 3)) : DAYS);
    default:
      return isTight ? undefined : offsetPart(letter, count);
  }
}

/** A number of up to two digits, of which the verifier takes as many as it can. */
const numbered = (pattern: string, isTight: boolean): string =>
  isTight ? pattern.replaceAll(/\|\[\d-\d\](?=\))/g, "") : pattern;

function monthPart(count: number, isTight: boolean, special: string | undefined): string | undefined {
  const numbers = (special ?? months([...LONG, ...SHORT, 2])).split(",").map(Number);
  if (count > 5) return undefined;
  if (count <= 2) {
    const texts = numbers.flatMap((month) =>
      month > 9 ? [String(month)] : isTight ? [`0${month}`] : [`0${month}`, String(month)],
    );
    return `(?:${texts.join("|")})`;
  }
  const names = numbers.map((month) => MONTHS[month - 1] ?? "");
  return anyCase(count === 3 ? names.map((name) => name.slice(0, 3)) : names);
}

const months = (numbers: readonly number[]): string => numbers.join(",");

function days(last: number): string {
  if (last === 28) return "(?:0[1-9]|1[0-9]|2[0-8]|[1-9])";
  return last === 30 ? "(?:0[1-9]|[12][0-9]|30|[1-9])" : "(?:0[1-9]|[12][0-9]|3[01]|[1-9])";
}

const anyCase = (names: readonly string[]): string =>
  `(?:${names.map((name) => [...name].map((letter) => `[${letter.toUpperCase()}${letter}]`).join("")).join("|")})`;

/** An offset from UTC; the verifier takes hours up to 11. */
function offsetPart(letter: string, count: number): string | undefined {
  const offset = ["[+-](?:0[0-9]|1[01])(?:[0-5][0-9])?", "[+-](?:0[0-9]|1[01])[0-5][0-9]", `${ZONE}`][count - 1];
  switch (letter) {
    case "X":
      return offset === undefined ? undefined : `(?:Z|${offset})`;
    case "x":
      return offset;
    case "Z":
      return count < 4 ? "[+-](?:0[0-9]|1[01])[0-5][0-9]" : count === 4 ? `(?:GMT|UTC)(?:${ZONE})?` : ZONE;
    default:
      return undefined;
  }
}

const ZONE = "[+-](?:0[0-9]|1[01]):[0-5][0-9]";

/** The text as a regular expression that matches just it. */
export const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
