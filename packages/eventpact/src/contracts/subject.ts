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
    const { isForeign, isKnown, abroad, findings } = partiesOf(model, pact);
    diagnostics.push(...findings);
    if (isForeign) return [];
    return pact.interactions.flatMap((interaction) => {
      const event = eventOf(model, pact, interaction);
      if (isKnown) diagnostics.push(...wrongOperation(model, pact, interaction, event));
      if (event === undefined) {
        diagnostics.push(unknownEvent(model, interaction, pact.wanted === undefined ? abroad : undefined));
        return [];
      }
      if (isKnown || abroad !== undefined) diagnostics.push(...undeclared(model, pact, interaction, event, abroad));
      return [{ pact, interaction, event }];
    });
  });
  return { subjects, diagnostics };
}

const serviceOf = (model: Model, name: string) => model.services.find((service) => service.name === name);

type Role = "consumer" | "provider";

/** What the documents know of the parties of a contract. */
export interface Parties {
  /** Both are services of the documents. */
  readonly isKnown: boolean;
  /** Neither is, and neither is called like one: the contract of other teams. */
  readonly isForeign: boolean;
  /** The one party that is described elsewhere; what it receives or sends is not known here. */
  readonly abroad?: Role;
  readonly findings: readonly Diagnostic[];
}

/** A name that looks like a misspelt one is an error; a party that may well be described elsewhere is none. */
export function partiesOf(model: Model, pact: Pact): Parties {
  const strangers = (["consumer", "provider"] as const).filter((role) => serviceOf(model, pact[role]) === undefined);
  const [first, second] = strangers;
  if (first === undefined) return { isKnown: true, isForeign: false, findings: [] };
  if (pact.wanted !== undefined && first === "consumer" && second === undefined)
    return { isKnown: false, isForeign: false, abroad: "consumer", findings: [] };
  const counted = pact.interactions.length + pact.exchanges.length;
  const names = model.services.map(({ name }) => name);
  const hints = strangers.map((role) => didYouMean(pact[role], names));
  const at = (role: Role) => pact.locate(`/${role}/name`);
  const isMisspelt = hints.some((hint) => hint !== undefined);
  if (second !== undefined && !isMisspelt) {
    const message = `No document describes ${pact.consumer} or ${pact.provider}: ${counted === 1 ? "the interaction of theirs is" : `the ${counted} interactions of theirs are`} not looked at.`;
    const found = findingAt("pact-party-unknown", pact.file, at("consumer"), { message, severity: "info" });
    return { isKnown: false, isForeign: true, findings: counted === 0 ? [] : [found] };
  }
  const findings = strangers.map((role, index) => {
    const message = `No document describes the ${role} "${pact[role]}".`;
    if (hints[index] !== undefined || isMisspelt)
      return findingAt("pact-party-unknown", pact.file, at(role), { message, hint: hints[index] });
    const hint =
      "Its half of the contract is held against nothing. Add its document, or waive this where another repository has it.";
    return findingAt("pact-party-unknown", pact.file, at(role), { message, hint, severity: "warning" });
  });
  return {
    isKnown: false,
    isForeign: false,
    ...(isMisspelt ? {} : { abroad: first }),
    // What speaks of no event is nothing to be held against documents.
    findings: counted === 0 ? [] : findings,
  };
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

/** An error where all is described here. What names no event of ours by reference, and is no JSON, may be about none. */
function unknownEvent(model: Model, interaction: Interaction, abroad: Role | undefined): Diagnostic {
  const { message, description, opaque } = interaction;
  const named = message ?? description;
  const severity =
    opaque !== undefined && message === undefined ? "info" : abroad !== undefined ? "warning" : undefined;
  return findingInPact("pact-event-unknown", interaction, {
    ...(severity === undefined ? {} : { severity }),
    message: `No document describes the event of "${description}"${message === undefined ? "" : `, ${message}`}${opaque === undefined ? "" : ` (${opaque})`}.`,
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
      findingInPact("pact-operation-unknown", interaction, { message, hint: didYouMean(operationId, known) }, part),
    ];
  }
  if (event === undefined || found.some(({ events }) => events.includes(event.key))) return [];
  const message = `The operation "${operationId}" has no message ${event.key}.`;
  return [findingInPact("pact-operation-unknown", interaction, { message }, part)];
}

/** `abroad`: who is described elsewhere, and so is what it receives or writes. */
function undeclared(
  model: Model,
  pact: Pact,
  interaction: Interaction,
  event: EventVersion,
  abroad: Role | undefined,
): readonly Diagnostic[] {
  const isHeard = abroad === "consumer" || event.receivers.includes(pact.consumer);
  const isWritten = abroad === "provider" || writersOf(model, event).includes(pact.provider);
  const problems = [
    ...(isHeard ? [] : [`${pact.consumer} does not receive ${event.key}`]),
    ...(isWritten ? [] : [`${pact.provider} does not write ${event.key}`]),
  ];
  return problems.map((problem) =>
    findingInPact("pact-undeclared", interaction, {
      message: `By the documents ${problem}, but this contract says so.`,
    }),
  );
}

/** Who sends the event, or wrote its topic when nobody sends it any more. */
export function writersOf(model: Model, event: EventVersion): readonly string[] {
  if (event.senders.length > 0) return event.senders;
  return [...new Set(event.topics.flatMap((name) => model.topics.find((topic) => topic.name === name)?.writers ?? []))];
}
