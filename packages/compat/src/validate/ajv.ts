import type { Ajv } from "ajv";
import { isStatic } from "../schema/document.ts";
import type { SchemaDocument } from "../schema/document.ts";
import { define, isObject, own } from "../schema/json.ts";
import { matches } from "../strings/matching.ts";
import type { Json, Schema } from "../types.ts";
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
  const key = `${document.dialect}:${document.reading}:${document.unevaluated}:${assertsFormats}`;
  let entry = pool.get(key);
  if (entry === undefined || ++entry.compiled > MAX_COMPILED) {
    pool.set(key, (entry = { ajv: create(document, assertsFormats), compiled: 1 }));
  }
  return entry.ajv;
}

/** ajv's opinion. `undefined` when it cannot compile the schema or take this value in bounded work. */
export function ajvValidity(
  document: SchemaDocument,
  documents: Readonly<Record<string, Schema>>,
  value: Json,
  assertsFormats: boolean,
): boolean | undefined {
  if (typeof document.root.schema === "boolean") return document.root.schema;
  const known = checks.get(document) ?? { formats: undefined, plain: undefined };
  let check = assertsFormats ? known.formats : known.plain;
  if (check === undefined) {
    check = compile(document, documents, assertsFormats);
    checks.set(document, assertsFormats ? { ...known, formats: check } : { ...known, plain: check });
  }
  try {
    const result = check?.(value);
    return typeof result === "boolean" ? result : undefined;
  } catch {
    return undefined;
  }
}

function compile(
  document: SchemaDocument,
  documents: Readonly<Record<string, Schema>>,
  assertsFormats: boolean,
): Check | null {
  const { schema } = document.root;
  if (typeof schema === "boolean" || !isAskable(schema)) return null;
  const alone = Object.keys(documents).length === 0;
  const ajv = alone ? instanceFor(document, assertsFormats) : create(document, assertsFormats);
  const plain = forAjv(prepared(schema, document));
  try {
    for (const [uri, other] of Object.entries(documents)) ajv.addSchema(forAjv(other), uri);
    return ajv.compile(plain) as Check;
  } catch {
    return null;
  } finally {
    ajv.removeSchema(plain);
  }
}

/**
 * What ajv is given: by the specification draft-07 has no keywords beside a `$ref`, though ajv evaluates them, and a dynamic reference
 * with one target is a plain one, though ajv does not always follow it.
 */
function prepared(schema: { readonly [key: string]: unknown }, document: SchemaDocument): Schema {
  const { reading, refSiblings, deviations } = document;
  const changes = reading === "specification" && (!refSiblings || deviations.has("dynamic-reference"));
  return changes ? (specified(schema, document) as typeof schema) : schema;
}

function specified(value: unknown, document: SchemaDocument): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => specified(item, document));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  const alone = !document.refSiblings && typeof own(value, "$ref") === "string";
  let copy: { [key: string]: unknown } | undefined;
  for (const key of Object.keys(value)) {
    const dropped = alone && !BESIDE_REF.has(key);
    const item = dropped ? undefined : specified(value[key], document);
    if (!dropped && item === value[key]) continue;
    copy ??= { ...value };
    if (dropped) delete copy[key];
    else define(copy, key, item);
  }
  const dynamic = own(value, "$dynamicRef");
  const plain = typeof dynamic === "string" && isStatic(document, dynamic.slice(dynamic.indexOf("#") + 1));
  if (!plain || own(value, "$ref") !== undefined) return copy ?? value;
  copy ??= { ...value };
  delete copy["$dynamicRef"];
  copy["$ref"] = dynamic;
  return copy;
}

/** What may stand beside `$ref` in draft-07 without being ignored: only what it may refer to. */
const BESIDE_REF: ReadonlySet<string> = new Set(["$ref", "definitions", "$defs", "$schema"]);

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
