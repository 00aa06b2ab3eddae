import type { JsonSchema } from "../../model/types.ts";
import type { Json, JsonObject } from "../../read/json.ts";
import { canonicalJson, isObject, own, ownString } from "../../read/json.ts";
import { typeOf, wordsOf } from "./field-words.ts";
import { firstOf, flatten, unfoldNullable } from "./flatten.ts";

/** One field of a payload (or the payload itself), as a reader needs it. */
export interface Field {
  /** From the payload's root: `data.items[].unitPrice`; empty for the root. */
  readonly path: string;
  readonly name: string;
  readonly required: boolean;
  /** It and everything above it is required, so that no valid event lacks it (in a list: no item). */
  readonly guaranteed: boolean;
  /** `string`, `array of object`, `integer or null`; empty when the schema does not say. */
  readonly type: readonly string[];
  readonly title?: string;
  readonly description?: string;
  /** Keyword → value: what restricts the field beyond its type. */
  readonly constraints: JsonObject;
  /** The values of `enum`, or the one of `const`. */
  readonly values?: readonly Json[];
  readonly default?: Json;
  readonly deprecated: boolean;
  readonly personal: boolean;
  /** Of a list: what its items are. */
  readonly item?: Field;
  readonly children: readonly Field[];
  /** Its name stands for many: all that match the pattern (then `name` is `/pattern/`), or any that nothing else names. */
  readonly stands?: "pattern" | "any";
  /** Of an alternative that is a reference: what its definition is called. */
  readonly called?: string;
  /** Alternatives by `oneOf` or `anyOf`. */
  readonly choices: readonly Choice[];
  /** Path of the field above whose schema this is again: recursion ends here. */
  readonly sameAs?: string;
  /** There is more, left out because the schema is too deep or too large to read as a table. */
  readonly cut: boolean;
}

export interface Choice {
  readonly kind: "oneOf" | "anyOf";
  readonly options: readonly Field[];
}

const MAX_FIELDS = 600;

const MAX_DEPTH = 16;

interface Walk {
  readonly root: JsonSchema;
  count: number;
}

/** Where the walk is: the name of the field, what is known from above, and the references it came through. */
interface Position {
  readonly path: string;
  readonly name: string;
  readonly required: boolean;
  readonly guaranteed: boolean;
  readonly depth: number;
  readonly trail: ReadonlyMap<string, string>;
}

/** A JSON Schema (every `$ref` local) as a tree of fields. `allOf` and references are folded in, recursion is cut. */
export function fieldTree(schema: JsonSchema): Field {
  const top = { path: "", name: "", required: true, guaranteed: true, depth: 0, trail: new Map([["#", ""]]) };
  return fieldOf([schema], top, { root: schema, count: 0 });
}

/** Every field below (not the root), in the order of the page. */
export function* allFields(field: Field): Generator<Field> {
  for (const child of [...(field.item ? [field.item] : []), ...field.children]) {
    yield child;
    yield* allFields(child);
  }
  for (const choice of field.choices) for (const option of choice.options) yield* allFields(option);
}

function fieldOf(schemas: readonly Json[], position: Position, walk: Walk): Field {
  walk.count += 1;
  const trail = new Map(position.trail);
  const facts = {
    path: position.path,
    name: position.name,
    required: position.required,
    guaranteed: position.guaranteed,
  };
  const flat = flatten(schemas, walk.root, trail, position.path);
  if (flat.sameAs !== undefined)
    return { ...facts, ...wordsOf(flat.parts), ...emptyShape, type: typeOf(flat.parts), sameAs: flat.sameAs };
  const { parts, choices, nullable } = unfoldNullable(flat.parts, walk.root, trail, position.path);
  const type = typeOf(parts);
  const words = { ...facts, ...wordsOf(parts), type: nullable && !type.includes("null") ? [...type, "null"] : type };
  if (position.depth > MAX_DEPTH || walk.count > MAX_FIELDS) return { ...words, ...emptyShape, cut: hasMore(parts) };
  const below = { ...position, trail, depth: position.depth + 1 };
  const item = itemOf(parts, below, walk);
  return {
    ...words,
    ...(item ? { item } : {}),
    children: [...propertiesOf(parts, below, walk), ...tupleOf(parts, below, walk)],
    choices: choices.map(({ kind, options }) => ({
      kind,
      options: options.map((option) => ({ ...fieldOf([option], { ...below, name: "" }, walk), ...called(option) })),
    })),
    cut: false,
  };
}

