/** An exact fraction in lowest terms with a positive denominator. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

/** Digits beyond which a number is refused: exact arithmetic on it would cost more than it is worth. */
const MAX_EXPONENT = 400;

function gcd(a: bigint, b: bigint): bigint {
  let x = a < 0n ? -a : a;
  let y = b < 0n ? -b : b;
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

export function fraction(num: bigint, den: bigint): Rational {
  if (den === 1n) return { num, den };
  const divisor = gcd(num, den);
  const sign = den < 0n ? -1n : 1n;
  return { num: (sign * num) / divisor, den: (sign * den) / divisor };
}

/**
 * The exact value of a JSON number's shortest decimal form: 1.1 is 11/10, not the nearest double.
 * `undefined` for NaN and infinities (JSON text such as 1e999 parses to one).
 */
export function rational(value: number): Rational | undefined {
  if (Number.isSafeInteger(value)) return { num: BigInt(value), den: 1n };
  if (!Number.isFinite(value)) return undefined;
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (match === null) return undefined;
  const [, sign = "", whole = "0", decimals = "", exponent = "0"] = match;
  const digits = BigInt(sign + whole + decimals);
  const scale = Number(exponent) - decimals.length;
  if (Math.abs(scale) > MAX_EXPONENT) return undefined;
  return scale >= 0 ? { num: digits * 10n ** BigInt(scale), den: 1n } : fraction(digits, 10n ** BigInt(-scale));
}

/** The double nearest to the fraction, or `undefined` when its decimal form names another value. */
export function toNumber(value: Rational): number | undefined {
  const near = value.den === 1n ? Number(value.num) : nearest(value);
  const back = rational(near);
  return back !== undefined && compare(back, value) === 0 ? near : undefined;
}

function nearest({ num, den }: Rational): number {
  const direct = Number(num) / Number(den);
  if (Number.isFinite(direct)) return direct;
  return Number((num * 10n ** 20n) / den) / 1e20;
}

export function compare(a: Rational, b: Rational): number {
  const left = a.num * b.den;
  const right = b.num * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

export function add(a: Rational, b: Rational): Rational {
  return fraction(a.num * b.den + b.num * a.den, a.den * b.den);
}

export function times(a: Rational, factor: bigint): Rational {
  return fraction(a.num * factor, a.den);
}

export function halve(a: Rational): Rational {
  return fraction(a.num, a.den * 2n);
}

/** Is `a` an integer multiple of `step` (which is not 0)? */
export function isMultiple(a: Rational, step: Rational): boolean {
  return (a.num * step.den) % (a.den * step.num) === 0n;
}

/** The smallest positive fraction that is a multiple of both. */
export function commonMultiple(a: Rational, b: Rational): Rational {
  const left = a.num * b.den;
  const right = b.num * a.den;
  const divisor = gcd(left, right);
  const product = (left / divisor) * right;
  return fraction(product < 0n ? -product : product, a.den * b.den);
}

/** The quotient rounded down to an integer. */
export function floorQuotient(a: Rational, b: Rational): bigint {
  const num = a.num * b.den;
  const den = a.den * b.num;
  const quotient = num / den;
  return num % den !== 0n && num < 0n !== den < 0n ? quotient - 1n : quotient;
}

export function text({ num, den }: Rational): string {
  return den === 1n ? String(num) : `${num}/${den}`;
}

export const ZERO: Rational = { num: 0n, den: 1n };
export const ONE: Rational = { num: 1n, den: 1n };
