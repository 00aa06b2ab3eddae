import { isObject } from "./json.ts";

/** Keywords whose value is one subschema, a list of them, or subschemas by name. */
export const SUBSCHEMA = {
  one: [
    "additionalItems",
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "contentSchema",
  ],
  list: ["allOf", "anyOf", "items", "oneOf", "prefixItems"],
  byName: ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"],
} as const;

/** Every keyword with a meaning in some dialect; anything else is a candidate for a misspelling. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...SUBSCHEMA.one,
  ...SUBSCHEMA.list,
  ...SUBSCHEMA.byName,
  ..."$anchor $comment $dynamicAnchor $dynamicRef $id $recursiveAnchor $recursiveRef $ref $schema $vocabulary".split(
    " ",
  ),
  ..."const contentEncoding contentMediaType default dependentRequired deprecated description discriminator".split(" "),
  ..."enum example examples exclusiveMaximum exclusiveMinimum externalDocs format maxContains maxItems".split(" "),
  ..."maxLength maxProperties maximum minContains minItems minLength minProperties minimum multipleOf".split(" "),
  ..."nullable pattern readOnly required title type uniqueItems writeOnly".split(" "),
]);

/** Keywords that say something to people and programs but never refuse a value. */
export const ANNOTATIONS: ReadonlySet<string> = new Set(
  (
    "$comment $schema $id title description default examples example deprecated readOnly writeOnly contentEncoding " +
    "contentMediaType contentSchema externalDocs discriminator"
  ).split(" "),
);

/** Does the schema accept every value: `true`, `{}`, or nothing but annotations? */
export function acceptsAll(schema: unknown): boolean {
  if (!isObject(schema)) return schema === true;
  return Object.keys(schema).every((keyword) => !KEYWORDS.has(keyword) || ANNOTATIONS.has(keyword));
}
