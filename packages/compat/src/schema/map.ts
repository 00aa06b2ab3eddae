import { SUBSCHEMA } from "./dialect.ts";
import { define, isObject } from "./json.ts";
import type { JsonObject } from "./json.ts";

const ONE: ReadonlySet<string> = new Set(SUBSCHEMA.one);
const LIST: ReadonlySet<string> = new Set(SUBSCHEMA.list);
const BY_NAME: ReadonlySet<string> = new Set(SUBSCHEMA.byName);

/**
 * A schema with each of its subschemas rewritten, innermost first; what `rewrite` gives back as it is stays the same
 * object, and so does a schema in which nothing changed.
 *
 * @throws RangeError for a schema nested so deeply that walking it exhausts the stack
 */
export function mapSchema(schema: unknown, rewrite: (node: JsonObject) => JsonObject): unknown {
  if (!isObject(schema)) return schema;
  let copy: { [keyword: string]: unknown } | undefined;
  for (const keyword of Object.keys(schema)) {
    const value = schema[keyword];
    const mapped = mapKeyword(keyword, value, rewrite);
    if (mapped === value) continue;
    copy ??= { ...schema };
    define(copy, keyword, mapped);
  }
  return rewrite(copy ?? schema);
}

function mapKeyword(keyword: string, value: unknown, rewrite: (node: JsonObject) => JsonObject): unknown {
  if (Array.isArray(value)) {
    if (!LIST.has(keyword)) return value;
    const items = value.map((item) => mapSchema(item, rewrite));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (ONE.has(keyword)) return mapSchema(value, rewrite);
  if (!BY_NAME.has(keyword) || !isObject(value)) return value;
  let copy: { [name: string]: unknown } | undefined;
  for (const name of Object.keys(value)) {
    const mapped = mapSchema(value[name], rewrite);
    if (mapped === value[name]) continue;
    copy ??= { ...value };
    define(copy, name, mapped);
  }
  return copy ?? value;
}

/** A copy without some of the keywords; the same object where it has none of them. */
export function without(schema: JsonObject, keywords: ReadonlySet<string>): JsonObject {
  if (!Object.keys(schema).some((keyword) => keywords.has(keyword))) return schema;
  const copy: { [keyword: string]: unknown } = {};
  for (const keyword of Object.keys(schema)) if (!keywords.has(keyword)) define(copy, keyword, schema[keyword]);
  return copy;
}
