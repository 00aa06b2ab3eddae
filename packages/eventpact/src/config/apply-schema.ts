import { didYouMean } from "../diagnostics/suggest.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString, setOwn } from "../read/json.ts";
import { childPointer, pointerTokens, valueAt } from "../read/pointer.ts";

/** Something that the schema does not allow, at a place in the value. */
export interface SettingsFault {
  readonly pointer: string;
  readonly part?: "key";
  readonly message: string;
  readonly hint?: string;
}

export interface Applied {
  /** What the schema allows of the value, with defaults where it says nothing or something else. */
  readonly value: Json | undefined;
  readonly faults: readonly SettingsFault[];
  /** Where an object of `value` was written. */
  readonly pointerOf: (value: Json) => string;
}

/**
 * Reads a value by a JSON Schema of the keywords that settings need (`$ref` to definitions, `type`, `enum`, `anyOf`, `properties`,
 * `additionalProperties`, `required`, `items`, `minItems`, `pattern`, bounds, `default`). What it does not allow is a fault
 * with its place, and counts as not written.
 */
export function applySchema(schema: JsonObject, value: Json | undefined): Applied {
  const places = new Map<Json, string>();
  const faults: SettingsFault[] = [];
  const found = read({ root: schema, places, faults }, schema, value, "");
  return { value: found, faults, pointerOf: (one) => places.get(one) ?? "" };
}

interface Work {
  readonly root: JsonObject;
  readonly places: Map<Json, string>;
  readonly faults: SettingsFault[];
}

function read(work: Work, raw: JsonObject, value: Json | undefined, pointer: string): Json | undefined {
  const schema = resolved(work.root, raw);
  const before = work.faults.length;
  const found = value === undefined || isEmpty(schema, value) ? undefined : checked(work, schema, value, pointer);
  if (found !== undefined) return found;
  // A default is right, so that nothing is found in it; but it may have defaults of its own.
  const otherwise = own(schema, "default");
  if (otherwise === undefined) return undefined;
  const filled = checked({ ...work, faults: [] }, schema, otherwise, pointer);
  return work.faults.length >= before ? filled : undefined;
}

function resolved(root: JsonObject, schema: JsonObject): JsonObject {
  const ref = ownString(schema, "$ref");
  const target = ref === undefined ? undefined : valueAt(root, ref.slice(1));
  return isObject(target) ? { ...target, ...schema, $ref: "" } : schema;
}

/** A section without a word in it. */
const isEmpty = (schema: JsonObject, value: Json): boolean =>
  value === null && Array.isArray(own(schema, "type")) && typesOf(schema).includes("null");

const typesOf = (schema: JsonObject): readonly string[] => {
  const type = own(schema, "type");
  return (Array.isArray(type) ? type : type === undefined ? [] : [type]) as readonly string[];
};

function checked(work: Work, schema: JsonObject, value: Json, pointer: string): Json | undefined {
  const refuse = (message: string, hint?: string): undefined => {
    const said = ownString(schema, "errorMessage") ?? message;
    const way = ownString(schema, "x-hint") ?? hint;
    work.faults.push({ pointer, message: said, ...(way === undefined ? {} : { hint: way }) });
    return undefined;
  };
  const branches = own(schema, "anyOf");
  if (Array.isArray(branches)) {
    for (const branch of branches as readonly JsonObject[]) {
      const tried: Work = { ...work, faults: [] };
      const found = read(tried, branch, value, pointer);
      if (tried.faults.length === 0) return found;
    }
    return refuse(`${nameOf(pointer)} cannot be understood.`);
  }
  const wrong = scalarFault(schema, value, pointer);
  if (wrong !== undefined) return refuse(wrong.message, wrong.hint);
  if (isObject(value)) return readObject(work, schema, value, pointer);
  return Array.isArray(value) ? readList(work, schema, value as readonly Json[], pointer, refuse) : value;
}

