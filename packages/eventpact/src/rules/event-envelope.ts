import { localTarget, propertySchemas } from "../model/envelope.ts";
import { isObject } from "../read/json.ts";
import type { JsonSchema } from "../model/types.ts";
import { reportedPlace } from "./event-place.ts";
import type { Rule } from "./rule.ts";

const fields = ["eventId", "eventType", "version", "timestamp", "data"];

export const eventEnvelope: Rule = {
  code: "event-envelope",
  category: "events",
  severity: "error",
  title: "Every event carries the envelope: eventId, eventType, version, timestamp and data, all required.",
  why: "Without an id a duplicate cannot be told from a second event, without type and version a reader cannot tell what it holds. `eventType` and `version` are constants of the schema, so that no event fits two versions.",
  check(model, report) {
    for (const event of model.events) {
      if (event.payload.kind !== "json-schema") continue;
      const { schema } = event.payload;
      const place = reportedPlace(model, event, "payload");
      const missing = fields.filter((field) => propertySchemas(schema, field).length === 0);
      if (missing.length > 0) {
        const message = `The payload of ${event.key} has no ${missing.map((name) => `"${name}"`).join(", ")}.`;
        report({
          place,
          part: "key",
          message,
          hint: "Declare the whole envelope, or waive the message when it is no event.",
        });
        continue;
      }
      if (!event.enveloped)
        report({
          place,
          part: "key",
          message: `"eventType" and "version" of ${event.key} are not constants.`,
          hint: "Pin them by const.",
        });
      const optional = fields.filter((field) => !required(schema, schema).has(field));
      if (optional.length > 0)
        report({
          place,
          part: "key",
          message: `${optional.map((name) => `"${name}"`).join(", ")} of ${event.key} must be required.`,
        });
    }
  },
};

function required(schema: JsonSchema, root: JsonSchema, depth = 0): ReadonlySet<string> {
  if (!isObject(schema) || depth > 20) return new Set();
  const names = Array.isArray(schema["required"]) ? (schema["required"] as readonly string[]) : [];
  const parts = Array.isArray(schema["allOf"]) ? (schema["allOf"] as readonly JsonSchema[]) : [];
  const target = typeof schema["$ref"] === "string" ? localTarget(root, schema["$ref"]) : undefined;
  const all = [...parts, ...(isObject(target) ? [target] : [])];
  return new Set([...names, ...all.flatMap((part) => [...required(part, root, depth + 1)])]);
}
