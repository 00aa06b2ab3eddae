import { traitPlaces } from "../model/message.ts";
import type { BundledSchema, Model } from "../model/types.ts";
import { ownString } from "../read/json.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import { down, fieldOf, idOf, partsOf } from "./parts.ts";

/** A runtime expression (`$message.header#/…`) as it is written, and the messages that it is about. */
export interface Location {
  readonly text: string;
  readonly place: Place;
  /** What stands there: "correlation ID", "reply address" or "parameter". */
  readonly what: string;
  readonly messages: readonly LocatedIn[];
}

/** A message as far as locations look into it; undefined means that it has no such schema, "unknown" that it is not JSON Schema. */
export interface LocatedIn {
  readonly name: string;
  readonly header: BundledSchema | undefined;
  readonly payload: BundledSchema | "unknown";
}

/** Every location that the documents name. */
export function locationsOf(model: Model): readonly Location[] {
  const { sources } = model;
  const found = new Map<string, Location & { messages: LocatedIn[] }>();
  const add = (holder: Place | undefined, what: string, messages: readonly LocatedIn[]): void => {
    const text = holder && ownString(valueOf(sources, holder), "location");
    if (!holder || text === undefined) return;
    const place = fieldOf(holder, "location");
    const known = found.get(idOf(place));
    if (known) known.messages.push(...messages);
    else found.set(idOf(place), { text, place, what, messages: [...messages] });
  };
  const about = new Map(
    model.events.map(({ key, name, headers, payload }): [string, LocatedIn] => [
      key,
      { name, header: headers, payload: payload.kind === "json-schema" ? payload : "unknown" },
    ]),
  );
  const messagesOf = (keys: Iterable<string>): LocatedIn[] =>
    [...new Set(keys)].map((key) => about.get(key)).filter((one) => one !== undefined);
  for (const { key, place } of model.events)
    for (const layer of [place, ...traitPlaces(sources, place)])
      add(down(model, layer, "correlationId"), "correlation ID", messagesOf([key]));
  for (const channel of model.channels)
    for (const name of channel.parameters)
      add(
        resolvePlace(sources, fieldOf(channel.place, "parameters", name)),
        "parameter",
        messagesOf(channel.messages.values()),
      );
  for (const operation of model.operations)
    add(down(model, operation.place, "reply/address"), "reply address", messagesOf(operation.events));
  for (const [path, what] of [
    ["components/correlationIds", "correlation ID"],
    ["components/parameters", "parameter"],
    ["components/replyAddresses", "reply address"],
  ] as const)
    for (const { place } of partsOf(model, path)) add(place, what, []);
  return [...found.values()];
}

/** A runtime expression taken apart (AsyncAPI 3, "Runtime Expression"); undefined when it is none. */
export function locationParts(text: string): { source: "header" | "payload"; pointer: string } | undefined {
  const match = /^\$message\.(header|payload)#((?:\/(?:[^/~]|~[01])*)*)$/.exec(text);
  return match === null ? undefined : { source: match[1] === "header" ? "header" : "payload", pointer: match[2] ?? "" };
}
