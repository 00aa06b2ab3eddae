import type { Dialect, Draft, Schema } from "../types.ts";
import { isObject, own } from "./json.ts";
import type { JsonObject } from "./json.ts";
import { mapSchema, without } from "./map.ts";

const DRAFTS: readonly (readonly [RegExp, Draft])[] = [
  [/^https?:\/\/json-schema\.org\/draft-04\/(?:hyper-)?schema#?$/, "draft-04"],
  [/^https?:\/\/json-schema\.org\/draft-06\/(?:hyper-)?schema#?$/, "draft-06"],
  [/^https?:\/\/json-schema\.org\/draft-07\/(?:hyper-)?schema#?$/, "draft-07"],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/(?:hyper-)?schema#?$/, "2019-09"],
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/(?:hyper-)?schema#?$/, "2020-12"],
  // AsyncAPI's schema object is a superset of draft-07.
  [/^https?:\/\/(?:www\.)?asyncapi\.com\//, "draft-07"],
];

/** The draft whose meta-schema has this URI; `undefined` for draft-03, a meta-schema of somebody's own, and no URI. */
export function draftOf(uri: string): Draft | undefined {
  return DRAFTS.find(([pattern]) => pattern.test(uri.trim()))?.[1];
}

/** What a schema says about the draft it is written in: nothing, one that is known, or another (`unknown`). */
export function declaredDraft(schema: unknown): { readonly draft?: Draft; readonly unknown?: string } {
  const uri = isObject(schema) ? own(schema, "$schema") : undefined;
  if (uri === undefined) return {};
  const draft = typeof uri === "string" ? draftOf(uri) : undefined;
  return draft === undefined ? { unknown: String(uri) } : { draft };
}

/** The dialect that schemas of a draft are judged in, once they are translated. */
export function dialectOf(draft: Draft): Dialect {
  return draft === "draft-04" || draft === "draft-06" ? "draft-07" : draft;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

const SINCE_06 = "const contains propertyNames";
const SINCE_07 = "if then else";
const SINCE_2019 =
  "dependentRequired dependentSchemas unevaluatedItems unevaluatedProperties minContains maxContains $recursiveRef $recursiveAnchor";
const SINCE_2020 = "prefixItems $dynamicRef $dynamicAnchor";

/**
 * Keywords that some validator acts on though the draft does not know them: they have no effect. `nullable` is a word of
 * OpenAPI 3.0 alone.
 */
const FOREIGN: Readonly<Record<Draft, ReadonlySet<string>>> = {
  "draft-04": words(`nullable id $id ${SINCE_06} ${SINCE_07} ${SINCE_2019} ${SINCE_2020}`),
  "draft-06": words(`nullable ${SINCE_07} ${SINCE_2019} ${SINCE_2020}`),
  "draft-07": words(`nullable ${SINCE_2019} ${SINCE_2020}`),
  "2019-09": words(`nullable ${SINCE_2020}`),
  "2020-12": words("nullable additionalItems $recursiveRef $recursiveAnchor"),
};

/** Keywords of some draft that this one does not know. */
export function foreignTo(draft: Draft): ReadonlySet<string> {
  return FOREIGN[draft];
}

/** One node of a schema as its draft means it, in the words of the dialect it is judged in. Not recursive. */
export function translateNode(node: JsonObject, draft: Draft): JsonObject {
  const known = without(node, FOREIGN[draft]);
  if (draft !== "draft-04") return known;
  const id = own(node, "id");
  return withNumericBounds(typeof id === "string" ? { ...known, $id: id } : known);
}

const BOUNDS = [
  ["exclusiveMinimum", "minimum"],
  ["exclusiveMaximum", "maximum"],
] as const;

/** In draft-04 and OpenAPI 3.0 `exclusiveMinimum: true` says how `minimum` is meant; later it is a bound itself. */
export function withNumericBounds(node: JsonObject): JsonObject {
  let result = node;
  for (const [exclusive, bound] of BOUNDS) {
    const value = own(node, exclusive);
    if (typeof value !== "boolean") continue;
    const limit = own(node, bound);
    const moved = value && limit !== undefined;
    const { [exclusive]: _, [bound]: __, ...rest } = result;
    result = moved ? { ...rest, [exclusive]: limit } : limit === undefined ? rest : { ...rest, [bound]: limit };
  }
  return result;
}

/**
 * A schema as its draft means it, in the words of the dialect it is judged in: drafts 04 and 06 as draft-07, and without
 * keywords that the draft does not know. The same object where there is nothing to translate.
 *
 * @throws RangeError for a schema nested so deeply that walking it exhausts the stack
 */
export function translate(schema: Schema, draft: Draft): Schema {
  return mapSchema(schema, (node) => translateNode(node, draft)) as Schema;
}