function called(option: Json): { readonly called?: string } {
  const name = /^#\/(?:definitions|\$defs)\/([\w.-]+)$/.exec(ownString(option, "$ref") ?? "")?.[1];
  return name === undefined ? {} : { called: name };
}

const emptyShape = { children: [], choices: [], cut: false };

function hasMore(parts: readonly JsonObject[]): boolean {
  return parts.some((part) => own(part, "properties") !== undefined || own(part, "items") !== undefined);
}

function propertiesOf(parts: readonly JsonObject[], above: Position, walk: Walk): Field[] {
  const found = new Map<string, Json[]>();
  const required = new Set<string>();
  for (const part of parts) {
    const properties = own(part, "properties");
    for (const [name, schema] of Object.entries(isObject(properties) ? properties : {}))
      found.set(name, [...(found.get(name) ?? []), schema]);
    const names = own(part, "required");
    if (Array.isArray(names)) for (const name of names) if (typeof name === "string") required.add(name);
  }
  for (const name of required) if (!found.has(name)) found.set(name, []);
  const fields = [...found].map(([name, schemas]) =>
    fieldOf(schemas, below(above, name, required.has(name), above.path === "" ? name : `${above.path}.${name}`), walk),
  );
  return [...fields, ...openPropertiesOf(parts, above, walk)];
}

/** Properties without a fixed name: `patternProperties` and a schema for `additionalProperties`. */
function openPropertiesOf(parts: readonly JsonObject[], above: Position, walk: Walk): Field[] {
  const named: [string, Json][] = parts.flatMap((part) => {
    const patterns = own(part, "patternProperties");
    const others = own(part, "additionalProperties");
    return [
      ...Object.entries(isObject(patterns) ? patterns : {}).map(([name, value]): [string, Json] => [
        `/${name}/`,
        value,
      ]),
      ...(isObject(others) && Object.keys(others).length > 0 ? [["*", others] as [string, Json]] : []),
    ];
  });
  const prefix = above.path === "" ? "" : `${above.path}.`;
  return named.map(([name, schema]) => ({
    ...fieldOf([schema], below(above, name, false, `${prefix}${name}`), walk),
    stands: name === "*" ? "any" : "pattern",
  }));
}

function itemOf(parts: readonly JsonObject[], above: Position, walk: Walk): Field | undefined {
  const schemas = parts.flatMap((part) => {
    const items = own(part, Array.isArray(own(part, "items")) ? "additionalItems" : "items");
    return isObject(items) ? [items] : [];
  });
  if (schemas.length === 0) return undefined;
  return fieldOf(schemas, { ...above, name: "[]", path: `${above.path}[]`, required: true }, walk);
}

function tupleOf(parts: readonly JsonObject[], above: Position, walk: Walk): Field[] {
  const tuple = firstOf(parts, (part) => {
    const items = own(part, "prefixItems") ?? own(part, "items");
    return Array.isArray(items) ? (items as readonly Json[]) : undefined;
  });
  return (tuple ?? []).map((schema, index) =>
    fieldOf([schema], below(above, `[${index}]`, false, `${above.path}[${index}]`), walk),
  );
}

function below(above: Position, name: string, required: boolean, path: string): Position {
  return { ...above, name, path, required, guaranteed: above.guaranteed && required };
}

/** What a validator sees of a field by itself, as keyword → text; for comparing two versions of it. */
export function facetsOf(field: Field): ReadonlyMap<string, string> {
  const facets = new Map<string, string>([
    ["type", [...field.type, ...(field.item ? ["of", ...field.item.type] : [])].join(" ")],
    ["required", String(field.required)],
  ]);
  if (field.values)
    facets.set(field.values.length === 1 ? "const" : "enum", field.values.map(canonicalJson).join(", "));
  if (field.default !== undefined) facets.set("default", canonicalJson(field.default));
  if (field.sameAs !== undefined) facets.set("recursive", field.sameAs || "payload");
  for (const choice of field.choices) facets.set(choice.kind, String(choice.options.length));
  for (const [keyword, value] of Object.entries(field.constraints))
    facets.set(keyword, typeof value === "string" ? value : canonicalJson(value));
  return facets;
}
