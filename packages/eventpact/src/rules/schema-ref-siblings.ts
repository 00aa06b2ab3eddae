import { schemaNodes } from "../model/schema-nodes.ts";
import { own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Rule } from "./rule.ts";

const harmless: ReadonlySet<string> = new Set([
  "$ref",
  "$comment",
  "title",
  "description",
  "deprecated",
  "examples",
  "definitions",
  "$defs",
]);

export const schemaRefSiblings: Rule = {
  code: "schema-ref-siblings",
  category: "schema",
  severity: "warning",
  title: "Beside a $ref of draft-07 stands nothing that asks something.",
  why: "By the letter of draft-07 a $ref replaces the whole schema. What stands beside it counts here and for generated validators, as in every later draft; other tools may ignore it.",
  check(model, report) {
    for (const { place, schema, language } of schemaNodes(model)) {
      if (language.dialect !== "draft-07" || typeof own(schema, "$ref") !== "string") continue;
      for (const key of Object.keys(schema)) {
        if (harmless.has(key) || key.startsWith("x-")) continue;
        report({
          place: { file: place.file, pointer: childPointer(place.pointer, key) },
          part: "key",
          message: `"${key}" stands beside a $ref, where draft-07 says to ignore it: it counts here, but not for every tool.`,
          hint: "Combine the two: allOf: [{ $ref: … }, { … }].",
        });
      }
    }
  },
};
