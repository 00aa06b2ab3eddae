import { declaredDraft } from "@eventpact/compat/reading";
import { schemaLanguage as languageOf } from "../model/dialect.ts";
import type { SchemaNode } from "../model/schema-nodes.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import type { Json } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { refTarget, resolvePlace, valueOf } from "../read/resolve.ts";
import { fieldOf } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const schemaLanguage: Rule = {
  code: "schema-language",
  category: "specification",
  severity: "error",
  title:
    "A schema is written in the language that its schemaFormat names, and refers only to schemas of that language.",
  why: "JSON Schema, OpenAPI and Avro are objects; Protobuf and XSD are text. A reference from one language into another reads a schema as what it is not.",
  check(model, report) {
    for (const { payload, unread } of model.events) {
      for (const { kind, place, message } of unread) if (kind === "dialect") report({ place, message });
      if (payload.kind !== "opaque") continue;
      const { unknown } = declaredDraft(payload.schema);
      if (unknown !== undefined && unknown === payload.format)
        report({
          place: fieldOf(payload.place, "$schema"),
          message: `"${unknown}" is no dialect that is known: nothing of this schema is read.`,
          hint: "Known are drafts 04, 06, 07, 2019-09 and 2020-12 of JSON Schema, by the URIs of their meta-schemas.",
        });
      const isText = typeof payload.schema === "string";
      if (isText && writtenAsObject.test(payload.format))
        report({
          place: payload.place,
          part: "key",
          message: `A schema of ${payload.format} is an object, not text with an object in it.`,
          hint: "Write it as YAML or JSON, without quotes.",
        });
      if (!isText && writtenAsText.test(payload.format))
        report({ place: payload.place, part: "key", message: `A schema of ${payload.format} is text.` });
    }
    for (const node of schemaNodes(model)) {
      const ref = ownString(node.schema, "$ref");
      const place = ref === undefined ? undefined : resolvePlace(model.sources, node.place);
      const wrapper = place && valueOf(model.sources, place);
      if (ref === undefined || !isWrapper(wrapper)) continue;
      const format = ownString(wrapper, "schemaFormat") ?? "";
      const message = `"${ref}" leads to a schema of ${format} with its wrapper, into the middle of a schema of ${nameOf(node)}.`;
      const same = isSame(node, wrapper) && refTarget(node.place.file, ref).kind === "local";
      const hint = same ? `Write "${ref}/schema".` : "Both must be of one schemaFormat.";
      report({ place: fieldOf(node.place, "$ref"), message, hint });
    }
  },
};

const writtenAsObject = /avro|schema\+|asyncapi|openapi/i;
const writtenAsText = /protobuf|xsd|application\/xml/i;

function isWrapper(value: Json | undefined): boolean {
  return isObject(value) && typeof own(value, "schemaFormat") === "string" && own(value, "schema") !== undefined;
}

function nameOf({ language }: SchemaNode): string {
  return language.openApi ? "OpenAPI" : `JSON Schema ${language.draft}`;
}

function isSame({ language }: SchemaNode, wrapper: Json | undefined): boolean {
  const other = languageOf(ownString(wrapper, "schemaFormat"), own(wrapper, "schema"));
  return other.kind === "json-schema" && other.dialect === language.dialect && other.openApi === language.openApi;
}
