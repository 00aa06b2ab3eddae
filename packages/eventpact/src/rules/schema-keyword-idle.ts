import { schemaNodes } from "../model/schema-nodes.ts";
import type { Json } from "../read/json.ts";
import { own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Rule } from "./rule.ts";

const typesOf: Readonly<Record<string, readonly string[]>> = {
  minLength: ["string"],
  maxLength: ["string"],
  pattern: ["string"],
  minimum: ["number", "integer"],
  maximum: ["number", "integer"],
  exclusiveMinimum: ["number", "integer"],
  exclusiveMaximum: ["number", "integer"],
  multipleOf: ["number", "integer"],
  items: ["array"],
  prefixItems: ["array"],
  minItems: ["array"],
  maxItems: ["array"],
  uniqueItems: ["array"],
  contains: ["array"],
  properties: ["object"],
  required: ["object"],
  additionalProperties: ["object"],
  patternProperties: ["object"],
  propertyNames: ["object"],
  minProperties: ["object"],
  maxProperties: ["object"],
};

export const schemaKeywordIdle: Rule = {
  code: "schema-keyword-idle",
  category: "schema",
  severity: "warning",
  title: "Every keyword can have an effect on the type beside it.",
  why: "`minLength` says nothing about a number, `items` nothing about an object: either the type or the keyword is not what was meant.",
  check(model, report) {
    for (const { place, schema } of schemaNodes(model)) {
      const type = own(schema, "type");
      if (type === undefined) continue;
      const types = (Array.isArray(type) ? type : [type]) as readonly Json[];
      for (const key of Object.keys(schema)) {
        const meant = Object.hasOwn(typesOf, key) ? typesOf[key] : undefined;
        if (!meant || meant.some((name) => types.includes(name))) continue;
        report({
          place: { file: place.file, pointer: childPointer(place.pointer, key) },
          part: "key",
          message: `"${key}" has no effect on the type ${types.join(" or ")}; it is for ${meant[0]}s.`,
        });
      }
    }
  },
};
