import { isAsserted } from "@eventpact/compat/ajv";
import type { JsonSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject, setOwn } from "../read/json.ts";

/** A schema without what has no say in validation. */
export interface BareSchema {
  readonly schema: JsonSchema;
  /** Formats that are not checked; sorted. */
  readonly unknownFormats: readonly string[];
}

/** Keywords with no say in validation; left out so that generated files stay small and change with what they do only. */
const SILENT = new Set(
  (
    "title description examples example default deprecated readOnly writeOnly $comment externalDocs discriminator xml " +
    "contentEncoding contentMediaType contentSchema $id $schema"
  ).split(" "),
);
/** Keywords whose value maps names to schemas. */
const MAPS = new Set(["properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies"]);
/** Keywords whose value is data, not a schema. */
const DATA = new Set(["const", "enum", "required", "type", "dependentRequired"]);

const known = new WeakMap<object, BareSchema>();

export function bareSchema(schema: JsonSchema): BareSchema {
  const earlier = isObject(schema) ? known.get(schema) : undefined;
  if (earlier) return earlier;
  const unknownFormats = new Set<string>();
  const bare = { schema: withoutWords(schema, unknownFormats) as JsonSchema };
  const result = { ...bare, unknownFormats: [...unknownFormats].toSorted() };
  if (isObject(schema)) known.set(schema, result);
  return result;
}

function withoutWords(schema: Json, unknownFormats: Set<string>): Json {
  if (Array.isArray(schema)) return schema.map((item) => withoutWords(item, unknownFormats));
  if (!isObject(schema)) return schema;
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (SILENT.has(key) || key.startsWith("x-")) continue;
    if (key === "format" && !isAsserted(value)) {
      unknownFormats.add(String(value));
      continue;
    }
    setOwn(kept, key, keywordWithoutWords(key, value, unknownFormats));
  }
  return kept;
}

function keywordWithoutWords(key: string, value: Json, unknownFormats: Set<string>): Json {
  if (DATA.has(key)) return value;
  if (!MAPS.has(key) || !isObject(value)) return withoutWords(value, unknownFormats);
  const map: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) setOwn(map, name, withoutWords(item, unknownFormats));
  return map;
}
