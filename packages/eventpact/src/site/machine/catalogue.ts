import { spanAt } from "../../read/sources.ts";
import { notesOf } from "../facts/changelog.ts";
import type { EventFacts, Facts } from "../facts/facts.ts";
import { pathOfPointer } from "../facts/facts.ts";
import type { Reliance } from "../facts/reliance.ts";

/**
 * `catalogue.json`: what the pages say of events, services, topics and flows, for tools. Paths are from the site's root.
 * `format` is raised when something in it changes its meaning or goes; new members may come at any time.
 */
export function catalogueJson(facts: Facts): string {
  const { title, model, addresses, flows } = facts;
  const catalogue = {
    format: 1,
    title,
    events: [...facts.events.values()].map((event) => eventEntry(facts, event)),
    services: model.services.map((service) => ({
      name: service.name,
      page: addresses.service(service.name),
      title: service.title,
      file: service.file,
      sends: service.sends.map(({ event }) => event),
      receives: service.receives.map(({ event }) => event),
    })),
    topics: model.topics.map(({ name, writers, readers, events, partitions, cleanupPolicy }) => ({
      name,
      page: addresses.topic(name),
      writers,
      readers,
      events,
      partitions,
      retentionMs: retentionOf(facts, name),
      cleanupPolicy,
    })),
    flows: flows.map(({ id, name, summary, steps, missing }) => ({
      name,
      page: addresses.flow(id),
      summary,
      beginsInTheMiddle: missing !== undefined,
      steps: steps.map(({ event, sender, cause }) => ({ event, sender, cause })),
    })),
    environments: facts.environments.map(({ name, deployments }) => ({ name, deployments })),
  };
  return `${JSON.stringify(catalogue)}\n`;
}

/** As Kafka says it: milliseconds, -1 for ever; undefined where nothing says it. */
function retentionOf({ keeping }: Facts, topic: string): number | undefined {
  const kept = keeping.get(topic);
  return kept?.isStated === true ? (kept.retention ?? -1) : undefined;
}

function eventEntry(facts: Facts, { event, type, isNewest, step, payload }: EventFacts): object {
  const { key, version, lifecycle, title, summary, topics, senders, receivers, contentType, keyLocation } = event;
  return {
    key,
    type,
    version,
    lifecycle,
    newest: isNewest,
    page: facts.addresses.event(key),
    schema: payload && schemaPath(facts, key),
    title,
    summary,
    topics,
    partitionKey: keyLocation && `${keyLocation.source}: ${pathOfPointer(keyLocation.pointer)}`,
    contentType,
    senders,
    receivers,
    source: { file: event.file, line: spanAt(facts.model.sources, event, "key").line },
    sincePrevious: step?.comparison && {
      event: step.older.key,
      newReadersReadOldEvents: step.comparison.backward.verdict,
      oldReadersReadNewEvents: step.comparison.forward.verdict,
      notes: notesOf(step.comparison),
    },
    reliedOn: reliedOn(facts.reliance.get(key)?.fields ?? new Map()),
    environments: facts.standings
      .get(key)
      ?.map(({ environment, senders: saying, receivers: hearing, retirements }) => ({
        environment,
        senders: saying,
        receivers: hearing,
        mayBeRetired: retirements.every(({ may }) => may),
      })),
  };
}

/** Consumer → the fields it relies on, by its contracts. */
function reliedOn(fields: ReadonlyMap<string, readonly Reliance[]>): Readonly<Record<string, readonly string[]>> {
  const pairs = [...fields].flatMap(([path, relying]) => relying.map(({ consumer }) => [consumer, path] as const));
  const grouped = [...Map.groupBy(pairs, ([consumer]) => consumer)];
  return Object.fromEntries(grouped.map(([consumer, found]) => [consumer, found.map(([, path]) => path)]));
}

/** Where the payload's JSON Schema lies by itself, so that editors and validators can point to it. */
export function schemaPath({ addresses }: Pick<Facts, "addresses">, key: string): string {
  return addresses.event(key).replace(/\.html$/, ".schema.json");
}
