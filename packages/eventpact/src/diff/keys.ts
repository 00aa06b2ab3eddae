import type { Mode } from "@eventpact/compat";
import { anySchema } from "../model/bundle.ts";
import type { BundledSchema, EventVersion } from "../model/types.ts";
import { below, draft } from "./draft.ts";
import type { EventPair, EventSettings } from "./events.ts";
import { demanded } from "./modes.ts";
import type { SchemaPair } from "./schemas.ts";
import { isSameSchema, judgePair, schemaDrafts } from "./schemas.ts";
import type { Draft } from "./types.ts";

/** The key of an event's record: where it is found in the event, and its schema. It decides the partition, and with it the order. */
export function keyDrafts(pair: EventPair, mode: Mode, settings: EventSettings): readonly Draft[] {
  return [...locationDrafts(pair), ...schemaOfKeyDrafts(pair, mode, settings)];
}

function locationDrafts({ older, newer }: EventPair): readonly Draft[] {
  const [was, is] = [locationText(older), locationText(newer)];
  if (was === is) return [];
  const isNew = was === undefined;
  const message = isNew
    ? `It is said now where the key of ${newer.key} is: ${is ?? ""}.`
    : `The key of ${newer.key} was at ${was} and is ${is === undefined ? "nowhere" : `at ${is}`} now.`;
  const hint = "Events of one aggregate would lie in two partitions, out of order: make a new event in a new topic.";
  return [
    draft(
      {
        code: "key-location-changed",
        level: isNew ? "info" : "breaking",
        subject: { kind: "event", name: newer.key },
        part: "key",
        message,
        ...(isNew ? {} : { hint }),
        older: older.keyLocation?.place ?? older.place,
        newer: newer.keyLocation?.place ?? newer.place,
      },
      [was ?? "", is ?? ""],
    ),
  ];
}

function schemaOfKeyDrafts({ older, newer }: EventPair, mode: Mode, settings: EventSettings): readonly Draft[] {
  if (!older.keySchema && !newer.keySchema) return [];
  const [was, is] = [schemaOf(older, newer), schemaOf(newer, older)];
  if (isSameSchema(was, is)) return [];
  const subject = { kind: "event", name: newer.key } as const;
  const examples = { older: [], newer: [] };
  const pair: SchemaPair = { subject, events: [newer.key], part: "key", older: was, newer: is, examples };
  return schemaDrafts(pair, judgePair(pair, settings.judge), demanded[mode]);
}

/** A key that is not described may be anything. */
function schemaOf({ keySchema, place }: EventVersion, other: EventVersion): BundledSchema {
  return keySchema ?? anySchema(below(place, "/bindings/kafka/key"), other.keySchema?.dialect ?? "draft-07", []);
}

function locationText({ keyLocation }: EventVersion): string | undefined {
  return keyLocation && `$message.${keyLocation.source}#${keyLocation.pointer}`;
}
