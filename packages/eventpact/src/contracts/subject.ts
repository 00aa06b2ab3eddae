import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { EventVersion, Model, Operation } from "../model/types.ts";
import { own } from "../read/json.ts";
import { findingAt, findingInPact } from "./finding.ts";
import type { Interaction, Pact } from "./pact.ts";

/** An interaction with the event that it is about. */
export interface Subject {
  readonly pact: Pact;
  readonly interaction: Interaction;
  readonly event: EventVersion;
}

/**
 * Finds out what each interaction is about, and whether the documents know of it: consumer, provider, event, operation.
 * An interaction without a known event is a finding and no subject.
 */
export function subjectsOf(
  model: Model,
  pacts: readonly Pact[],
): { readonly subjects: readonly Subject[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const subjects = pacts.flatMap((pact) => {
    const isAbroad = pact.wanted !== undefined && serviceOf(model, pact.consumer) === undefined;
    // What holds nothing about events may be between parties of whom nothing is described here.
    if (pact.interactions.length === 0 && pact.others > 0) return [];
    const strangers = (["consumer", "provider"] as const).filter((role) => serviceOf(model, pact[role]) === undefined);
    for (const role of strangers.filter((one) => !(isAbroad && one === "consumer")))
      diagnostics.push(unknownParty(model, pact, role));
    return pact.interactions.flatMap((interaction) => {
      const event = eventOf(model, pact, interaction);
      if (strangers.length === 0) diagnostics.push(...wrongOperation(model, pact, interaction, event));
      if (event === undefined) {
        diagnostics.push(unknownEvent(model, pact, interaction));
        return [];
      }
      if (strangers.length === 0 || (isAbroad && strangers.length === 1))
        diagnostics.push(...undeclared(model, pact, interaction, event, isAbroad));
      return [{ pact, interaction, event }];
    });
  });
  return { subjects, diagnostics };
}

const serviceOf = (model: Model, name: string) => model.services.find((service) => service.name === name);

function unknownParty(model: Model, pact: Pact, role: "consumer" | "provider"): Diagnostic {
  const message = `No document describes the ${role} "${pact[role]}".`;
  const hint = didYouMean(
    pact[role],
    model.services.map(({ name }) => name),
  );
  return findingAt("pact-party-unknown", pact.file, pact.locate(`/${role}/name`), { message, hint });
}

/** By its reference, its description, its own words, or its operation when that has one message. */
function eventOf(model: Model, pact: Pact, interaction: Interaction): EventVersion | undefined {
  const { message, description, contents, operationId } = interaction;
  const byKey = (key: string | undefined) => model.events.find((event) => event.key === key);
  if (message !== undefined) return byKey(message);
  const [type, version] = [own(contents, "eventType"), own(contents, "version")];
  const said = model.events.find((event) => event.enveloped && event.eventType === type && event.version === version);
  const events = operationsOf(model, pact, operationId).flatMap((operation) => operation.events);
  return byKey(description) ?? said ?? (new Set(events).size === 1 ? byKey(events[0]) : undefined);
}

/** Consumers name their own receive operation or the provider's send operation. */
function operationsOf(model: Model, pact: Pact, operationId: string | undefined): readonly Operation[] {
  return model.operations.filter(
    ({ id, service, action }) =>
      id === operationId && service === (action === "receive" ? pact.consumer : pact.provider),
  );
}

function unknownEvent(model: Model, pact: Pact, interaction: Interaction): Diagnostic {
  const { message, description } = interaction;
  const named = message ?? description;
  return findingInPact("pact-event-unknown", pact, interaction, {
    message: `No document describes the event of "${description}"${message === undefined ? "" : `, ${message}`}.`,
    hint: didYouMean(
      named,
      model.events.map(({ key }) => key),
    ),
  });
}

function wrongOperation(
  model: Model,
  pact: Pact,
  interaction: Interaction,
  event: EventVersion | undefined,
): readonly Diagnostic[] {
  const { operationId, description } = interaction;
  if (operationId === undefined) return [];
  const part = "/comments/references/AsyncAPI/operationId";
  const found = operationsOf(model, pact, operationId);
  if (found.length === 0) {
    const known = model.operations
      .filter(({ service, action }) => service === (action === "receive" ? pact.consumer : pact.provider))
      .map(({ id }) => id);
    const message = `"${description}" names the operation "${operationId}", which neither ${pact.consumer} receives nor ${pact.provider} sends by.`;
    return [
      findingInPact(
        "pact-operation-unknown",
        pact,
        interaction,
        { message, hint: didYouMean(operationId, known) },
        part,
      ),
    ];
  }
  if (event === undefined || found.some(({ events }) => events.includes(event.key))) return [];
  const message = `The operation "${operationId}" has no message ${event.key}.`;
  return [findingInPact("pact-operation-unknown", pact, interaction, { message }, part)];
}

/** `isAbroad`: the consumer is described elsewhere, and so is what it receives. */
function undeclared(
  model: Model,
  pact: Pact,
  interaction: Interaction,
  event: EventVersion,
  isAbroad: boolean,
): readonly Diagnostic[] {
  const problems = [
    ...(isAbroad || event.receivers.includes(pact.consumer) ? [] : [`${pact.consumer} does not receive ${event.key}`]),
    ...(writersOf(model, event).includes(pact.provider) ? [] : [`${pact.provider} does not write ${event.key}`]),
  ];
  return problems.map((problem) =>
    findingInPact("pact-undeclared", pact, interaction, {
      message: `By the documents ${problem}, but this contract says so.`,
    }),
  );
}

/** Who sends the event, or wrote its topic when nobody sends it any more. */
export function writersOf(model: Model, event: EventVersion): readonly string[] {
  if (event.senders.length > 0) return event.senders;
  return [...new Set(event.topics.flatMap((name) => model.topics.find((topic) => topic.name === name)?.writers ?? []))];
}
