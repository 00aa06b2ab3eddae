import { canonicalJson } from "../read/json.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import type { ChannelDraft } from "./channels.ts";
import { keysAt } from "./channels.ts";
import type { MessageContent } from "./message.ts";
import { readMessage } from "./message.ts";
import { splitVersion, uniqueNames } from "./naming.ts";
import type { AsyncApiDocument, EventVersion, Listing } from "./types.ts";

type UnusedEvent = Omit<EventVersion, "topics" | "senders" | "receivers" | "unread">;

export interface CollectedEvents {
  /** Sorted by key. */
  readonly events: readonly UnusedEvent[];
  /** The key of the message object at a resolved place. */
  readonly keyAt: (place: Place) => string | undefined;
}

/**
 * Every message object of the documents once: those that channels list and those under `components.messages`. Two
 * objects that say the same under one name are one event with a copy. Of different ones under one name none has it for
 * its key: each is called after its channel too (`orders.Created`). So no key depends on the order in which they are met.
 */
export function collectEvents(
  sources: Sources,
  documents: readonly AsyncApiDocument[],
  channels: readonly ChannelDraft[],
): CollectedEvents {
  const definitions: Definition[] = [];
  const places = new Map<string, Definition>();
  const named = new Map<string, Definition[]>();
  for (const listed of listedMessages(sources, documents, channels)) {
    const content = readMessage(sources, listed.place, listed.fallbackName);
    const namesakes = named.get(content.name) ?? [];
    named.set(content.name, namesakes);
    let definition = namesakes.find((other) => saysTheSame(sources, other.content, content));
    if (definition) definition.copies.push(content.place);
    else {
      definition = { content, copies: [], listings: [], service: listed.service };
      namesakes.push(definition);
      definitions.push(definition);
    }
    definition.listings.push(...listed.listings);
    places.set(placeId(listed.place), definition);
  }
  const keys = uniqueNames(definitions, candidate);
  const events = definitions.map((definition) => eventOf(definition, keys.get(definition) ?? definition.content.name));
  return {
    events: events.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    keyAt(place) {
      const definition = places.get(placeId(place));
      return definition && keys.get(definition);
    },
  };
}

interface Definition {
  readonly content: MessageContent;
  readonly copies: Place[];
  readonly listings: Listing[];
  /** Of the document where it was met first. */
  readonly service: string;
}

interface ListedMessage {
  readonly place: Place;
  readonly service: string;
  readonly listings: readonly Listing[];
  /** What it is called that has no `name`. */
  readonly fallbackName: string;
}

function listedMessages(
  sources: Sources,
  documents: readonly AsyncApiDocument[],
  channels: readonly ChannelDraft[],
): readonly ListedMessage[] {
  const found = new Map<string, { place: Place; service: string; listings: Listing[]; component?: string }>();
  const serviceOf = new Map(documents.map((document) => [document.file, document.service]));
  const at = (place: Place, service: string): { listings: Listing[]; component?: string } => {
    const known = found.get(placeId(place)) ?? { place, service, listings: [] };
    found.set(placeId(place), known);
    return known;
  };
  for (const channel of channels) {
    const service = serviceOf.get(channel.document) ?? "";
    for (const [message, place] of channel.messagePlaces)
      at(place, service).listings.push({ service, channel: channel.name, message });
  }
  for (const document of documents) {
    const components = resolveChild(sources, document.place, "components");
    const messages = components && resolveChild(sources, components, "messages");
    for (const name of keysAt(sources, messages)) {
      const place = messages && resolveChild(sources, messages, name);
      if (place) at(place, document.service).component ??= name;
    }
  }
  return [...found.values()].map(({ place, service, listings, component }) => {
    const names = [...new Set(listings.map(({ message }) => message))].toSorted();
    // Where channels call it differently, its own place may know better; else the first of the alphabet, never of the file.
    const [first = component ?? ""] = component !== undefined && names.length > 1 ? [component] : names;
    return { place, service, listings, fallbackName: first };
  });
}

function eventOf({ content, copies, listings }: Definition, key: string): UnusedEvent {
  const isDerived = !content.enveloped && content.eventType === splitVersion(content.name).eventType;
  const eventType = isDerived ? splitVersion(key).eventType : content.eventType;
  const sorted = listings.toSorted((a, b) => (listingText(a) < listingText(b) ? -1 : 1));
  return { ...content, eventType, key, copies, listings: sorted };
}

/** What a definition would be called, each round more exactly; the last says where it stands, which is its alone. */
function candidate({ content, listings, service }: Definition, round: number): string {
  const { name, place } = content;
  const [listing] = listings.toSorted((a, b) => (listingText(a) < listingText(b) ? -1 : 1));
  const where = listing ? listing.channel : service;
  if (round === 0) return name;
  if (round === 1) return `${where}.${name}`;
  if (round === 2 && listing) return `${listing.service}.${where}.${name}`;
  if (round === 3 && listing) return `${listing.service}.${where}.${listing.message}.${name}`;
  return `${name} at ${placeId(place)}${"+".repeat(round)}`;
}

/** In the order in which listings are preferred: by channel, then by message, then by service. */
function listingText({ channel, message, service }: Listing): string {
  return JSON.stringify([channel, message, service]);
}

function placeId(place: Place): string {
  return `${place.file}#${place.pointer}`;
}

function saysTheSame(sources: Sources, a: MessageContent, b: MessageContent): boolean {
  const text = (content: MessageContent): string => canonicalJson(valueOf(sources, content.place) ?? null);
  return a.hash === b.hash && text(a) === text(b);
}
