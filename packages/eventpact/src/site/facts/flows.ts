import type { EventVersion, Model } from "../../model/types.ts";
import type { Json } from "../../read/json.ts";
import { own, ownString } from "../../read/json.ts";
import { valueAt } from "../../read/pointer.ts";

/**
 * A story the documents tell: examples with one `correlationId`, joined by `causationId`. Nobody writes flows down, so
 * none can be out of date; every step is an example that stands beside a schema and is checked against it.
 */
export interface Flow {
  /** The shared correlation id; the flow's name in addresses comes from its first and last event. */
  readonly id: string;
  readonly name: string;
  /** The summary of its first example. */
  readonly summary?: string;
  /** Services in the order they speak, then those who only end it. */
  readonly participants: readonly string[];
  readonly steps: readonly FlowStep[];
  /** Present where the first step is not where the story began: the example that would lead to it is not there. */
  readonly missing?: MissingBeginning;
}

/** The first step names a cause that no example is, or it is not the first event of the key that the story is about. */
export type MissingBeginning =
  | { readonly code: "cause"; readonly eventId: string }
  | { readonly code: "earlier"; readonly sequence: number };

export interface FlowStep {
  /** Key of the event version. */
  readonly event: string;
  /** The service that sends it; absent when no document does. */
  readonly sender?: string;
  readonly example: string;
  readonly summary?: string;
  readonly timestamp?: string;
  /** Milliseconds after the first step, where both timestamps are readable. */
  readonly afterMs?: number;
  /** Index of the step that caused it; `absent` when an example names a cause that is not among the examples. */
  readonly cause?: number | "absent";
  /** Services whose next step this event caused. */
  readonly reactors: readonly string[];
  /** Every other service that receives it. */
  readonly listeners: readonly string[];
  readonly troubles: readonly FlowTrouble[];
}

/** What the operations do not bear out. */
export type FlowTrouble =
  | { readonly code: "no-sender" }
  | { readonly code: "cause-not-received"; readonly service: string; readonly cause: string }
  | { readonly code: "before-cause" };

interface Told {
  readonly event: EventVersion;
  readonly example: string;
  readonly summary?: string;
  readonly id: string;
  readonly correlation: string;
  readonly causation?: string;
  readonly timestamp?: string;
}

/** Beyond this many steps, it is not a story but a habit of copying ids. */
const MAX_STEPS = 100;

/** Flows in which at least one step led to another, longest first. */
export function flowsOf(model: Model): readonly Flow[] {
  const stories = Map.groupBy(distinct(model.events.flatMap(toldBy)), (told) => told.correlation);
  const flows = [...stories.values()]
    .filter((told) => told.length > 1 && told.length <= MAX_STEPS)
    .map((told) => flowOf(inOrder(told), model))
    .filter(({ steps }) => steps.some(({ cause }) => typeof cause === "number"));
  return named(flows).toSorted((a, b) => b.steps.length - a.steps.length || a.name.localeCompare(b.name, "en"));
}

/** An id that examples of different events share was copied, and tells nothing; of one event, the first counts. */
function distinct(all: readonly Told[]): readonly Told[] {
  return [...Map.groupBy(all, ({ id }) => id).values()].flatMap((told) => {
    const [first] = told;
    return first && told.every(({ event }) => event.key === first.event.key) ? [first] : [];
  });
}

function toldBy(event: EventVersion): Told[] {
  return event.examples.flatMap((example, index) => {
    const id = ownString(example.payload, "eventId");
    const correlation = ownString(example.payload, "correlationId");
    if (id === undefined || correlation === undefined) return [];
    const causation = ownString(example.payload, "causationId");
    const timestamp = ownString(example.payload, "timestamp");
    return [
      {
        event,
        example: example.name ?? String(index + 1),
        ...(example.summary === undefined ? {} : { summary: example.summary }),
        id,
        correlation,
        ...(causation === undefined ? {} : { causation }),
        ...(timestamp === undefined ? {} : { timestamp }),
      },
    ];
  });
}

/** By time, and a cause before its effect where times are equal or missing. */
function inOrder(told: readonly Told[]): Told[] {
  const waiting = told.toSorted(
    (a, b) => (a.timestamp ?? "").localeCompare(b.timestamp ?? "", "en") || sequenceOf(a) - sequenceOf(b),
  );
  const ordered: Told[] = [];
  const ids = new Set(told.map(({ id }) => id));
  while (waiting.length > 0) {
    const next = waiting.findIndex(
      ({ causation }) => causation === undefined || !ids.has(causation) || ordered.some(({ id }) => id === causation),
    );
    ordered.push(...waiting.splice(Math.max(next, 0), 1));
  }
  return ordered;
}

