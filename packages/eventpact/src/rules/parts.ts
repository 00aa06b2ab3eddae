import { keysAt } from "../model/channels.ts";
import { traitPlaces } from "../model/message.ts";
import type { Model } from "../model/types.ts";
import { childPointer, pointerTokens } from "../read/pointer.ts";
import { resolveChild } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";

/** An entry of a map of a document: its name, and its place with every `$ref` followed. */
export interface Part {
  readonly document: string;
  readonly name: string;
  readonly place: Place;
}

/** The entries of maps such as `servers` or `components/servers` of every document, each place once. */
export function* partsOf(model: Model, ...paths: readonly string[]): Generator<Part> {
  const seen = new Set<string>();
  for (const document of model.documents)
    for (const path of paths) {
      const map = down(model, document.place, path);
      for (const name of keysAt(model.sources, map)) {
        const place = map && resolveChild(model.sources, map, name);
        if (!place || seen.has(idOf(place))) continue;
        seen.add(idOf(place));
        yield { document: document.file, name, place };
      }
    }
}

/** Every message object and message trait, those under `components` and those written in place. */
export function* messageParts(model: Model): Generator<Place> {
  const seen = new Set<string>();
  const messages = model.events.flatMap((event) => [event.place, ...event.copies]);
  const layers = messages.flatMap((place) => [place, ...traitPlaces(model.sources, place)]);
  const loose = [...partsOf(model, "components/messageTraits")].map(({ place }) => place);
  for (const place of [...layers, ...loose]) {
    if (seen.has(idOf(place))) continue;
    seen.add(idOf(place));
    yield place;
  }
}

/** A place some steps down, every `$ref` on the way followed. */
export function down(model: Model, place: Place | undefined, path: string): Place | undefined {
  let here = place;
  for (const token of pointerTokens(`/${path}`)) here = here && resolveChild(model.sources, here, token);
  return here;
}

/** The place of a field that an object has itself. */
export function fieldOf({ file, pointer }: Place, ...path: readonly (string | number)[]): Place {
  return { file, pointer: path.reduce<string>(childPointer, pointer) };
}

export function idOf({ file, pointer }: Place): string {
  return `${file}#${pointer}`;
}
