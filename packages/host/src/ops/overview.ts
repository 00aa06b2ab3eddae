import type { Runtime, ServiceRuntime } from "@eventpact/messaging";
import type { Registry } from "prom-client";

export interface ServiceOverview {
  readonly name: string;
  readonly title: string;
  /** Records between the ends of its topics and what it has done. */
  readonly lag: number;
  readonly lagByTopic: Readonly<Record<string, number>>;
  readonly parked: number;
  readonly deadLetters: number;
  /** Counts since the process started; the difference of two readings is a rate. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly sent: number;
}

export interface Overview {
  readonly at: string;
  readonly transport: string;
  readonly problems: readonly string[];
  readonly services: readonly ServiceOverview[];
  /** Arrows of the topology: who writes and who reads each topic. */
  readonly topics: readonly {
    readonly name: string;
    readonly writer: string;
    readonly readers: readonly string[];
    readonly sent: number;
  }[];
}

interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

async function samples(registry: Registry, name: string): Promise<readonly Sample[]> {
  const metric = registry.getSingleMetric(name);
  return metric ? ((await metric.get()).values as readonly Sample[]) : [];
}

function sumBy(
  rows: readonly Sample[],
  label: string,
  where: Readonly<Record<string, string>> = {},
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { labels, value } of rows) {
    if (Object.entries(where).some(([name, wanted]) => labels[name] !== wanted)) continue;
    const key = String(labels[label]);
    sums[key] = (sums[key] ?? 0) + value;
  }
  return sums;
}

async function overviewOf(
  service: ServiceRuntime,
  processed: readonly Sample[],
  sent: readonly Sample[],
): Promise<ServiceOverview> {
  const lagByTopic: Record<string, number> = {};
  for (const { topic, lag } of await service.lag()) lagByTopic[topic] = (lagByTopic[topic] ?? 0) + lag;
  const total = (counts: Record<string, number>): number =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    name: service.name,
    title: service.service.events.catalog.services[service.name]?.title ?? service.name,
    lag: total(lagByTopic),
    lagByTopic,
    parked: (await service.parked(1_000)).length,
    deadLetters: await service.deadLetters.depth(),
    outcomes: sumBy(processed, "outcome", { service: service.name }),
    sent: total(sumBy(sent, "topic", { service: service.name })),
  };
}

/** The state of everything that runs here, read at once. */
export async function overview(runtime: Runtime): Promise<Overview> {
  const processed = await samples(runtime.registry, "eventpact_events_processed_total");
  const sent = await samples(runtime.registry, "eventpact_events_sent_total");
  const sentByTopic = sumBy(sent, "topic");
  const services = [];
  for (const service of runtime.services) services.push(await overviewOf(service, processed, sent));
  const catalog = runtime.services[0]?.service.events.catalog;
  const topics = Object.entries(catalog?.topics ?? {}).map(([name, topic]) => ({
    name,
    writer: topic.writer,
    readers: Object.entries(catalog?.services ?? {})
      .filter(([, service]) => service.receives.some(({ event }) => topic.events.includes(event)))
      .map(([reader]) => reader),
    sent: sentByTopic[name] ?? 0,
  }));
  const { problems } = await runtime.health();
  return { at: runtime.clock.now().toISOString(), transport: runtime.transport.name, problems, services, topics };
}
