import { propertySchemas } from "../model/envelope.ts";
import type { EventVersion, JsonSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import { reportedPlace } from "./event-place.ts";
import type { Rule } from "./rule.ts";

export const eventKey: Rule = {
  code: "event-key",
  category: "events",
  severity: "error",
  title: "Every event version says where its key is, and the key is always there.",
  why: "Events of one key stay in one partition and in order. `x-key-location: $message.payload#/data/orderId` says which field that is; a key that may be absent loses the order just when it matters.",
  check(model, report) {
    for (const event of model.events) {
      if (!event.enveloped) continue;
      const place = reportedPlace(model, event, "x-key-location");
      if (!event.keyLocation) {
        const isWritten = place.pointer !== event.pointer;
        const message = isWritten
          ? `"x-key-location" of ${event.key} is not a location.`
          : `${event.key} does not say where its key is.`;
        report({ place, message, hint: `Write x-key-location: "$message.payload#/data/<id>".` });
        continue;
      }
      const schema = event.keyLocation.source === "payload" ? payloadOf(event) : event.headers?.schema;
      const fault = schema === undefined ? undefined : pathFault(schema, pointerTokens(event.keyLocation.pointer));
      if (fault) report({ place: event.keyLocation.place, message: `The key of ${event.key}: ${fault}.` });
    }
  },
};

function payloadOf(event: EventVersion): JsonSchema | undefined {
  return event.payload.kind === "json-schema" ? event.payload.schema : undefined;
}

/** Why a path does not always lead to text, a number or a boolean in a bundled schema. */
function pathFault(root: JsonSchema, tokens: readonly string[]): string | undefined {
  let schemas: readonly Json[] = [root];
  for (const token of tokens) {
    const scope = schemas.map((schema) => withDefinitions(schema, root));
    const isRequired = scope.some((schema) => requiredNames(schema).includes(token));
    schemas = scope.flatMap((schema) => propertySchemas(schema, token));
    if (schemas.length === 0) return `there is no property "${token}" in the schema`;
    if (!isRequired) return `the property "${token}" is not required, so that an event may have no key`;
  }
  const type = schemas.map((schema) => own(schema, "type")).find((one) => one !== undefined);
  return type === "object" || type === "array" ? `it is of type ${type}; a key is text or a number` : undefined;
}

function withDefinitions(schema: Json, root: JsonSchema): JsonSchema {
  if (!isObject(schema) || !isObject(root)) return true;
  const { definitions, $defs } = root;
  return { ...schema, ...(definitions ? { definitions } : {}), ...($defs ? { $defs } : {}) };
}

function requiredNames(schema: JsonSchema): readonly Json[] {
  if (!isObject(schema)) return [];
  const listed = own(schema, "required");
  const parts = own(schema, "allOf");
  const inherited = Array.isArray(parts) ? (parts as readonly JsonSchema[]).flatMap(requiredNames) : [];
  return [...(Array.isArray(listed) ? (listed as readonly Json[]) : []), ...inherited];
}
