import type { Logger } from "pino";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Ids } from "../ports/ids.ts";
import type { SharedLog, Transport } from "../ports/transport.ts";
import type { Service } from "../service.ts";
import type { Failpoints } from "./failpoints.ts";
import type { Metrics } from "./metrics.ts";
import { longestDelay } from "./schedule.ts";
import type { Settings } from "./settings.ts";

/** What every part of one service's runtime works with. */
export interface Parts {
  readonly service: Service;
  readonly database: Database;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly settings: Settings;
  readonly failpoints: Failpoints;
}

/** The log, when it is kept in the very database of the services: then one transaction can hold both. */
export function sharedLog({ transport, database }: Pick<Parts, "transport" | "database">): SharedLog | undefined {
  return transport.within?.database === database ? transport.within : undefined;
}

/** How far away a due time can be; see `dueIn`. */
export const farthestDue = ({ settings, service }: Pick<Parts, "settings" | "service">): number =>
  longestDelay(
    settings,
    Object.values(service.policies).map((policy) => policy?.attemptsAtMs),
  );

/** The topics a service hears. */
export function topicsOf(service: Service): readonly string[] {
  const { events, services } = service.events.catalog;
  const topics = (services[service.name]?.receives ?? []).map(({ event }) => events[event]?.topic);
  return [...new Set(topics.filter((topic) => topic !== undefined))].sort();
}

/** Where the dead letters of `service` from `topic` are published. */
export const deadLetterTopic = (topic: string, service: string): string => `${topic}.${service}.dlq`;

/** The event's name for a metric's label: only names from the contracts, else anybody could invent labels without end. */
export function knownEvent({ service }: Parts, incoming: { readonly event: string | undefined }): string {
  return incoming.event !== undefined && Object.hasOwn(service.events.catalog.events, incoming.event)
    ? incoming.event
    : "unknown";
}
