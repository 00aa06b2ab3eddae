import { formats } from "@eventpact/compat/runtime/formats.js";
import { nearest } from "../diagnostics/suggest.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import { ownString } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Rule } from "./rule.ts";

/** Formats that are registered by OpenAPI or JSON Schema, and say something to people and code generators alone. */
const registered =
  "base64url binary byte char commonmark date-time-local decimal decimal128 double double-int duration float hostname html http-date idn-email idn-hostname int8 int16 int32 int64 iri iri-reference media-range password sf-binary sf-boolean sf-decimal sf-integer sf-string sf-token single-int time-local uint8 uint16 uint32 uint64".split(
    " ",
  );

const known: ReadonlySet<string> = new Set([...Object.keys(formats), ...registered]);

export const schemaFormat: Rule = {
  code: "schema-format",
  category: "schema",
  severity: "warning",
  title: "Every format is one that validators know, or a registered one.",
  why: "An unknown format is ignored: with `datetime` instead of `date-time` any text passes. Where the format is your own, a `pattern` says it so that it holds.",
  check(model, report) {
    for (const { place, schema } of schemaNodes(model)) {
      const format = ownString(schema, "format");
      if (format === undefined || known.has(format)) continue;
      const found = nearest(format, known);
      // Another size is another range, not a misspelling.
      const meant = found === undefined || letters(found) === letters(format) ? undefined : found;
      report({
        place: { file: place.file, pointer: childPointer(place.pointer, "format") },
        message: `No validator knows the format "${format}": it has no effect.`,
        hint: meant === undefined ? `Say it with "pattern".` : `Did you mean "${meant}"?`,
      });
    }
  },
};

function letters(format: string): string {
  return format.replaceAll(/\d/g, "");
}
