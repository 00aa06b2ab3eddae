import type { EventVersion, Model } from "../../model/types.ts";
import { own, ownString } from "../../read/json.ts";
import type { Interaction, Matching } from "../inputs/pacts.ts";

/** Who relies on a field, and how. */
export interface Reliance {
  readonly consumer: string;
  readonly matching: Matching;
}

/** For every event version: the pacts about it, and per field path its relying consumers. */
export interface EventReliance {
  readonly interactions: readonly Interaction[];
  readonly fields: ReadonlyMap<string, readonly Reliance[]>;
}

/** Joins pacts with events: by the version they reference, by the envelope in the contents, by a version named in the description, by the operation. */
export function relianceByEvent(
  model: Model,
  interactions: readonly Interaction[],
): ReadonlyMap<string, EventReliance> {
  const byKey = Map.groupBy(interactions, (interaction) => eventOf(model, interaction));
  const result = new Map<string, EventReliance>();
  for (const [key, about] of byKey) {
    if (key === undefined) continue;
    const fields = new Map<string, Reliance[]>();
    for (const { consumer, reliance } of about)
      for (const [path, matching] of reliance) {
        const known = fields.get(path) ?? [];
        if (!known.some((other) => other.consumer === consumer)) known.push({ consumer, matching });
        fields.set(path, known);
      }
    result.set(key, { interactions: about, fields });
  }
  return result;
}

/** Key of the event version an interaction is about. */
export function eventOf(model: Model, interaction: Interaction): string | undefined {
  const { contents, description, consumer, operationId, message } = interaction;
  if (model.events.some(({ key }) => key === message)) return message;
  const type = ownString(contents, "eventType");
  const version = own(contents, "version");
  const candidates = model.events.filter((event) => isOffered(model, event, interaction));
  const named =
    candidates.find((event) => event.eventType === type && (event.version === version || version === undefined)) ??
    candidates.filter(({ key }) => description.includes(key)).toSorted((a, b) => b.key.length - a.key.length)[0];
  if (named) return named.key;
  const operation = model.operations.find(({ id, service }) => id === operationId && service === consumer);
  return operation?.events.length === 1 ? operation.events[0] : undefined;
}

function isOffered(model: Model, event: EventVersion, { provider }: Interaction): boolean {
  const isKnown = model.services.some(({ name }) => name === provider);
  return !isKnown || event.senders.length === 0 || event.senders.includes(provider);
}
