import type { Interaction, Pact } from "../../contracts/pact.ts";
import type { Matching } from "../../contracts/reliance.ts";
import { relianceOf } from "../../contracts/reliance.ts";
import { subjectsOf } from "../../contracts/subject.ts";
import type { Model } from "../../model/types.ts";

/** An interaction of a contract, as pages show it. */
export interface ContractInteraction {
  readonly consumer: string;
  readonly provider: string;
  readonly interaction: Interaction;
  /** Key of the event version that it is about; absent: the documents have none. */
  readonly event?: string;
  /** Instance path → how it is matched. */
  readonly reliance: ReadonlyMap<string, Matching>;
}

/** Who relies on a field, and how. */
export interface Reliance {
  readonly consumer: string;
  readonly matching: Matching;
}

/** For every event version: the interactions about it, and per field path its relying consumers. */
export interface EventReliance {
  readonly interactions: readonly ContractInteraction[];
  readonly fields: ReadonlyMap<string, readonly Reliance[]>;
}

/** Every interaction of the contracts, with the event that it is about. */
export function interactionsOf(model: Model, pacts: readonly Pact[]): readonly ContractInteraction[] {
  const events = new Map(subjectsOf(model, pacts).subjects.map(({ interaction, event }) => [interaction, event.key]));
  return pacts.flatMap(({ consumer, provider, interactions }) =>
    interactions.map((interaction) => {
      const event = events.get(interaction);
      const reliance = relianceOf(interaction);
      return { consumer, provider, interaction, reliance, ...(event === undefined ? {} : { event }) };
    }),
  );
}

export function relianceByEvent(interactions: readonly ContractInteraction[]): ReadonlyMap<string, EventReliance> {
  const result = new Map<string, EventReliance>();
  for (const [key, about] of Map.groupBy(interactions, ({ event }) => event)) {
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
