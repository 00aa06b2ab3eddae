import type { Place } from "../schema/document.ts";
import { canonical, define, equal, isObject } from "../schema/json.ts";
import type { Json } from "../types.ts";
import { plausible, shown } from "./hints.ts";
import type { Path } from "./hints.ts";

type JsonRecord = { readonly [key: string]: Json };

/** Validations spent on making one witness readable, and parts of values validated in them. */
const MAX_CHECKS = 400;
const MAX_WORK = 8000;
const MAX_HINTS = 8;
const MAX_PARTS = 60;
/** Larger witnesses stay as they are: every check would cost as much as the whole search. */
const MAX_SIZE = 2000;

/**
 * Makes a witness small and readable: takes the part of it that breaks by itself, starts from the writing schema's own
 * example where that serves, drops what is not needed, and replaces values by ones the schema shows or that fit the
 * property's name.
 *
 * `refusedAt` says where the reader refuses a value that the writer accepts; `undefined` for a value that is no witness.
 * Deterministic, in a bounded number of checks.
 */
export function refine(witness: Json, writer: Place, refusedAt: (value: Json) => string | undefined): Json {
  if (canonical(witness).length > MAX_SIZE * 10) return witness;
  const part = innermost(witness, refusedAt);
  const place = refusedAt(part);
  return new Refiner(writer, (value) => refusedAt(value) === place).run(part);
}

/** In a recursive schema a part of a witness may be one too: the smallest such part. */
function innermost(witness: Json, refusedAt: (value: Json) => string | undefined): Json {
  const parts = paths(witness).slice(1, MAX_PARTS).reverse();
  for (const path of parts) {
    const part = at(witness, path);
    if (typeof part === "object" && part !== null && refusedAt(part) !== undefined) return part;
  }
  return witness;
}

class Refiner {
  readonly #writer: Place;
  readonly #keeps: (value: Json) => boolean;
  #checks = 0;
  #work = 0;
  #size = 1;

  constructor(writer: Place, keeps: (value: Json) => boolean) {
    this.#writer = writer;
    this.#keeps = keeps;
  }

  run(witness: Json): Json {
    this.#size = paths(witness).length;
    const small = this.#shrink(this.#start(witness));
    this.#size = paths(small).length;
    return this.#beautify(this.#rename(small));
  }

  #ask(value: Json): boolean {
    if (++this.#checks > MAX_CHECKS || (this.#work += this.#size) > MAX_WORK) return false;
    return this.#keeps(value);
  }

  /** A name that stands for any name should look like one. */
  #rename(witness: Json): Json {
    let current = witness;
    for (const path of paths(witness)) {
      const object = at(current, path);
      if (object === undefined || !isRecord(object) || Object.hasOwn(object, "anyName")) continue;
      const placeholder = ["text", ""].find((name) => Object.hasOwn(object, name));
      if (placeholder === undefined) continue;
      const { [placeholder]: value, ...others } = object;
      const renamed = withValue(current, path, { ...others, anyName: value as Json });
      if (this.#ask(renamed)) current = renamed;
    }
    return current;
  }

  #start(witness: Json): Json {
    for (const example of shown(this.#writer, []).slice(0, MAX_HINTS)) {
      if (canonical(example).length > MAX_SIZE * 4) continue;
      for (const candidate of [example, overlay(example, witness)]) if (this.#ask(candidate)) return candidate;
    }
    return witness;
  }

  /** Drops properties and items, the outermost first, until nothing more can go. */
  #shrink(witness: Json): Json {
    let current = witness;
    for (let changed = true; changed;) {
      changed = false;
      for (const path of paths(current)) {
        if (path.length === 0 || !has(current, path)) continue;
        const smaller = without(current, path);
        if (!this.#ask(smaller)) continue;
        current = smaller;
        changed = true;
      }
    }
    return current;
  }

  #beautify(witness: Json): Json {
    let current = witness;
    for (const path of paths(current)) {
      const value = at(current, path);
      if (value === undefined || (typeof value === "object" && value !== null && !isEmpty(value))) continue;
      const hints = [...shown(this.#writer, path), ...plausible(path).filter((hint) => alike(hint, value))];
      for (const hint of hints.slice(0, MAX_HINTS)) {
        if (equal(hint, value)) break;
        const nicer = withValue(current, path, hint);
        if (!this.#ask(nicer)) continue;
        current = nicer;
        break;
      }
    }
    return current;
  }
}

/** A plausible value may stand for one of its own type and for a placeholder nothing is asked of. */
function alike(hint: Json, value: Json): boolean {
  return value === null || typeof hint === typeof value;
}

function isEmpty(value: Json): boolean {
  return Array.isArray(value)
    ? value.length === 0
    : typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The example with the witness's own values put over it. */
function overlay(example: Json, witness: Json): Json {
  if (!isRecord(example) || !isRecord(witness)) return witness;
  const result: { [key: string]: Json } = { ...example };
  for (const key of Object.keys(witness)) {
    const value = witness[key];
    const shownValue = Object.hasOwn(example, key) ? example[key] : undefined;
    if (value !== undefined) define(result, key, shownValue === undefined ? value : overlay(shownValue, value));
  }
  return result;
}

function isRecord(value: Json): value is JsonRecord {
  return isObject(value);
}

/** All places of a value, outer ones before inner ones, the last items of arrays first. */
function paths(value: Json): Path[] {
  const found: Path[] = [];
  const queue: { value: Json; path: Path }[] = [{ value, path: [] }];
  for (let head = 0; head < queue.length && head < MAX_SIZE; head++) {
    const next = queue[head];
    if (next === undefined) break;
    found.push(next.path);
    if (Array.isArray(next.value)) {
      for (let index = next.value.length - 1; index >= 0; index--) {
        queue.push({ value: next.value[index] as Json, path: [...next.path, index] });
      }
    } else if (isRecord(next.value)) {
      for (const key of Object.keys(next.value))
        queue.push({ value: next.value[key] as Json, path: [...next.path, key] });
    }
  }
  return found;
}

function at(value: Json, path: Path): Json | undefined {
  let current: Json | undefined = value;
  for (const step of path) {
    if (Array.isArray(current)) current = current[Number(step)] as Json | undefined;
    else if (current !== undefined && isRecord(current) && Object.hasOwn(current, String(step)))
      current = current[String(step)];
    else return undefined;
  }
  return current;
}

function has(value: Json, path: Path): boolean {
  return at(value, path) !== undefined;
}

function withValue(value: Json, path: Path, replacement: Json | undefined): Json {
  const [step, ...rest] = path;
  if (step === undefined) return replacement ?? null;
  const child = at(value, [step]);
  const next = rest.length === 0 ? replacement : child === undefined ? undefined : withValue(child, rest, replacement);
  if (Array.isArray(value)) {
    const items = [...(value as readonly Json[])];
    if (next === undefined) items.splice(Number(step), 1);
    else items[Number(step)] = next;
    return items;
  }
  if (!isRecord(value)) return value;
  const copy: { [key: string]: Json } = { ...value };
  if (next === undefined) delete copy[String(step)];
  else define(copy, String(step), next);
  return copy;
}

function without(value: Json, path: Path): Json {
  return withValue(value, path, undefined);
}
