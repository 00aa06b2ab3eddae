import type { JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import { mergedBindings, optionalText } from "./message.ts";
import type { AsyncApiDocument, Channel } from "./types.ts";

/** A channel whose messages are still places; they get their keys once all messages are known. */
export type ChannelDraft = Omit<Channel, "messages"> & { readonly messagePlaces: ReadonlyMap<string, Place> };

export function readChannels(sources: Sources, document: AsyncApiDocument): readonly ChannelDraft[] {
  const channels = resolveChild(sources, document.place, "channels");
  return keysAt(sources, channels).flatMap((name) => {
    const place = channels && resolveChild(sources, channels, name);
    if (!place || !isObject(valueOf(sources, place))) return [];
    const value = valueOf(sources, place);
    const address = ownString(value, "address") ?? null;
    const bindings = mergedBindings(sources, [place]);
    return [
      {
        name,
        document: document.file,
        address,
        topic: kafkaTopic(bindings) ?? address ?? name,
        ...optionalText({ title: ownString(value, "title"), description: ownString(value, "description") }),
        messagePlaces: messagePlaces(sources, place),
        parameters: keysAt(sources, resolveChild(sources, place, "parameters")),
        bindings,
        place,
      },
    ];
  });
}

function messagePlaces(sources: Sources, channel: Place): ReadonlyMap<string, Place> {
  const messages = resolveChild(sources, channel, "messages");
  const places = new Map<string, Place>();
  for (const name of keysAt(sources, messages)) {
    const place = messages && resolveChild(sources, messages, name);
    if (place && isObject(valueOf(sources, place))) places.set(name, place);
  }
  return places;
}

function kafkaTopic(bindings: JsonObject): string | undefined {
  return ownString(own(bindings, "kafka"), "topic");
}

/** The keys of the map at a place, in writing order; none when it is no map. */
export function keysAt(sources: Sources, place: Place | undefined): readonly string[] {
  const value = place && valueOf(sources, place);
  return isObject(value) ? Object.keys(value) : [];
}
