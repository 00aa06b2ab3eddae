import type { EventVersion, Model } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import { valueOf } from "../read/resolve.ts";
import { sentence } from "./wiring.ts";
import { yamlText } from "./yaml-edit.ts";

export interface EventAnswers {
  /** `OrderReturned` */
  readonly eventType: string;
  /** Name of the property in `data` that the message key is. */
  readonly key: string;
  readonly summary: string;
  readonly description: string;
}

/**
 * The message object of a new event: envelope, headers and the like as an event of the same folder has them (`like`), data
 * with the key only. Without such an event, an envelope of its own.
 */
export function eventText(model: Model, like: EventVersion | undefined, answers: EventAnswers): string {
  const { eventType, key, summary, description } = answers;
  const message = like && valueOf(model.sources, like.place);
  const base = isObject(message) ? message : undefined;
  const keySchema = (like && keyProperty(like, base, key)) ?? {
    description: `What the event is about: ${sentence(key).toLowerCase()}.`,
    type: "string",
  };
  const data = { description: summary, type: "object", required: [key], properties: { [key]: keySchema } };
  const payload = own(base, "payload");
  const example = exampleOf(like, eventType, key);
  return yamlText({
    name: `${eventType}.v1`,
    title: sentence(eventType),
    summary,
    description,
    contentType: "application/json",
    ...(own(base, "headers") === undefined ? {} : { headers: own(base, "headers") as Json }),
    ...(own(base, "bindings") === undefined || !isSameKey(like, key)
      ? {}
      : { bindings: own(base, "bindings") as Json }),
    "x-key-location": `$message.payload#/data/${key}`,
    "x-lifecycle": "active",
    payload: payload === undefined ? plainPayload(eventType, data) : adapted(payload, eventType, data),
    examples: [{ name: "typical", summary, payload: example }],
  });
}

/** The nearest model for a new event: one file per event, enveloped, of the same sender where there is one. */
export function eventLike(model: Model, service: string): EventVersion | undefined {
  const candidates = model.events.filter(
    (event) => event.enveloped && event.pointer === "" && event.examples.length > 0,
  );
  return candidates.find((event) => event.senders.includes(service)) ?? candidates[0];
}

/** The payload with other constants and other data, wherever they stand in it. */
function adapted(schema: Json, eventType: string, data: JsonObject): Json {
  if (Array.isArray(schema)) return schema.map((item: Json) => adapted(item, eventType, data));
  if (!isObject(schema)) return schema;
  const changed = Object.entries(schema).map(([name, value]): [string, Json] => {
    if (name !== "properties" || !isObject(value)) return [name, adapted(value, eventType, data)];
    const properties = Object.entries(value).map(([property, inner]): [string, Json] => {
      if (property === "data") return [property, data];
      if (property === "eventType") return [property, withConstant(inner, eventType)];
      return [property, property === "version" ? withConstant(inner, 1) : inner];
    });
    return [name, Object.fromEntries(properties)];
  });
  return Object.fromEntries(changed);
}

function withConstant(schema: Json, constant: Json): Json {
  if (!isObject(schema)) return { const: constant };
  if (Object.hasOwn(schema, "const")) return { ...schema, const: constant };
  return Object.hasOwn(schema, "enum") ? { ...schema, enum: [constant] } : schema;
}

function plainPayload(eventType: string, data: JsonObject): JsonObject {
  const text = (description: string, format: string): JsonObject => ({ description, type: "string", format });
  return {
    type: "object",
    required: ["eventId", "eventType", "version", "timestamp", "sequence", "correlationId", "data"],
    properties: {
      eventId: text("The identity of this event; receiving it twice means one delivery too many.", "uuid"),
      eventType: { description: "The kind of event.", type: "string", const: eventType },
      version: { description: "The version of this kind of event's schema.", type: "integer", const: 1 },
      timestamp: text("When it happened.", "date-time"),
      sequence: {
        description: "Counts the events of one key within one topic: 1, 2, 3 …",
        type: "integer",
        minimum: 1,
      },
      correlationId: text("The same in every event of one story.", "uuid"),
      causationId: text("The eventId of the event that caused this one.", "uuid"),
      data,
    },
  };
}

/** How the event that we follow writes the property, when it has one of that name in its data. */
function keyProperty(like: EventVersion, message: JsonObject | undefined, key: string): Json | undefined {
  return isSameKey(like, key) ? findProperty(own(message, "payload"), key) : undefined;
}

function isSameKey(like: EventVersion | undefined, key: string): boolean {
  const tokens = pointerTokens(like?.keyLocation?.pointer ?? "");
  return tokens.length === 2 && tokens[0] === "data" && tokens[1] === key;
}

/** The schema of `data.<key>` in a payload as it is written. */
function findProperty(schema: Json | undefined, key: string): Json | undefined {
  const data = own(own(schema, "properties"), "data");
  const found = own(own(data, "properties"), key);
  if (found !== undefined) return found;
  const parts = own(schema, "allOf");
  return Array.isArray(parts)
    ? parts.map((part: Json) => findProperty(part, key)).find((part) => part !== undefined)
    : undefined;
}

function exampleOf(like: EventVersion | undefined, eventType: string, key: string): Json {
  const given = like?.examples.find(({ payload }) => isObject(payload))?.payload;
  const envelope = isObject(given)
    ? given
    : {
        eventId: "019bc134-7840-7b97-bff2-d5c62a3d0b33",
        eventType,
        version: 1,
        timestamp: "2026-01-15T10:30:00.000Z",
        sequence: 1,
        correlationId: "019bc134-782d-7aa8-8f7f-6add4e1224f0",
      };
  const value = isSameKey(like, key) ? own(own(given, "data"), key) : undefined;
  return { ...envelope, eventType, version: 1, data: { [key]: value ?? "019bc134-782d-7aa8-8f7f-6add4e1224f0" } };
}
