import { UsageError } from "../command-line/command.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { AsyncApiDocument, Channel, Model, Operation } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import type { Draft } from "./plan.ts";
import { change, pathOf, refBetween } from "./plan.ts";
import { appendToMap } from "./yaml-edit.ts";

/** The document of a service, or a `UsageError` that says which there are. */
export function documentOf(model: Model, service: string): AsyncApiDocument {
  const found = model.documents.find((document) => document.service === service);
  if (found) return found;
  const names = model.services.map(({ name }) => name);
  const hint =
    didYouMean(service, names) ??
    (names.length > 0 ? `There are: ${names.join(", ")}.` : "Begin with: eventpact new service <name>.");
  throw new UsageError(`There is no service "${service}".`, hint);
}

/** Lists a message in every place where a topic's channel is written down. */
export function listInChannels(draft: Draft, topic: string, key: string, eventFile: string): void {
  const places = new Map(channelsOf(draft.model, topic).map(({ place }) => [`${place.file}#${place.pointer}`, place]));
  for (const place of places.values()) {
    const message = { $ref: refBetween(place.file, eventFile) };
    const hasMessages = isObject(own(valueOf(draft.model.sources, place), "messages"));
    change(draft, place.file, (text) =>
      hasMessages
        ? appendToMap(text, [...pathOf(place), "messages"], key, message)
        : appendToMap(text, pathOf(place), "messages", { [key]: message }),
    );
  }
}

/** Writes down a new topic where the folder keeps its channels, and answers the place. */
export function createTopic(
  draft: Draft,
  document: AsyncApiDocument,
  topic: string,
  key: string,
  eventFile: string,
): Place {
  const home = sharedChannels(draft.model);
  const file = home ?? document.file;
  const value = {
    address: topic,
    title: sentence(topic),
    messages: { [key]: { $ref: refBetween(file, eventFile) } },
    bindings: { kafka: { topic, partitions: 6, bindingVersion: "0.5.0" } },
  };
  if (home !== undefined) {
    change(draft, home, (text) => appendToMap(text, [], topic, value));
    return { file: home, pointer: childPointer("", topic) };
  }
  addTo(draft, document, "channels", topic, value);
  return { file, pointer: childPointer("/channels", topic) };
}

/** The name of a topic's channel in a document, which gets one when it has none. */
export function channelIn(draft: Draft, document: AsyncApiDocument, topic: string, place: Place): string {
  const present = draft.model.channels.find((channel) => channel.document === document.file && channel.topic === topic);
  if (present) return present.name;
  if (place.file !== document.file)
    addTo(draft, document, "channels", topic, { $ref: refBetween(document.file, place.file, place.pointer) });
  return topic;
}

/** Adds `sendX` or `receiveX`, made like the document's other operations of the same kind. */
export function addOperation(
  draft: Draft,
  document: AsyncApiDocument,
  action: Operation["action"],
  eventType: string,
  channel: string,
  keys: readonly string[],
): void {
  const reference = `#${childPointer("/channels", channel)}`;
  const like = draft.model.operations.find(
    (operation) => operation.document === document.file && operation.action === action,
  );
  const bindings = like && own(valueOf(draft.model.sources, like.place), "bindings");
  const operation: JsonObject = {
    action,
    channel: { $ref: reference },
    title: `${action === "send" ? "Send" : "Receive"} ${eventType}`,
    summary: `${action === "send" ? "Says" : "Hears"} ${eventType}.`,
    messages: keys.map((key) => ({ $ref: `${reference}${childPointer("/messages", key)}` })),
    ...(bindings === undefined ? {} : { bindings }),
  };
  addTo(draft, document, "operations", `${action}${eventType}`, operation);
}

/** Adds an entry under a top-level map of a document, which gets the map when it has none. */
export function addTo(
  draft: Draft,
  document: AsyncApiDocument,
  section: "channels" | "operations",
  key: string,
  value: Json,
): void {
  const sectionPlace = { file: document.file, pointer: `/${section}` };
  const written = draft.changes.get(document.file);
  const hasSection =
    isObject(valueOf(draft.model.sources, sectionPlace)) ||
    (written !== undefined && new RegExp(`^${section}:`, "m").test(written));
  change(draft, document.file, (text) =>
    hasSection ? appendToMap(text, [section], key, value) : appendToMap(text, [], section, { [key]: value }),
  );
}

export function channelsOf(model: Model, topic: string): readonly Channel[] {
  return model.channels.filter((channel) => channel.topic === topic);
}

/** The one file outside of the documents that holds channels at its top, if the folder has such a file. */
function sharedChannels(model: Model): string | undefined {
  const documents = new Set(model.documents.map(({ file }) => file));
  const shared = model.channels.filter(
    ({ place }) => !documents.has(place.file) && place.pointer.lastIndexOf("/") === 0,
  );
  return shared[0]?.place.file;
}

/** `order-events` → `Order events`. */
export function sentence(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/[-_.\s]+/g, " ")
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
