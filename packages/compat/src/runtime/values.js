/** What the validators need at run time, safe for any JSON value (also one with keys such as `valueOf`). */

/** Length in code points, which is what `minLength` and `maxLength` count. */
export function ucs2length(text) {
  let length = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      length--;
      at++;
    }
  }
  return length;
}

/** The decimal form of a number as JSON text has it, its shortest: `digits` · 10^`exponent`, without sign. */
function decimalOf(number) {
  const [mantissa, power = "0"] = String(Math.abs(number)).split("e");
  const [whole, fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/** More digits than the shortest form of a double ever has; what has fewer factors of ten left is decided. */
const MAX_DIGITS = 17;
/** A divisor of 17 digits has at most so many factors 2 or 5, so that further zeros in the dividend change nothing. */
const MAX_FACTORS = 57;

function isMultiple(value, step) {
  if (value === 0) return true;
  if (!Number.isFinite(value)) return false;
  const { digits, exponent } = decimalOf(value);
  const shift = exponent - step.exponent;
  if (shift >= 0) return (digits * 10n ** BigInt(Math.min(shift, MAX_FACTORS))) % step.digits === 0n;
  return -shift < MAX_DIGITS && digits % (step.digits * 10n ** BigInt(-shift)) === 0n;
}

/**
 * The check of `multipleOf`, exact on decimals: 19.99 is a multiple of 0.01. A number means its shortest decimal form,
 * which is what JSON text says. Below 10^15 units of the step's last digit two roundings decide, each exactly.
 *
 * @param {number} step above zero
 * @returns {(value: number) => boolean}
 */
export function multipleOf(step) {
  const exact = decimalOf(step);
  const places = Number.isSafeInteger(step) ? 0 : -exact.exponent;
  const digits = places === 0 ? step : Number(exact.digits);
  // Up to 10^22 powers of ten are doubles.
  if (places < 0 || places > 22 || !Number.isSafeInteger(digits)) return (value) => isMultiple(value, exact);
  const scale = Number(`1e${places}`);
  return (value) => {
    const units = value * scale;
    if (units >= 1e15 || units <= -1e15 || units !== units) return isMultiple(value, exact);
    const whole = Math.round(units);
    return whole / scale === value && whole % digits === 0;
  };
}

/** One text per JSON value, whatever the order of keys: equal values have equal texts. */
function canonical(value) {
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "0" : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).toSorted();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/**
 * Two equal items of a list, which `uniqueItems` forbids; undefined where there are none. Takes time linear in the list.
 *
 * @param {readonly unknown[]} items
 * @returns {{ i: number, j: number } | undefined}
 */
export function repeated(items) {
  const seen = new Map();
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    // No string stands for an object: texts are told apart by their quotes.
    const key = typeof item === "object" || typeof item === "string" ? canonical(item) : item;
    const before = seen.get(key);
    if (before !== undefined) return { i: at, j: before };
    seen.set(key, at);
  }
  return undefined;
}

/** Equality of JSON values, which is what `const`, `enum` and `uniqueItems` compare by. */
export function equal(left, right) {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, at) => equal(item, right[at]))
    );
  }
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]))
  );
}
