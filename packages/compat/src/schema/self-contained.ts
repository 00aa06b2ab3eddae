import type { Draft, Schema } from "../types.ts";
import { below, dynamicKeyword, readDocument, resolve, subschemas } from "./document.ts";
import type { Place } from "./document.ts";
import { isObject, own } from "./json.ts";

/** Does every reference of a schema lead to something within it, by its identifiers, or to a meta-schema? */
export function isSelfContained(schema: Schema, draft: Draft): boolean {
  const { root } = readDocument(schema, draft);
  const queue: Place[] = [root];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    if (!isObject(place.schema)) continue;
    for (const keyword of ["$ref", dynamicKeyword(place.document.dialect)]) {
      const reference = own(place.schema, keyword);
      if (typeof reference === "string" && resolve(place, reference) === undefined) return false;
    }
    for (const child of subschemas(place.schema)) queue.push(below(place, child.schema));
  }
  return true;
}
