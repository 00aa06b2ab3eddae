import { schemaNodes } from "../model/schema-nodes.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { patternFault } from "../validate/pattern.ts";
import type { Rule } from "./rule.ts";

export const schemaPattern: Rule = {
  code: "schema-pattern",
  category: "schema",
  severity: "error",
  title: "Every pattern is a regular expression of ECMAScript, in its Unicode mode.",
  why: "That is what validators compile. A pattern in another dialect, such as `(?i)` or `\\\\Z`, makes the validator fail or match something else.",
  check(model, report) {
    for (const { place, schema } of schemaNodes(model)) {
      const pattern = own(schema, "pattern");
      const patterns = own(schema, "patternProperties");
      const sources: [string, string, "key" | "value"][] = isObject(patterns)
        ? Object.keys(patterns).map((key) => [childPointer("/patternProperties", key), key, "key"])
        : [];
      if (typeof pattern === "string") sources.push(["/pattern", pattern, "value"]);
      for (const [pointer, source, part] of sources) {
        const fault = patternFault(source);
        if (fault === undefined) continue;
        const here = { file: place.file, pointer: place.pointer + pointer };
        report({ place: here, part, message: `This is not a regular expression: ${fault}.` });
      }
    }
  },
};
