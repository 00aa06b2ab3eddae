import { schemaNodes } from "../model/schema-nodes.ts";
import { own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Rule } from "./rule.ts";

const pairs = [
  ["minimum", "maximum"],
  ["minLength", "maxLength"],
  ["minItems", "maxItems"],
  ["minProperties", "maxProperties"],
  ["minContains", "maxContains"],
] as const;

export const schemaBounds: Rule = {
  code: "schema-bounds",
  category: "schema",
  severity: "error",
  title: "A lower bound is not above its upper bound.",
  why: "No value can satisfy both: every event with this part is refused.",
  check(model, report) {
    for (const { place, schema } of schemaNodes(model)) {
      for (const [low, high] of pairs) {
        const [from, to] = [own(schema, low), own(schema, high)];
        if (typeof from !== "number" || typeof to !== "number" || from <= to) continue;
        const here = { file: place.file, pointer: childPointer(place.pointer, low) };
        report({ place: here, message: `${low} ${from} is above ${high} ${to}: no value fits.` });
      }
    }
  },
};
