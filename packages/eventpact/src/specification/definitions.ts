import { createRequire } from "node:module";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { valueAt } from "../read/pointer.ts";

/** One of the specification's JSON Schemas, as `@asyncapi/specs` ships them: a root and its definitions by `$id`. */
export interface SpecificationSchema {
  readonly root: JsonObject;
  readonly definitions: JsonObject;
}

/** A schema and the definition it stands in, which is what `#…` in it refers to. */
export interface SchemaAt {
  readonly schema: Json;
  readonly base: JsonObject;
}

const require = createRequire(import.meta.url);
const loaded = new Map<string, SpecificationSchema>();

/** The schema for an `asyncapi` version: the newest patch of 3.0 or 3.1. */
export function specificationSchema(version: string): SpecificationSchema {
  const minor = version.startsWith("3.0") ? "3.0.0" : "3.1.0";
  let schema = loaded.get(minor);
  if (!schema) {
    const root = require(`@asyncapi/specs/schemas/${minor}.json`) as JsonObject;
    schema = { root, definitions: own(root, "definitions") as JsonObject };
    loaded.set(minor, schema);
  }
  return schema;
}

const targets = new WeakMap<JsonObject, Map<string, SchemaAt>>();

/** Where a `$ref` of the specification's schema leads. */
export function lookUp(specification: SpecificationSchema, from: JsonObject, ref: string): SchemaAt {
  const known = ref.startsWith("#") ? from : specification.root;
  let found = targets.get(known);
  if (!found) targets.set(known, (found = new Map()));
  let target = found.get(ref);
  if (!target) found.set(ref, (target = search(specification, from, ref)));
  return target;
}

function search(specification: SpecificationSchema, from: JsonObject, ref: string): SchemaAt {
  const [id = "", fragment = ""] = ref.split("#");
  const definition = id === "" ? from : own(specification.definitions, id);
  if (!isObject(definition))
    throw new Error(`The specification's schema refers to "${ref}", which it does not define.`);
  const schema = valueAt(definition, decodeURIComponent(fragment));
  if (schema === undefined) throw new Error(`The specification's schema refers to "${ref}", which it does not define.`);
  return { schema, base: definition };
}

/** The short name of the definition a `$ref` names: `channel` for `…/definitions/3.0.0/channel.json`. */
export function definitionName(schema: Json): string | undefined {
  const id = ownString(schema, "$ref") ?? ownString(schema, "$id");
  return id === undefined ? undefined : /\/([^/#]+?)(?:\.json)?(?:#.*)?$/.exec(id)?.[1];
}

/** Words for a definition in a sentence: `messageObject` → "message", `info` → "info object". */
export function nounOf(definition: string): string {
  const words = definition
    .replace(/(Object|_v\d+|Schema_3_0)$/, "")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  if (words === "asyncapi") return "document";
  return words === "info" ? "info object" : words;
}
