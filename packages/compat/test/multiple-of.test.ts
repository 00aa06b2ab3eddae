import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isMultiple, rational } from "../src/numbers/rational.ts";
import { multipleOf } from "../src/runtime/values.js";

/** By fractions of whole numbers of any size: slow, and nothing to get wrong. */
function byFractions(value: number, step: number): boolean {
  const [of, by] = [rational(value), rational(step)];
  if (of === undefined || by === undefined) throw new Error(`${value} or ${step} is no number`);
  return isMultiple(of, by);
}

const nasty = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    1,
    3,
    0.1,
    0.01,
    0.07,
    19.99,
    1e-7,
    1e21,
    1e23,
    5e-324,
    1.7976931348623157e308,
    2 ** 53,
    2 ** 60,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc
    .tuple(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: -12, max: 12 }))
    .map(([m, e]) => Number(`${m}e${e}`)),
  fc
    .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -320, max: 300 }))
    .map(([m, e]) => Number(`${m}e${e}`)),
  fc.maxSafeInteger(),
);
const steps = nasty.map((step) => Math.abs(step)).filter((step) => step > 0);

describe("multipleOf is exact on decimals", () => {
  test.each([0.01, 0.05, 0.1, 0.25, 0.001])("of all amounts from 0.00 to 1000.00, by steps of %d", (step) => {
    const check = multipleOf(step);
    const wrong: string[] = [];
    for (let cents = 0; cents <= 100_000; cents++) {
      const amount = Number(`${cents}e-2`);
      const wanted = (cents * 10) % Math.round(step * 1000) === 0;
      if (check(amount) !== wanted || check(-amount) !== wanted) wrong.push(`${amount}`);
    }
    expect(wrong).toEqual([]);
  });

  test("of any two numbers, as fractions of whole numbers say", () => {
    fc.assert(
      fc.property(nasty, steps, (value, step) => {
        expect(multipleOf(step)(value)).toBe(byFractions(value, step));
      }),
      {
        numRuns: 5_000,
        seed: 17,
        examples: [
          [1e308, 5e-324],
          [1e308, 3e-300],
          [2 ** 60, 1024],
          [1e23, 10],
        ],
      },
    );
  });

  test("of what was multiplied as decimals", () => {
    const factor = fc.integer({ min: -(10 ** 6), max: 10 ** 6 });
    fc.assert(
      fc.property(
        factor,
        fc.integer({ min: 1, max: 999 }),
        fc.integer({ min: -9, max: 9 }),
        (times, digits, exponent) => {
          expect(multipleOf(Number(`${digits}e${exponent}`))(Number(`${times * digits}e${exponent}`))).toBe(true);
        },
      ),
      { numRuns: 2_000, seed: 17 },
    );
  });
});
