import type { EventVersion, Model } from "../model/types.ts";
import { own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";

/** A field of an event's message object where it is written, else the message object itself. */
export function reportedPlace(model: Model, event: EventVersion, field: string): Place {
  const has = own(valueOf(model.sources, event.place), field) !== undefined;
  return has ? { file: event.file, pointer: childPointer(event.pointer, field) } : event.place;
}
