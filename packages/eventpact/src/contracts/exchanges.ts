import type { EventVersion, Model, Operation } from "../model/types.ts";
import { own } from "../read/json.ts";
import type { Exchange, Interaction, Pact } from "./pact.ts";
import type { Subject } from "./subject.ts";
import { partiesOf } from "./subject.ts";

/** Synchronous messages with what the documents say of them. */
export interface Exchanges {
  /** What consumers ask, as messages of the operations that are answered. */
  readonly requests: readonly Subject[];
  /** What consumers can do with, as messages of the replies. */
  readonly responses: readonly Subject[];
  /** Those of which a part is about no known message, and why. */
  readonly unmapped: readonly { readonly exchange: Exchange; readonly why: string }[];
}

/** Finds for each synchronous message the operation with a `reply` that it belongs to, and the messages of both directions. */
export function exchangesOf(model: Model, pacts: readonly Pact[]): Exchanges {
  const requests: Subject[] = [];
  const responses: Subject[] = [];
  const unmapped: { exchange: Exchange; why: string }[] = [];
  for (const pact of pacts) {
    if (partiesOf(model, pact).isForeign) continue;
    for (const exchange of pact.exchanges) {
      const operations = repliesOf(model, pact, exchange.request);
      if (operations.length === 0) {
        const why = `no operation with a "reply" that ${pact.consumer} sends or ${pact.provider} receives belongs to it`;
        unmapped.push({ exchange, why });
        continue;
      }
      const asked = eventAmong(
        model,
        operations.flatMap(({ events }) => events),
        exchange.request,
      );
      if (asked !== undefined) requests.push({ pact, interaction: exchange.request, event: asked });
      else unmapped.push({ exchange, why: "nothing says which message of the operation its request is" });
      const answers = operations.flatMap(({ reply }) => reply?.events ?? []);
      const unknown = exchange.responses.filter((response) => {
        const event = eventAmong(model, answers, response);
        if (event !== undefined) responses.push({ pact, interaction: asOfItsRequest(response), event });
        return event === undefined;
      });
      if (asked !== undefined && unknown.length > 0)
        unmapped.push({ exchange, why: "nothing says which message of the reply an answer of it is" });
    }
  }
  return { requests, responses, unmapped };
}

/**
 * What is answered depends on what was asked, as on a provider state: an exact value in it is lawful, and held by nothing but
 * the code.
 */
const asOfItsRequest = (response: Interaction): Interaction =>
  response.states.length > 0 ? response : { ...response, states: [response.description] };

/**
 * By its operation's name, else by what its request is called: the consumer's send or the provider's receive. Without either,
 * the only ones that there are.
 */
function repliesOf(model: Model, pact: Pact, { operationId, message, description }: Interaction): readonly Operation[] {
  const all = model.operations.filter(
    ({ reply, action, service }) =>
      reply !== undefined && service === (action === "send" ? pact.consumer : pact.provider),
  );
  if (operationId !== undefined) return all.filter(({ id }) => id === operationId);
  const isAbout = ({ id, events, reply }: Operation): boolean =>
    [message, description].some(
      (name) => name !== undefined && (id === name || events.includes(name) || reply?.events.includes(name) === true),
    );
  const named = all.filter(isAbout);
  if (named.length > 0) return named;
  const asked = new Set(all.map(({ events, reply }) => JSON.stringify([events.toSorted(), reply?.events.toSorted()])));
  return asked.size === 1 ? all : [];
}

/** The only message that it can be, else that which its reference, its description or its own words name. */
function eventAmong(
  model: Model,
  keys: readonly string[],
  { message, description, contents }: Interaction,
): EventVersion | undefined {
  const events = [...new Set(keys)].flatMap((key) => model.events.find((event) => event.key === key) ?? []);
  if (events.length === 1) return events[0];
  const [type, version] = [own(contents, "eventType"), own(contents, "version")];
  return (
    events.find(({ key }) => key === message) ??
    events.find(({ key }) => key === description) ??
    events.find((event) => event.enveloped && event.eventType === type && event.version === version)
  );
}
