import type { Interaction, Pact } from "../contracts/pact.ts";
import { subjectsOf } from "../contracts/subject.ts";
import type { Model } from "../model/types.ts";

/** One consumer's expectation of one event version. */
export interface Reliance {
  readonly consumer: string;
  readonly event: string;
  readonly interaction: Interaction;
}

/** Which event each interaction is about, found in the documents as they were or, for what is new, as they are. */
export function reliances(
  pacts: readonly Pact[],
  older: Model,
  newer: Model,
): ReadonlyMap<string, readonly Reliance[]> {
  const events = new Map<Interaction, Reliance>();
  for (const model of [newer, older])
    for (const { pact, interaction, event } of subjectsOf(model, pacts).subjects)
      events.set(interaction, { consumer: pact.consumer, event: event.key, interaction });
  return Map.groupBy(events.values(), ({ event }) => event);
}
