import type { Model } from "../model/types.ts";
import type { Place } from "../read/sources.ts";
import { keysAt } from "../model/channels.ts";
import { resolveChild } from "../read/resolve.ts";
import { down, idOf, messageParts, partsOf } from "./parts.ts";

export type BindingLevel = "server" | "channel" | "operation" | "message";

/** The binding of one protocol at one level, `$ref`s followed. */
export interface BindingPart {
  readonly level: BindingLevel;
  readonly protocol: string;
  readonly place: Place;
}

/** Every binding of the documents, each place once. */
export function* bindingsOf(model: Model): Generator<BindingPart> {
  const seen = new Set<string>();
  for (const [level, places] of holders(model))
    for (const holder of places)
      for (const protocol of keysAt(model.sources, holder)) {
        const place = holder && resolveChild(model.sources, holder, protocol);
        if (!place || seen.has(`${level} ${idOf(place)}`)) continue;
        seen.add(`${level} ${idOf(place)}`);
        yield { level, protocol, place };
      }
}

function holders(model: Model): readonly (readonly [BindingLevel, readonly (Place | undefined)[]])[] {
  const inside = (...paths: readonly string[]): readonly (Place | undefined)[] =>
    [...partsOf(model, ...paths)].map(({ place }) => down(model, place, "bindings"));
  const alone = (path: string): readonly Place[] => [...partsOf(model, path)].map(({ place }) => place);
  return [
    ["server", [...inside("servers", "components/servers"), ...alone("components/serverBindings")]],
    ["channel", [...inside("channels", "components/channels"), ...alone("components/channelBindings")]],
    [
      "operation",
      [
        ...inside("operations", "components/operations", "components/operationTraits"),
        ...alone("components/operationBindings"),
      ],
    ],
    [
      "message",
      [
        ...[...messageParts(model)].map((place) => down(model, place, "bindings")),
        ...alone("components/messageBindings"),
      ],
    ],
  ];
}
