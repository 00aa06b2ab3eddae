/**
 * What is kept of an event for ever, and how a story is told from it: who said what because of what, and who listens.
 */
import { catalog } from "@shop/events";
import type { Events, Receives } from "@shop/events";

export type Heard = Events[Receives["audit"]];

export interface Kept {
  readonly event: Heard;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
}

export interface TraceStep {
  readonly eventId: string;
  readonly event: string;
  readonly topic: string;
  readonly key: string;
  readonly sequence: number;
  /** RFC 3339. */
  readonly at: string;
  /** Milliseconds since the story's first event. */
  readonly afterMs: number;
  readonly sender: string;
  /** Services that hear this event. */
  readonly receivers: readonly string[];
  /** The event that caused this one, where an event did. */
  readonly causedBy?: string;
}

const nameOf = ({ eventType, version }: Heard): string => `${eventType}.v${version}`;

const receiversOf = (name: string): string[] =>
  Object.entries(catalog.services)
    .filter(([, service]) => service.receives.some(({ event }) => event === name))
    .map(([service]) => service);

/**
 * A story in the order in which it can have happened: every event after its cause and after its predecessors of the
 * same topic and key, otherwise by time. Clocks of different services may disagree; causes may not.
 */
export function trace(kept: readonly Kept[]): readonly TraceStep[] {
  const waiting = [...kept].sort(
    (a, b) => a.event.timestamp.localeCompare(b.event.timestamp) || a.event.sequence - b.event.sequence,
  );
  const present = new Set(waiting.map(({ event }) => event.eventId));
  const told = new Set<string>();
  const steps: TraceStep[] = [];
  const begin = Date.parse(waiting[0]?.event.timestamp ?? "");
  while (waiting.length > 0) {
    const ready = waiting.findIndex((one) => isReady(one, waiting, told, present));
    const [next] = waiting.splice(Math.max(0, ready), 1);
    if (next === undefined) break;
    told.add(next.event.eventId);
    steps.push(stepOf(next, begin));
  }
  return steps;
}

function isReady(
  { event, topic, key }: Kept,
  waiting: readonly Kept[],
  told: Set<string>,
  present: Set<string>,
): boolean {
  const { causationId } = event;
  if (causationId !== undefined && present.has(causationId) && !told.has(causationId)) return false;
  return !waiting.some((other) => other.topic === topic && other.key === key && other.event.sequence < event.sequence);
}

function stepOf({ event, topic, key }: Kept, begin: number): TraceStep {
  const name = nameOf(event);
  return {
    eventId: event.eventId,
    event: name,
    topic,
    key,
    sequence: event.sequence,
    at: event.timestamp,
    afterMs: Date.parse(event.timestamp) - begin,
    sender: Object.hasOwn(catalog.topics, topic) ? (catalog.topics[topic]?.writer ?? "unknown") : "unknown",
    receivers: receiversOf(name),
    ...(event.causationId === undefined ? {} : { causedBy: event.causationId }),
  };
}
