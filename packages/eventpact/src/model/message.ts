import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own, ownString } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { refTarget, resolveChild, resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import { anySchema, bundleSchema } from "./bundle.ts";
import { mergePatch, schemaLanguage } from "./dialect.ts";
import { envelopeConstants } from "./envelope.ts";
import { expanded } from "./expanded.ts";
import { splitVersion } from "./naming.ts";
import type { BundledSchema, EventVersion, KeyLocation, Lifecycle, MessageExample, Payload } from "./types.ts";

/** What a message object says by itself; who lists and uses it is added by `readModel`. */
export type MessageContent = Omit<
  EventVersion,
  "key" | "listings" | "topics" | "senders" | "receivers" | "copies" | "unread"
>;

/** Reads one message object (traits applied: the message's own fields win). `fallbackName` is its key where it is listed. */
export function readMessage(sources: Sources, place: Place, fallbackName: string): MessageContent {
  const layers = [...traitPlaces(sources, place), place];
  const text = (field: string): string | undefined =>
    layers.map((layer) => ownString(valueOf(sources, layer), field)).findLast((value) => value !== undefined);
  const name = text("name") ?? fallbackName;
  const payload = readPayload(sources, place);
  const headers = readHeaders(sources, layers);
  const keyLocation = readKeyLocation(sources, layers);
  const keySchema = readKeySchema(sources, layers);
  const constants = payload.kind === "json-schema" ? envelopeConstants(payload.schema) : {};
  const named = splitVersion(name);
  const version = constants.version ?? named.version;
  const contentType = text("contentType");
  const hashed = {
    payload: comparable(payload),
    headers: headers ? schemaAndGaps(headers) : null,
    contentType: contentType ?? null,
  };
  return {
    name,
    eventType: constants.eventType ?? named.eventType,
    ...(version === undefined ? {} : { version }),
    enveloped: constants.eventType !== undefined && constants.version !== undefined,
    ...optionalText({ title: text("title"), summary: text("summary"), description: text("description"), contentType }),
    lifecycle: readLifecycle(sources, layers),
    file: place.file,
    pointer: place.pointer,
    place,
    payload,
    ...(headers ? { headers } : {}),
    examples: readExamples(sources, layers),
    bindings: mergedBindings(sources, layers),
    ...(keySchema ? { keySchema } : {}),
    ...(keyLocation ? { keyLocation } : {}),
    hash: createHash("sha256")
      .update(
        canonicalJson({ ...hashed, key: keyLocation ? `${keyLocation.source}#${keyLocation.pointer}` : null } as Json),
      )
      .digest("hex"),
  };
}

/** The traits of a message, in their order. */
export function traitPlaces(sources: Sources, message: Place): readonly Place[] {
  const traits = resolveChild(sources, message, "traits");
  const list = traits && valueOf(sources, traits);
  if (!traits || !Array.isArray(list)) return [];
  return list.map((_, index) => resolveChild(sources, traits, index)).filter((trait) => trait !== undefined);
}

function readPayload(sources: Sources, message: Place): Payload {
  const place = resolveChild(sources, message, "payload");
  if (!place) return unreadChild(sources, message, "payload") ?? { kind: "none" };
  const value = valueOf(sources, place);
  const isMultiFormat = own(value, "schema") !== undefined;
  const schemaPlace = isMultiFormat ? resolveChild(sources, place, "schema") : place;
  if (!schemaPlace) return unreadChild(sources, place, "schema") ?? { kind: "none" };
  const schema = valueOf(sources, schemaPlace) ?? true;
  const language = schemaLanguage(isMultiFormat ? ownString(value, "schemaFormat") : undefined, schema);
  if (language.kind === "opaque") {
    const whole = expanded(sources, schemaPlace);
    return { kind: "opaque", format: language.format, schema: whole, place: schemaPlace };
  }
  if (!isObject(schema) && typeof schema !== "boolean") return { kind: "none" };
  return { kind: "json-schema", ...bundleSchema(sources, schemaPlace, language) };
}

/** A schema that is referred to and was not read, in whatever language it is. */
function unreadChild(sources: Sources, parent: Place, name: string): Payload | undefined {
  const place = { file: parent.file, pointer: childPointer(parent.pointer, name) };
  const ref = ownString(valueOf(sources, place), "$ref");
  if (ref === undefined) return undefined;
  return {
    kind: "json-schema",
    ...bundleSchema(sources, place, { kind: "json-schema", dialect: "draft-07", openApi: false, draft: "draft-07" }),
  };
}

function readHeaders(sources: Sources, layers: readonly Place[]): BundledSchema | undefined {
  let merged: BundledSchema | undefined;
  for (const layer of layers) {
    const bundled = readHeadersOf(sources, layer);
    if (!bundled) continue;
    merged =
      merged && isObject(bundled.schema)
        ? {
            ...bundled,
            schema: mergePatch(merged.schema, bundled.schema) as JsonObject,
            unread: [...merged.unread, ...bundled.unread],
          }
        : bundled;
  }
  return merged;
}

function readHeadersOf(sources: Sources, layer: Place): BundledSchema | undefined {
  const written = { file: layer.file, pointer: childPointer(layer.pointer, "headers") };
  if (valueOf(sources, written) === undefined) return undefined;
  const place = resolvePlace(sources, written) ?? written;
  const wrapped = own(valueOf(sources, place), "schema") !== undefined;
  const inner = wrapped ? { file: place.file, pointer: childPointer(place.pointer, "schema") } : place;
  const format = wrapped ? ownString(valueOf(sources, place), "schemaFormat") : undefined;
  const language = schemaLanguage(format, valueOf(sources, inner));
  if (language.kind === "json-schema") return bundleSchema(sources, inner, language);
  const message = `The headers are ${language.format}, which is not read.`;
  const what = canonicalJson([language.format, expanded(sources, inner)]);
  return anySchema(inner, "draft-07", [{ kind: "reference", place: inner, what, message }]);
}

function readKeySchema(sources: Sources, layers: readonly Place[]): BundledSchema | undefined {
  const places = layers.flatMap((layer) => {
    const bindings = resolveChild(sources, layer, "bindings");
    const kafka = bindings && resolveChild(sources, bindings, "kafka");
    const key = kafka && { file: kafka.file, pointer: childPointer(kafka.pointer, "key") };
    return key && valueOf(sources, key) !== undefined ? [key] : [];
  });
  const place = places.at(-1);
  const language = place && schemaLanguage(undefined, valueOf(sources, resolvePlace(sources, place) ?? place));
  return place && language?.kind === "json-schema" ? bundleSchema(sources, place, language) : undefined;
}

function readExamples(sources: Sources, layers: readonly Place[]): readonly MessageExample[] {
  for (const layer of layers.toReversed()) {
    const list = resolveChild(sources, layer, "examples");
    const values = list && valueOf(sources, list);
    if (!list || !Array.isArray(values)) continue;
    return values.flatMap((_, index) => {
      const place = resolveChild(sources, list, index);
      const value = place && valueOf(sources, place);
      if (!place || !isObject(value)) return [];
      const [payload, headers] = [own(value, "payload"), own(value, "headers")];
      return [
        {
          ...optionalText({ name: ownString(value, "name"), summary: ownString(value, "summary") }),
          ...(payload === undefined ? {} : { payload }),
          ...(isObject(headers) ? { headers } : {}),
          place,
        },
      ];
    });
  }
  return [];
}

function readKeyLocation(sources: Sources, layers: readonly Place[]): KeyLocation | undefined {
  for (const layer of layers.toReversed()) {
    const text = ownString(valueOf(sources, layer), "x-key-location");
    const match = /^\$message\.(payload|header)#((?:\/.*)?)$/.exec(text ?? "");
    if (!match) continue;
    const place = { file: layer.file, pointer: childPointer(layer.pointer, "x-key-location") };
    return { source: match[1] === "header" ? "header" : "payload", pointer: match[2] ?? "", place };
  }
  return undefined;
}

function readLifecycle(sources: Sources, layers: readonly Place[]): Lifecycle {
  for (const layer of layers.toReversed()) {
    const value = valueOf(sources, layer);
    const declared = ownString(value, "x-lifecycle");
    if (declared === "active" || declared === "deprecated" || declared === "retained") return declared;
    if (own(value, "deprecated") === true) return "deprecated";
  }
  return "active";
}

/** The `bindings` of an object and its traits with every `$ref` followed, later layers winning. */
export function mergedBindings(sources: Sources, layers: readonly Place[]): JsonObject {
  let merged: Json = {};
  for (const layer of layers) {
    const place = resolveChild(sources, layer, "bindings");
    if (place) merged = mergePatch(merged, expanded(sources, place));
  }
  return isObject(merged) ? merged : {};
}

/** Where a string `$ref` at this place leads in one step, before that target's own `$ref`s. */
export function directTarget(sources: Sources, place: Place): Place | undefined {
  const ref = own(valueOf(sources, place), "$ref");
  if (typeof ref !== "string") return undefined;
  const target = refTarget(place.file, ref);
  return target.kind === "local" ? target.place : undefined;
}

function schemaAndGaps({ schema, unread }: BundledSchema): Json {
  return unread.length === 0 ? schema : [schema, unread.map(({ what }) => what)];
}

function comparable(payload: Payload): Json {
  if (payload.kind === "none") return null;
  return payload.kind === "opaque" ? { format: payload.format, schema: payload.schema } : payload.schema;
}

/** The given fields without the undefined ones. */
export function optionalText<K extends string>(fields: Record<K, string | undefined>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, string>
  >;
}
