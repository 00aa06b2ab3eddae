import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { EventVersion, Model } from "../model/types.ts";
import { findingInDocument } from "./finding.ts";
import type { Subject } from "./subject.ts";
import { writersOf } from "./subject.ts";

/** Whether a contract holds what a service receives: one with somebody who writes the event. */
export function isHeld(model: Model, subjects: readonly Subject[], service: string, event: EventVersion): boolean {
  const writers = writersOf(model, event);
  return subjects.some(
    ({ pact, event: about }) => about.key === event.key && pact.consumer === service && writers.includes(pact.provider),
  );
}

/**
 * Every event version that a service receives, from somebody of these documents, has a contract. A request that is answered is
 * spoken of in the contract of whoever asks.
 */
export function missingContracts(
  model: Model,
  subjects: readonly Subject[],
  requests: readonly Subject[] = [],
): readonly Diagnostic[] {
  return model.operations.flatMap((operation) =>
    operation.action === "send"
      ? []
      : operation.events.flatMap((key, index) => {
          const event = model.events.find((one) => one.key === key);
          const writers = event === undefined ? [] : writersOf(model, event);
          if (event === undefined || writers.length === 0 || isHeld(model, subjects, operation.service, event))
            return [];
          if (requests.some(({ pact, event: about }) => about.key === key && pact.provider === operation.service))
            return [];
          const message = `${operation.service} receives ${key} and has no contract for it with ${writers.join(" or ")}.`;
          const hint = `Write the consumer's contract test for ${key} and record it.`;
          return [
            findingInDocument(model, "pact-missing", operation.messagePlaces[index] ?? operation.place, {
              message,
              hint,
            }),
          ];
        }),
  );
}

/** Every event version that a service sends was seen coming out of its code. `seen`: `service event`. */
export function unverifiedSends(
  model: Model,
  providers: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): readonly Diagnostic[] {
  return model.operations.flatMap((operation) =>
    operation.action === "receive" || !providers.has(operation.service)
      ? []
      : operation.events.flatMap((key, index) => {
          if (seen.has(`${operation.service} ${key}`)) return [];
          const message = `${operation.service} sends ${key}, and no verification has seen it coming out of the code.`;
          const hint = "Let the producer's contract test bring it about.";
          return [
            findingInDocument(model, "send-unverified", operation.messagePlaces[index] ?? operation.place, {
              message,
              hint,
            }),
          ];
        }),
  );
}
