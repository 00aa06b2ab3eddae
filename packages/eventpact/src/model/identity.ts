import type { EventVersion, Listing } from "./types.ts";

/**
 * Event of the newer side → what it was on the older one. First by the channel that lists it and the name it has there,
 * which no other message can change; then by its key, for what has moved.
 */
export function earlierSelves(
  older: readonly EventVersion[],
  newer: readonly EventVersion[],
): ReadonlyMap<EventVersion, EventVersion> {
  const selves = new Map<EventVersion, EventVersion>();
  const taken = new Set<EventVersion>();
  const pair = (is: EventVersion, was: EventVersion | undefined): void => {
    if (was === undefined || selves.has(is) || taken.has(was)) return;
    selves.set(is, was);
    taken.add(was);
  };
  const listed = new Map(older.flatMap((event) => event.listings.map((listing) => [listingId(listing, event), event])));
  const byKey = new Map(older.map((event) => [event.key, event]));
  const sameListing = (is: EventVersion): EventVersion | undefined =>
    is.listings.map((listing) => listed.get(listingId(listing, is))).find((was) => was !== undefined);
  for (const is of newer) if (byKey.get(is.key) === sameListing(is)) pair(is, byKey.get(is.key));
  for (const is of newer) pair(is, sameListing(is));
  for (const is of newer) pair(is, byKey.get(is.key));
  return selves;
}

/** The name belongs to it: `Created` that is called `Made` in its place is another message. */
function listingId({ service, channel, message }: Listing, { name }: EventVersion): string {
  return JSON.stringify([service, channel, message, name]);
}
