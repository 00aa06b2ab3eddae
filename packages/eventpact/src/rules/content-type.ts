import type { Model } from "../model/types.ts";
import { valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import { fieldOf, messageParts } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const contentType: Rule = {
  code: "content-type",
  category: "specification",
  severity: "error",
  title: "A content type is one media type: application/json.",
  why: "Readers choose their decoder by it. `json` is the name of none, and `application/*` leaves open which.",
  check(model, report) {
    for (const place of typed(model)) {
      const text = valueOf(model.sources, place);
      if (typeof text !== "string" || mediaType.test(text)) continue;
      const [, word] = /^\.?([a-z]+)$/i.exec(text) ?? [];
      const hint =
        word === undefined ? "Write a type and a subtype, such as application/json." : `Write "application/${word}".`;
      report({ place, message: `"${text}" is not a specific media type.`, hint });
    }
  },
};

function typed(model: Model): readonly Place[] {
  return [
    ...model.documents.map(({ place }) => fieldOf(place, "defaultContentType")),
    ...[...messageParts(model)].map((place) => fieldOf(place, "contentType")),
  ];
}

/** RFC 6838's type and subtype with RFC 9110's parameters; no wildcard. */
const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w!#$%&'*+.^`|~-]+=([\w!#$%&'*+.^`|~-]+|"[^"]*"))*\s*;?\s*$/;
