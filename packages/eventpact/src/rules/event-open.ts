import type { SchemaNode } from "../model/schema-nodes.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import { own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Rule } from "./rule.ts";

export const eventOpen: Rule = {
  code: "event-open",
  category: "events",
  severity: "warning",
  title: "Objects of an event allow properties that the schema does not know.",
  why: "A reader with `additionalProperties: false` refuses the next optional field that its writer adds, so that the safest of all changes breaks it. Writers send what is declared; readers ignore what they do not know.",
  check(model, report) {
    for (const node of schemaNodes(model)) {
      if (!node.event?.enveloped || !isPayload(node)) continue;
      for (const keyword of ["additionalProperties", "unevaluatedProperties"]) {
        if (own(node.schema, keyword) !== false) continue;
        const place = { file: node.place.file, pointer: childPointer(node.place.pointer, keyword) };
        const message = `${node.event.key} is closed here: readers refuse every field added later.`;
        report({ place, message, hint: `Take "${keyword}: false" out.` });
      }
    }
  },
};

/** Headers are judged by brokers and gateways, not by readers of events. */
function isPayload({ event, place }: SchemaNode): boolean {
  const headers = event?.headers?.place;
  return !(headers && headers.file === place.file && place.pointer.startsWith(headers.pointer));
}
