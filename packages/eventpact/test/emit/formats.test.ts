import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formats } from "@eventpact/compat/runtime/formats.js";

type Format =
  | true
  | RegExp
  | ((text: string) => boolean)
  | { validate: RegExp | ((value: never) => boolean); type?: string };
const { fullFormats } = createRequire(import.meta.url)("ajv-formats/dist/formats") as {
  fullFormats: Record<string, Format>;
};

function accepts(format: Format | undefined, value: unknown): boolean {
  if (format === undefined || format === true) return true;
  if (format instanceof RegExp) return format.test(value as string);
  return typeof format === "function" ? format(value as string) : accepts(format.validate as Format, value);
}

const digits = (count: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: count, maxLength: count });
const near = (low: number, high: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.integer({ min: low, max: high }).map((n) => String(n).padStart(2, "0")),
    digits(2),
  );
const date = fc
  .tuple(fc.oneof(digits(4), fc.constantFrom("1900", "2000", "2023", "2024")), near(0, 13), near(27, 32))
  .map((parts) => parts.join("-"));
const zone = fc.oneof(
  fc.constantFrom("Z", "z", "", "+01:00", "-23:59", "+2400", "+0100", "-01", "ZZ", " "),
  near(0, 24).map((hours) => `+${hours}:30`),
);
const fraction = fc.oneof(
  fc.constantFrom("", ".", ".0", ".000", ".123456789", ",5"),
  digits(3).map((text) => `.${text}`),
);
const time = fc
  .tuple(near(22, 24), near(58, 60), near(58, 61), fraction, zone)
  .map(([h, m, s, f, z]) => `${h}:${m}:${s}${f}${z}`);
const separator = fc.constantFrom("T", "t", " ", "\t", "_", "");
const words: Record<string, fc.Arbitrary<string>> = {
  date,
  time,
  "date-time": fc.tuple(date, separator, time).map((parts) => parts.join("")),
  "iso-time": time,
  "iso-date-time": fc.tuple(date, separator, time).map((parts) => parts.join("")),
  uri: fc.oneof(fc.webUrl({ withQueryParameters: true, withFragments: true }), fc.string()),
  email: fc.oneof(fc.emailAddress(), fc.string()),
  uuid: fc.oneof(
    fc.uuid(),
    fc.uuid().map((text) => text.toUpperCase()),
    fc.string(),
  ),
  byte: fc.oneof(fc.base64String(), fc.string()),
  ipv4: fc.oneof(fc.ipV4(), fc.string()),
  ipv6: fc.oneof(fc.ipV6(), fc.string()),
};

describe("formats of generated validators", () => {
  test("are those of ajv-formats", () => {
    expect(Object.keys(formats).toSorted()).toEqual(Object.keys(fullFormats).toSorted());
  });

  test.each(Object.keys(fullFormats).filter((name) => fullFormats[name] !== true))(
    "%s accepts what ajv-formats accepts in full mode",
    (name) => {
      const numeric = ["int32", "int64", "float", "double"].includes(name);
      const values: fc.Arbitrary<unknown> = numeric
        ? fc.oneof(fc.double(), fc.integer(), fc.constantFrom(2 ** 31, -(2 ** 31) - 1))
        : (words[name] ?? fc.string());
      fc.assert(
        fc.property(values, (value) => {
          // RFC 3339 knows T and the space between date and time; ajv-formats takes any white space there.
          const isOtherSpace = name.endsWith("date-time") && /[^\S ]/.test(String(value));
          expect(accepts(formats[name], value)).toBe(!isOtherSpace && accepts(fullFormats[name], value));
        }),
        { numRuns: words[name] ? 1_000 : 200, seed: 7 },
      );
    },
  );

  test("know leap years, leap seconds and the ends of months", () => {
    const good = [
      "2024-02-29T00:00:00Z",
      "2000-02-29T23:59:59.999Z",
      "2016-12-31T23:59:60Z",
      "2026-01-15t10:30:00+05:30",
    ];
    const bad = [
      "2023-02-29T00:00:00Z",
      "1900-02-29T00:00:00Z",
      "2026-04-31T00:00:00Z",
      "2026-01-15T24:00:00Z",
      "2026-01-15T10:30:00",
      "2026-01-15T12:00:60Z",
    ];
    expect(good.filter((text) => !accepts(formats["date-time"], text))).toEqual([]);
    expect(bad.filter((text) => accepts(formats["date-time"], text))).toEqual([]);
  });

  test("take no longer than a moment for long hostile text", () => {
    const texts = [
      `a@${"a-".repeat(50_000)}!`,
      `${"1:".repeat(50_000)}`,
      `http://${"a".repeat(100_000)}\n`,
      `{a${",a".repeat(50_000)}`,
      `2026-01-15T10:30:00.${"1".repeat(100_000)}x`,
      "T".repeat(100_000),
    ];
    // What this process computed: others on the machine do not count.
    const start = process.cpuUsage();
    for (const format of Object.values(formats))
      if (typeof format === "function") for (const text of texts) format(text);
    expect(process.cpuUsage(start).user / 1_000).toBeLessThan(2_000);
  });
});
