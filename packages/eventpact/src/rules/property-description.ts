import type { SchemaNode } from "../model/schema-nodes.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import { own, ownString } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Model } from "../model/types.ts";
import type { Rule } from "./rule.ts";

export const propertyDescription: Rule = {
  code: "property-description",
  category: "events",
  severity: "warning",
  title: "Every property of an event has a description.",
  why: "A name tells the writer what a field means, and leaves the reader guessing: of which moment, in which unit, absent when? A description at the target of a $ref counts.",
  check(model, report) {
    for (const node of schemaNodes(model)) {
      if (!node.event?.enveloped || node.keyword !== "properties" || isDescribed(model, node)) continue;
      const name = pointerTokens(node.place.pointer).at(-1) ?? "";
      report({
        place: node.place,
        part: "key",
        message: `The property "${name}" of ${node.event.key} has no description.`,
      });
    }
  },
};

function isDescribed(model: Model, { schema, place }: SchemaNode): boolean {
  if (ownString(schema, "description")?.trim()) return true;
  const target = typeof own(schema, "$ref") === "string" ? resolvePlace(model.sources, place) : undefined;
  return Boolean(target && ownString(valueOf(model.sources, target), "description")?.trim());
}
