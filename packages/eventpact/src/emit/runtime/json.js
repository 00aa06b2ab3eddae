/**
 * Reads one JSON document out of untrusted bytes. Everything that could hurt what comes after is refused here:
 * too many bytes, too deep a nesting, invalid UTF-8, a byte order mark, own `__proto__` keys, NUL and lone surrogates
 * in text (PostgreSQL and UTF-8 cannot hold them), and numbers that a double would change without a word.
 * Of duplicate keys the last one counts, as `JSON.parse` and ECMA-404 readers have it; validation sees that value.
 *
 * @typedef {'too-large' | 'not-json' | 'too-deep' | 'invalid'} JsonFault
 * @typedef {{ ok: true, value: unknown } | { ok: false, code: JsonFault, message: string, path?: string }} JsonResult
 */

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const INTEGER = /^-?[0-9]+$/;

/**
 * @param {Uint8Array} bytes
 * @param {{ maxBytes: number, maxDepth: number }} limits
 * @returns {JsonResult}
 */
export function parseJson(bytes, limits) {
  if (bytes.byteLength > limits.maxBytes) {
    return refuse("too-large", `${bytes.byteLength} bytes; at most ${limits.maxBytes} are read`);
  }
  let text;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refuse("not-json", "the bytes are not UTF-8");
  }
  if (text.charCodeAt(0) === 0xfeff) return refuse("not-json", "a byte order mark stands before the JSON");
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (isDeeperThan(text, limits.maxDepth)) return tooDeep(limits);
    return refuse("not-json", text.trim() === "" ? "the message is empty" : String(error.message));
  }
  const seen = survey(value, limits.maxDepth);
  if (seen === DEEP) return tooDeep(limits);
  const fault = mayBeUnsafe(text) ? findUnsafe(value, "") : undefined;
  return fault ?? (seen === HUGE ? findInexactNumber(text) : undefined) ?? { ok: true, value };
}

function tooDeep({ maxDepth }) {
  return refuse("too-deep", `objects and arrays are nested more than ${maxDepth} deep`);
}

/** Only then is a slow look worth it: both names of the prototype have these letters, and whatever is escaped has `\\u`. */
function mayBeUnsafe(text) {
  return text.includes("\\u") || text.includes("proto");
}

const FINE = 0;
const HUGE = 1;
const DEEP = 2;

/**
 * Whether a value is nested too deeply, or holds a number that may stand for another one in the text: a double above
 * 2^53. Below, no integer is changed.
 */
function survey(value, depth) {
  if (typeof value === "number")
    return value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER ? HUGE : FINE;
  if (typeof value !== "object" || value === null) return FINE;
  if (depth === 0) return DEEP;
  let most = FINE;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && most !== DEEP; at++) most = Math.max(most, survey(value[at], depth - 1));
    return most;
  }
  for (const key in value) {
    const found = survey(value[key], depth - 1);
    if (found === DEEP) return DEEP;
    if (found === HUGE) most = HUGE;
  }
  return most;
}

/** Counts brackets outside of strings, of a text that is no JSON. */
function isDeeperThan(text, maxDepth) {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) {
      at = endOfString(text, at);
    } else if (unit === 0x7b || unit === 0x5b) {
      depth++;
      if (depth > maxDepth) return true;
    } else if (unit === 0x7d || unit === 0x5d) {
      depth--;
    }
  }
  return false;
}

function endOfString(text, start) {
  let at = start + 1;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x5c) at++;
    else if (unit === 0x22) return at;
  }
  return at;
}

function findUnsafe(value, path) {
  if (typeof value === "string") return findUnsafeText(value, path);
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const fault = findUnsafe(value[at], `${path}/${at}`);
      if (fault) return fault;
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    const here = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const fault = findUnsafeKey(value, key, path, here) ?? findUnsafe(value[key], here);
    if (fault) return fault;
  }
  return undefined;
}

function findUnsafeKey(owner, key, path, here) {
  const reachesPrototype =
    key === "__proto__" ||
    (key === "constructor" &&
      typeof owner[key] === "object" &&
      owner[key] !== null &&
      Object.hasOwn(owner[key], "prototype"));
  if (reachesPrototype) return refuse("invalid", `the key ${JSON.stringify(key)} is not allowed`, here);
  return findUnsafeText(key, path);
}

function findUnsafeText(text, path) {
  if (text.includes("\u0000")) return refuse("invalid", "text holds a NUL character", path);
  if (!text.isWellFormed()) return refuse("invalid", "text holds half of a surrogate pair", path);
  return undefined;
}

function findInexactNumber(text) {
  let fault;
  JSON.parse(text, (key, value, context) => {
    if (typeof value !== "number" || fault) return value;
    const source = context?.source ?? String(value);
    const exact = Number.isFinite(value) && (!INTEGER.test(source) || BigInt(source) === BigInt(value));
    if (!exact) {
      const shown = source.length > 40 ? `${source.slice(0, 40)}…` : source;
      fault = refuse("invalid", `the number ${shown} (key ${JSON.stringify(key)}) cannot be held exactly`);
    }
    return value;
  });
  return fault;
}

/** @returns {{ ok: false, code: JsonFault, message: string, path?: string }} */
function refuse(code, message, path) {
  return path === undefined ? { ok: false, code, message } : { ok: false, code, message, path };
}
