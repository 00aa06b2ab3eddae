import { foreignTo } from "@eventpact/compat/reading";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { SchemaNode } from "../model/schema-nodes.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import { childPointer } from "../read/pointer.ts";
import type { Rule } from "./rule.ts";

export const schemaKeywordUnknown: Rule = {
  code: "schema-keyword-unknown",
  category: "schema",
  severity: "warning",
  title: "Schemas use only keywords of their JSON Schema draft, and x- extensions.",
  why: "JSON Schema ignores a keyword that it does not know: with `mexLength` or `requried` the limit you wrote does not hold, and nothing says so. Payloads are draft-07 unless `schemaFormat` or `$schema` names a later one.",
  check(model, report) {
    for (const node of schemaNodes(model)) {
      if (node.language.openApi) continue;
      const known = keywordsOf(node);
      for (const key of Object.keys(node.schema)) {
        if (known.has(key) || key.startsWith("x-")) continue;
        report({
          place: { file: node.place.file, pointer: childPointer(node.place.pointer, key) },
          part: "key",
          message: `"${key}" is not a keyword of ${node.language.draft}: it has no effect.`,
          hint: hintFor(key, known),
        });
      }
    }
  },
};

function hintFor(key: string, known: ReadonlySet<string>): string | undefined {
  if (key === "nullable") return `Write the type as [<type>, "null"].`;
  if (key === "example") return `Write "examples" with a list.`;
  if (later.has(key))
    return `It came later: wrap the schema and say schemaFormat: "application/schema+json;version=2020-12".`;
  return didYouMean(key, known) ?? `A keyword of your own starts with "x-".`;
}

/** `id` is what draft-04 calls `$id`. */
function keywordsOf({ language: { draft, dialect } }: SchemaNode): ReadonlySet<string> {
  const id = `${draft} ${dialect}`;
  let known = keywords.get(id);
  if (!known) keywords.set(id, (known = keywordsIn(draft, dialect)));
  return known;
}

const keywords = new Map<string, ReadonlySet<string>>();

function keywordsIn(
  draft: SchemaNode["language"]["draft"],
  dialect: SchemaNode["language"]["dialect"],
): ReadonlySet<string> {
  const foreign = foreignTo(draft);
  const known = [...(dialect === "draft-07" ? draft07 : all)].filter((key) => !foreign.has(key));
  return new Set(draft === "draft-04" ? [...known, "id"] : known);
}

const common =
  "$id $schema $ref $comment title description default examples deprecated readOnly writeOnly type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern format contentEncoding contentMediaType maxItems minItems uniqueItems contains items additionalItems maxProperties minProperties required properties patternProperties additionalProperties propertyNames dependencies definitions $defs if then else allOf anyOf oneOf not discriminator externalDocs";

const later: ReadonlySet<string> = new Set(
  "prefixItems dependentRequired dependentSchemas unevaluatedItems unevaluatedProperties minContains maxContains contentSchema $anchor $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor $vocabulary".split(
    " ",
  ),
);

const draft07: ReadonlySet<string> = new Set(common.split(" "));
const all: ReadonlySet<string> = new Set([...draft07, ...later]);
