import { checkHistory } from "../../packages/messaging/src/testing/history.ts";
import { catalog } from "@shop/events";
import type { LogRecord, Observation } from "./observe.ts";
import { findingOf, type Finding } from "./verdict.ts";

/** Each event once, as the log holds it for the first time. */
export function eventsOf(log: readonly LogRecord[]): readonly LogRecord[] {
  const seen = new Set<string>();
  return log.filter(({ eventId }) => !seen.has(eventId) && seen.add(eventId));
}

const receivesOf = (service: string): readonly { readonly event: string }[] => {
  const services: Readonly<Record<string, { readonly receives: readonly { readonly event: string }[] }>> =
    catalog.services;
  return services[service]?.receives ?? [];
};

const placeOf = ({ topic, key }: { readonly topic: string; readonly key: string }): string => `${topic} ${key}`;

/** What was committed is in the log, all of it, in order, and a second telling says the same as the first. */
function logIsWhole({ log, books }: Observation): Finding {
  return findingOf("every committed event is in the log, in order per key", (broken) => {
    const digests = new Map<string, string>();
    const stories = Map.groupBy(eventsOf(log), placeOf);
    for (const { eventId, digest, event } of log) {
      if ((digests.get(eventId) ?? digest) !== digest) broken(`${event} ${eventId} is told in two ways`);
      digests.set(eventId, digest);
    }
    const said = new Map(books.flatMap((book) => [...book.said]));
    for (const [place, last] of said) {
      // Dead letters' topics are numbered by nobody.
      if (place.includes(".dlq ")) continue;
      const numbers = (stories.get(place) ?? []).map(({ sequence }) => sequence);
      const whole = numbers.length === last && numbers.every((number, index) => number === index + 1);
      if (!whole) broken(`${place}: numbers 1 to ${last} were committed, the log has ${numbers.join(" ")}`);
    }
    for (const place of stories.keys()) if (!said.has(place)) broken(`${place}: in the log, and nobody said it`);
    return log.length;
  });
}

/** Every consumer took every event that its contract names, once and in order; judged by its inbox. */
function consumersHeardAll({ log, books }: Observation): Finding {
  const events = eventsOf(log);
  const byId = new Map(events.map((event) => [event.eventId, event]));
  return findingOf("every consumer takes every event once, in order per key", (broken) => {
    let looked = 0;
    for (const { service, marks, deadLetters } of books) {
      const receives = new Set(receivesOf(service).map(({ event }) => event));
      const sent = events.filter(({ event }) => receives.has(event));
      const { anomalies } = checkHistory({
        sent: sent.map((event) => ({ ...event, key: placeOf(event) })),
        effects: marks.map(({ id, topic }) => {
          const event = byId.get(id);
          return { consumer: service, key: `${topic} ${event?.key}`, sequence: event?.sequence ?? 0, eventId: id };
        }),
        excused: deadLetters.map(({ eventId }) => ({ consumer: service, eventId })),
      });
      for (const { kind, where, detail } of anomalies) broken(`${kind}: ${where}: ${detail}`);
      looked += sent.length;
    }
    return looked;
  });
}

/** Audit writes what it handles: its table is a history of effects, not only of marks. */
function auditIsInOrder({ log, audited }: Observation): Finding {
  return findingOf("audit's effects are every event, once, in order per key", (broken) => {
    const { anomalies } = checkHistory({
      sent: eventsOf(log).map((event) => ({ ...event, key: placeOf(event) })),
      effects: audited.map(({ topic, key, sequence, eventId }) => ({
        consumer: "audit",
        key: `${topic} ${key}`,
        sequence,
        eventId,
      })),
    });
    for (const { kind, where, detail } of anomalies) broken(`${kind}: ${where}: ${detail}`);
    return audited.length;
  });
}

/** Who hears a topic has heard each key to its end. */
function keysAreHeardOut({ books }: Observation): Finding {
  return findingOf("every key is heard to its end", (broken) => {
    const said = new Map(books.flatMap((book) => [...book.said]));
    let looked = 0;
    for (const { service, heard } of books) {
      for (const [place, last] of heard) {
        looked += 1;
        if (said.get(place) !== last) broken(`${service} heard ${place} up to ${last} of ${said.get(place)}`);
      }
    }
    return looked;
  });
}

/** Analytics only counts: a doubled or a lost effect shows as a wrong number. */
function countsAreExact({ log, counts, steps }: Observation): Finding {
  return findingOf("effects happen once: counters that nothing protects but the inbox are exact", (broken) => {
    const events = eventsOf(log);
    for (const [event, { length }] of Map.groupBy(events, ({ event }) => event))
      if (counts.get(event) !== length) broken(`analytics counted ${counts.get(event)} of ${length} ${event}`);
    const told = Map.groupBy(
      events.filter(({ topic }) => topic === "order-events"),
      ({ key }) => key,
    );
    for (const [orderId, { length }] of told)
      if (steps.get(orderId) !== length)
        broken(`tracking shows ${steps.get(orderId)} of ${length} steps of ${orderId}`);
    return events.length;
  });
}

function nothingIsLeft({ books }: Observation): Finding {
  return findingOf("nothing is left over: no dead letter, nothing parked, nothing unsent", (broken) => {
    for (const { service, deadLetters, parked, outbox } of books) {
      for (const { event, code, message } of deadLetters)
        broken(`${service} has a dead letter: ${event}, ${code}: ${message}`);
      if (parked > 0) broken(`${service} has ${parked} parked events`);
      if (outbox > 0) broken(`${service} has ${outbox} unsent events`);
    }
    return books.length;
  });
}

/** What the runtime promises, judged by what the log and the services' books hold. Pure. */
export const judgeDelivery = (seen: Observation): readonly Finding[] => [
  logIsWhole(seen),
  consumersHeardAll(seen),
  auditIsInOrder(seen),
  keysAreHeardOut(seen),
  countsAreExact(seen),
  nothingIsLeft(seen),
];