function payloadOf(told: Told): Json {
  return told.event.examples.find((example) => ownString(example.payload, "eventId") === told.id)?.payload ?? null;
}

function sequenceOf(told: Told): number {
  const sequence = own(payloadOf(told), "sequence");
  return typeof sequence === "number" ? sequence : 0;
}

function flowOf(told: readonly Told[], model: Model): Flow {
  const [first] = told;
  const started = Date.parse(first?.timestamp ?? "");
  const missing = first && missingBefore(first, told);
  const steps = told.map((step): FlowStep => {
    const causeIndex = step.causation === undefined ? undefined : told.findIndex(({ id }) => id === step.causation);
    const cause = causeIndex === -1 ? "absent" : causeIndex;
    const effects = told.filter(({ causation }) => causation === step.id);
    const sender = senderOf(step.event);
    const reactors = [...new Set(effects.flatMap((effect) => senderOf(effect.event) ?? []))];
    const afterMs = Date.parse(step.timestamp ?? "") - started;
    return {
      event: step.event.key,
      ...(sender === undefined ? {} : { sender }),
      example: step.example,
      ...(step.summary === undefined ? {} : { summary: step.summary }),
      ...(step.timestamp === undefined ? {} : { timestamp: step.timestamp }),
      ...(Number.isFinite(afterMs) ? { afterMs } : {}),
      ...(cause === undefined ? {} : { cause }),
      reactors,
      listeners: step.event.receivers.filter((service) => !reactors.includes(service)),
      troubles: troublesOf(step, typeof cause === "number" ? told[cause] : undefined, sender),
    };
  });
  return {
    id: first?.correlation ?? "",
    name: "",
    ...(first?.summary === undefined ? {} : { summary: first.summary }),
    participants: participantsOf(steps, model),
    steps,
    ...(missing === undefined ? {} : { missing }),
  };
}

/** What an example of a story would have to tell before its first; a story whose id is its key begins with sequence 1. */
function missingBefore(first: Told, told: readonly Told[]): MissingBeginning | undefined {
  const { causation } = first;
  if (causation !== undefined && !told.some(({ id }) => id === causation)) return { code: "cause", eventId: causation };
  const sequence = sequenceOf(first);
  const { keyLocation } = first.event;
  const isAboutKey =
    keyLocation?.source === "payload" && valueAt(payloadOf(first), keyLocation.pointer) === first.correlation;
  return isAboutKey && sequence > 1 ? { code: "earlier", sequence } : undefined;
}

/** A retained version has no sender any more; its type's topic had one, but which is not told. */
function senderOf(event: EventVersion): string | undefined {
  return event.senders[0];
}

function troublesOf(step: Told, cause: Told | undefined, sender: string | undefined): FlowTrouble[] {
  const troubles: FlowTrouble[] = [];
  if (sender === undefined && step.event.lifecycle !== "retained") troubles.push({ code: "no-sender" });
  if (cause && sender !== undefined && !cause.event.receivers.includes(sender))
    troubles.push({ code: "cause-not-received", service: sender, cause: cause.event.key });
  if (cause && (cause.timestamp ?? "") > (step.timestamp ?? "")) troubles.push({ code: "before-cause" });
  return troubles;
}

function participantsOf(steps: readonly FlowStep[], model: Model): readonly string[] {
  const speaking = steps.flatMap((step) => step.sender ?? []);
  const known = new Set(model.services.map(({ name }) => name));
  return [...new Set([...speaking, ...steps.flatMap((step) => step.reactors)])].filter((name) => known.has(name));
}

/** `OrderCreated → OrderDelivered`, with the last step's example where flows would share a name. */
function named(flows: readonly Flow[]): Flow[] {
  const plain = flows.map((flow) => {
    const [first] = flow.steps;
    const last = flow.steps.findLast((step) => step.sender === first?.sender && step !== first) ?? flow.steps.at(-1);
    const ends = [...new Set([typeName(first), typeName(last)])];
    return { flow, name: ends.join(" → "), detail: last?.example ?? "" };
  });
  const taken = new Set<string>();
  return plain.map(({ flow, name, detail }) => {
    const isShared = plain.filter((other) => other.name === name).length > 1;
    const wanted = isShared ? `${name} (${detail})` : name;
    let free = wanted;
    for (let count = 2; taken.has(free); count += 1) free = `${wanted} ${count}`;
    taken.add(free);
    return { ...flow, name: free };
  });
}

function typeName(step: FlowStep | undefined): string {
  return (step?.event ?? "").replace(/\.v\d+$/, "");
}
