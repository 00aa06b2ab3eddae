import { below, resolve } from "../schema/document.ts";
import type { Place, SchemaDocument } from "../schema/document.ts";
import { isObject, own } from "../schema/json.ts";
import type { Json } from "../types.ts";
import { validateAt } from "../validate/interpret.ts";

export type Defaults = ReadonlyMap<string, Json>;

const MAX_DEPTH = 50;
const NONE: Defaults = new Map();
const known = new WeakMap<SchemaDocument, Map<object, Defaults>>();

/** What is declared as `default` of the properties of this value, also through `allOf` and `$ref`. */
export function defaults(place: Place): Defaults {
  const { schema, document } = place;
  if (!isObject(schema)) return NONE;
  let ofDocument = known.get(document);
  if (ofDocument === undefined) known.set(document, (ofDocument = new Map()));
  const before = ofDocument.get(schema);
  if (before !== undefined) return before;
  // A schema that contains itself in place adds nothing to itself.
  ofDocument.set(schema, NONE);
  const found = new Map<string, Json>();
  const add = (more: Defaults): void => {
    for (const [name, value] of more) if (!found.has(name)) found.set(name, value);
  };
  const reference = own(schema, "$ref");
  const target = typeof reference === "string" ? resolve(place, reference) : undefined;
  const properties = own(schema, "properties");
  if (isObject(properties)) {
    for (const name of Object.keys(properties)) {
      const value = defaultOf(below(place, properties[name]), 0);
      if (value !== undefined) found.set(name, value);
    }
  }
  if (target !== undefined) add(defaults(target));
  const parts = own(schema, "allOf");
  for (const part of Array.isArray(parts) ? parts : []) add(defaults(below(place, part)));
  ofDocument.set(schema, found);
  return found;
}

/** A default that the property's own schema accepts: a reader that fills in another one breaks. */
function defaultOf(place: Place, depth: number, whole: Place = place): Json | undefined {
  const { schema } = place;
  if (!isObject(schema) || depth > MAX_DEPTH) return undefined;
  if (Object.hasOwn(schema, "default")) {
    const value = schema["default"] as Json;
    return validateAt(whole, value, true).valid === true ? value : undefined;
  }
  const reference = own(schema, "$ref");
  const target = typeof reference === "string" ? resolve(place, reference) : undefined;
  return target === undefined ? undefined : defaultOf(target, depth + 1, whole);
}
