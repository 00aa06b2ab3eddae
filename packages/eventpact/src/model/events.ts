import { canonicalJson } from "../read/json.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import type { ChannelDraft } from "./channels.ts";
import { keysAt } from "./channels.ts";
import type { MessageContent } from "./message.ts";
import { readMessage } from "./message.ts";
import { uniqueName } from "./naming.ts";
import type { AsyncApiDocument, EventVersion } from "./types.ts";

type UnusedEvent = Omit<EventVersion, "topics" | "senders" | "receivers" | "unread">;

export interface CollectedEvents {
  /** Sorted by key. */
  readonly events: readonly UnusedEvent[];
  /** The key of the message object at a resolved place. */
  readonly keyAt: (place: Place) => string | undefined;
}

/**
 * Every message object of the documents once: those that channels list and those under `components.messages`. Two
 * objects that say the same under one name are one event with a copy; two that differ get keys `name` and `service.name`.
 */
export function collectEvents(
  sources: Sources,
  documents: readonly AsyncApiDocument[],
  channels: readonly ChannelDraft[],
): CollectedEvents {
  const found = new Map<string, { content: MessageContent; service: string }>();
  const serviceOf = new Map(documents.map((document) => [document.file, document.service]));
  const add = (place: Place, name: string, service: string): void => {
    if (!found.has(placeId(place))) found.set(placeId(place), { content: readMessage(sources, place, name), service });
  };
  for (const channel of channels)
    for (const [name, place] of channel.messagePlaces) add(place, name, serviceOf.get(channel.document) ?? "");
  for (const document of documents) {
    const components = resolveChild(sources, document.place, "components");
    const messages = components && resolveChild(sources, components, "messages");
    for (const name of keysAt(sources, messages)) {
      const place = messages && resolveChild(sources, messages, name);
      if (place) add(place, name, document.service);
    }
  }
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  const definitions = new Map<string, { content: MessageContent; key: string; copies: Place[] }[]>();
  for (const [id, { content, service }] of found) {
    const namesakes = definitions.get(content.name) ?? [];
    definitions.set(content.name, namesakes);
    const same = namesakes.find((other) => saysTheSame(sources, other.content, content));
    if (same) same.copies.push(content.place);
    const key = same?.key ?? uniqueName(taken, taken.has(content.name) ? `${service}.${content.name}` : content.name);
    if (!same) namesakes.push({ content, key, copies: [] });
    keys.set(id, key);
  }
  const events = [...definitions.values()].flat().map(({ content, key, copies }) => ({ ...content, key, copies }));
  return { events: events.toSorted((a, b) => (a.key < b.key ? -1 : 1)), keyAt: (place) => keys.get(placeId(place)) };
}

function placeId(place: Place): string {
  return `${place.file}#${place.pointer}`;
}

function saysTheSame(sources: Sources, a: MessageContent, b: MessageContent): boolean {
  const text = (content: MessageContent): string => canonicalJson(valueOf(sources, content.place) ?? null);
  return a.hash === b.hash && text(a) === text(b);
}
