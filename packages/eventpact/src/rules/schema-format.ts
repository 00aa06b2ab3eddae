import { didYouMean } from "../diagnostics/suggest.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import { ownString } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Rule } from "./rule.ts";

const formats =
  "date time date-time iso-time iso-date-time duration uri uri-reference uri-template url email hostname ipv4 ipv6 regex uuid json-pointer json-pointer-uri-fragment relative-json-pointer byte int32 int64 float double password binary idn-email idn-hostname iri iri-reference".split(
    " ",
  );

export const schemaFormat: Rule = {
  code: "schema-format",
  category: "schema",
  severity: "warning",
  title: "Every format is one that validators know.",
  why: "An unknown format is ignored: with `datetime` instead of `date-time` any text passes. Where the format is your own, a `pattern` says it so that it holds.",
  check(model, report) {
    for (const { place, schema } of schemaNodes(model)) {
      const format = ownString(schema, "format");
      if (format === undefined || formats.includes(format)) continue;
      report({
        place: { file: place.file, pointer: childPointer(place.pointer, "format") },
        message: `No validator knows the format "${format}": it has no effect.`,
        hint: didYouMean(format, formats) ?? `Say it with "pattern".`,
      });
    }
  },
};