function scalarFault(
  schema: JsonObject,
  value: Json,
  pointer: string,
): { readonly message: string; readonly hint?: string } | undefined {
  const name = nameOf(pointer);
  const allowed = own(schema, "enum");
  if (Array.isArray(allowed) && !allowed.includes(value as string)) {
    const words = allowed.filter((one) => typeof one === "string");
    const hint = typeof value === "string" ? didYouMean(value, words) : undefined;
    return { message: `${name} is one of ${words.join(", ")}.`, ...(hint === undefined ? {} : { hint }) };
  }
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOf(type, value)))
    return { message: `${name} must be ${typeWords[types[0] ?? ""] ?? types[0]}${boundWords(schema)}.` };
  const pattern = ownString(schema, "pattern");
  const isRefused =
    (typeof value === "string" &&
      ((pattern !== undefined && !new RegExp(pattern, "u").test(value)) ||
        value.length < Number(own(schema, "minLength") ?? 0))) ||
    (typeof value === "number" &&
      (value < Number(own(schema, "minimum") ?? value) ||
        (own(schema, "exclusiveMinimum") !== undefined && value <= Number(own(schema, "exclusiveMinimum")))));
  return isRefused
    ? { message: `${name} must be ${typeWords[types[0] ?? ""] ?? "another"}${boundWords(schema)}.` }
    : undefined;
}

const typeWords: Readonly<Record<string, string>> = {
  object: "a map",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
};

const boundWords = (schema: JsonObject): string => (own(schema, "minimum") === 1 ? " above 0" : "");

function isOf(type: string, value: Json): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "integer":
      return Number.isSafeInteger(value);
    default:
      return typeof value === type;
  }
}

function readList(
  work: Work,
  schema: JsonObject,
  value: readonly Json[],
  pointer: string,
  refuse: (message: string) => undefined,
): Json | undefined {
  const items = own(schema, "items");
  if (value.length < Number(own(schema, "minItems") ?? 0)) return refuse(`${nameOf(pointer)} must not be empty.`);
  return value.flatMap((item, index) => {
    const found = isObject(items) ? read(work, items, item, childPointer(pointer, index)) : item;
    return found === undefined ? [] : [found];
  });
}

function readObject(work: Work, schema: JsonObject, value: JsonObject, pointer: string): Json | undefined {
  const properties = own(schema, "properties");
  const known = isObject(properties) ? properties : {};
  const others = own(schema, "additionalProperties");
  const found: Record<string, Json> = {};
  work.places.set(found, pointer);
  for (const [name, inner] of Object.entries(value)) {
    if (Object.hasOwn(known, name)) continue;
    if (isObject(others)) put(found, name, read(work, others, inner, childPointer(pointer, name)));
    else if (others === false) work.faults.push(unknownKey(schema, pointer, name, Object.keys(known)));
  }
  for (const [name, inner] of Object.entries(known))
    put(found, name, read(work, inner as JsonObject, own(value, name), childPointer(pointer, name)));
  const required = (own(schema, "required") ?? []) as readonly string[];
  for (const name of required)
    if (own(value, name) === undefined) work.faults.push(missing(known[name] as JsonObject, pointer, name));
  return required.every((name) => found[name] !== undefined) ? found : undefined;
}

function put(target: Record<string, Json>, name: string, value: Json | undefined): void {
  if (value !== undefined) setOwn(target, name, value);
}

function missing(schema: JsonObject, pointer: string, name: string): SettingsFault {
  const hint = ownString(schema, "x-hint");
  const message = ownString(schema, "errorMessage") ?? `${nameOf(pointer)} needs "${name}".`;
  return { pointer, part: "key", message, ...(hint === undefined ? {} : { hint }) };
}

/** As many names as a person reads. */
const MOST_NAMES = 16;

function unknownKey(schema: JsonObject, pointer: string, name: string, known: readonly string[]): SettingsFault {
  const said = ownString(schema, "x-unknown")?.replace("{name}", name);
  const owner = pointer === "" ? "There is no setting" : `${nameOf(pointer)} has no setting`;
  const all = known.length > MOST_NAMES ? undefined : `There are: ${known.join(", ")}.`;
  const hint = didYouMean(name, known) ?? all;
  const place = { pointer: childPointer(pointer, name), part: "key" as const };
  return { ...place, message: said ?? `${owner} "${name}".`, ...(hint === undefined ? {} : { hint }) };
}

/** `/deploy/retention` as people write it: `"deploy.retention"`. */
function nameOf(pointer: string): string {
  return pointer === "" ? "eventpact.yaml" : `"${pointerTokens(pointer).join(".")}"`;
}
