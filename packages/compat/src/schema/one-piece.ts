import { PlaceIds } from "../formula/place-ids.ts";
import type { Schema } from "../types.ts";
import { below, dynamicKeyword, resolve, resolveDynamic } from "./document.ts";
import type { Located, Place, SchemaDocument } from "./document.ts";
import { SUBSCHEMA } from "./dialect.ts";
import { define, isObject, own } from "./json.ts";

const IDENTIFIERS: ReadonlySet<string> = new Set(
  "$id $anchor $dynamicAnchor $recursiveAnchor definitions $defs $schema".split(" "),
);
const ONE: ReadonlySet<string> = new Set(SUBSCHEMA.one);
const LIST: ReadonlySet<string> = new Set(SUBSCHEMA.list);
const BY_NAME: ReadonlySet<string> = new Set(SUBSCHEMA.byName);

/**
 * The schema of a document in one piece that means the same, whatever the document is made of: identifiers are gone, each
 * place that is referred to is a definition, and so is each meaning that a dynamic reference has on some way.
 */
export function inOnePiece(document: SchemaDocument): Schema {
  const ids = new PlaceIds();
  const names = new Set<string>();
  const queue: { readonly name: string; readonly place: Located }[] = [];

  const reference = (written: string, target: Located | undefined): string => {
    if (target === undefined) return written;
    const name = `p${ids.idOf(target)}`;
    if (!names.has(name)) queue.push({ name, place: target });
    names.add(name);
    return `#/$defs/${name}`;
  };
  const copied = (place: Place): unknown => {
    const { schema } = place;
    if (!isObject(schema)) return schema;
    const copy: { [keyword: string]: unknown } = {};
    for (const keyword of Object.keys(schema)) {
      if (!IDENTIFIERS.has(keyword)) define(copy, keyword, value(place, keyword, schema[keyword]));
    }
    const [plain, dynamic] = [own(schema, "$ref"), own(schema, dynamicKeyword(document.dialect))];
    if (typeof plain === "string") copy["$ref"] = reference(plain, resolve(place, plain));
    if (typeof dynamic !== "string") return copy;
    delete copy[dynamicKeyword(document.dialect)];
    const followed = { $ref: reference(dynamic, resolveDynamic(place, dynamic)) };
    return { ...copy, allOf: [...(Array.isArray(copy["allOf"]) ? copy["allOf"] : []), followed] };
  };
  const value = (place: Place, keyword: string, held: unknown): unknown => {
    const child = (schema: unknown): unknown => copied(below(place, schema));
    if (Array.isArray(held)) return LIST.has(keyword) ? held.map(child) : held;
    if (ONE.has(keyword)) return child(held);
    if (!BY_NAME.has(keyword) || !isObject(held)) return held;
    const map: { [name: string]: unknown } = {};
    for (const name of Object.keys(held)) {
      const item = held[name];
      define(map, name, Array.isArray(item) ? item : child(item));
    }
    return map;
  };

  const root = copied(document.root);
  const definitions: { [name: string]: unknown } = {};
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) definitions[next.name] = copied(next.place);
  return (isObject(root) && names.size > 0 ? { ...root, $defs: definitions } : root) as Schema;
}
