import type { Ajv, AnySchema } from "ajv";
import type { SchemaDocument } from "../schema/document.ts";
import { inOnePiece } from "../schema/one-piece.ts";
import { matches } from "../strings/matching.ts";
import type { Json } from "../types.ts";
import { createAjv, forAjv } from "./set-up.ts";

/** Beyond this much text ajv is not asked: compiling takes seconds. */
const MAX_TEXT = 300_000;
const MAX_NODES = 4_000;

/** Patterns are asked through this, so that no witness can make a validator backtrack for hours. */
function guardedPattern(pattern: string): { test(value: string): boolean; toString(): string } {
  return {
    // ajv tells patterns apart by this text.
    toString: () => pattern,
    test(value: string): boolean {
      const found = matches(pattern, value);
      if (found === undefined) throw new RangeError("This pattern cannot be asked in bounded time.");
      return found;
    },
  };
}

const regExp = Object.assign(guardedPattern, { code: "guardedPattern" });

function create({ dialect, unevaluated }: SchemaDocument, assertsFormats: boolean): Ajv {
  const formats = assertsFormats ? "assertion" : "annotation";
  const code = { regExp, optimize: false };
  return createAjv({
    dialect,
    unevaluated,
    formats,
    addUsedSchema: false,
    inlineRefs: false,
    ownProperties: true,
    code,
  });
}

type Check = (value: Json) => unknown;

/** An instance keeps something of every schema it compiled, so it is replaced after a while. */
const MAX_COMPILED = 300;
const pool = new Map<string, { readonly ajv: Ajv; compiled: number }>();
/** A document is asked about several values; `null` where ajv cannot compile it. */
const checks = new WeakMap<
  SchemaDocument,
  { readonly formats: Check | null | undefined; readonly plain: Check | null | undefined }
>();

function instanceFor(document: SchemaDocument, assertsFormats: boolean): Ajv {
  const key = `${document.dialect}:${document.unevaluated}:${assertsFormats}`;
  let entry = pool.get(key);
  if (entry === undefined || ++entry.compiled > MAX_COMPILED) {
    pool.set(key, (entry = { ajv: create(document, assertsFormats), compiled: 1 }));
  }
  return entry.ajv;
}

/** ajv's opinion. `undefined` when it cannot compile the schema or take this value in bounded work. */
export function ajvValidity(document: SchemaDocument, value: Json, assertsFormats: boolean): boolean | undefined {
  if (typeof document.root.schema === "boolean") return document.root.schema;
  const known = checks.get(document) ?? { formats: undefined, plain: undefined };
  let check = assertsFormats ? known.formats : known.plain;
  if (check === undefined) {
    check = compile(document, assertsFormats);
    checks.set(document, assertsFormats ? { ...known, formats: check } : { ...known, plain: check });
  }
  try {
    const result = check?.(value);
    return typeof result === "boolean" ? result : undefined;
  } catch {
    return undefined;
  }
}

function compile(document: SchemaDocument, assertsFormats: boolean): Check | null {
  if (!isAskable(document.root.schema)) return null;
  const inPieces = document.resources.size > 1 || document.dynamic;
  const schema = inPieces ? inOnePiece(document) : document.root.schema;
  if (typeof schema === "boolean" || !isAskable(schema)) return null;
  const ajv = instanceFor(document, assertsFormats);
  let plain: AnySchema | undefined;
  try {
    plain = forAjv(schema, document.dialect);
    return ajv.compile(plain) as Check;
  } catch {
    return null;
  } finally {
    if (plain !== undefined) ajv.removeSchema(plain);
  }
}

function isAskable(schema: unknown): boolean {
  let nodes = 0;
  let length = 0;
  const queue: { value: unknown; depth: number }[] = [{ value: schema, depth: 0 }];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (++nodes > MAX_NODES || next.depth > 200) return false;
    if (typeof next.value === "string" && (length += next.value.length) > MAX_TEXT) return false;
    if (typeof next.value !== "object" || next.value === null) continue;
    // ajv leaves this key out of lists of dependencies.
    if (Object.hasOwn(next.value, "__proto__")) return false;
    // A reference at the root of an embedded resource sends ajv round in circles until the stack is full.
    if (next.depth > 0 && "$id" in next.value && "$ref" in next.value) return false;
    for (const value of Object.values(next.value)) queue.push({ value, depth: next.depth + 1 });
  }
  return true;
}
