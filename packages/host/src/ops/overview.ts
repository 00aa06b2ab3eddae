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
  /** Handler runs that failed, retries included, and records given up, since the process started. */
  readonly failures: number;
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

interface Counters {
  readonly processed: readonly Sample[];
  readonly attempts: readonly Sample[];
  readonly sent: readonly Sample[];
}

async function overviewOf(service: ServiceRuntime, { processed, attempts, sent }: Counters): Promise<ServiceOverview> {
  const lagByTopic: Record<string, number> = {};
  for (const { topic, lag } of await service.lag()) lagByTopic[topic] = (lagByTopic[topic] ?? 0) + lag;
  const total = (counts: Record<string, number>): number =>
    Object.values(counts).reduce((sum, count) => sum + count, 0);
  const outcomes = sumBy(processed, "outcome", { service: service.name });
  const runs = sumBy(attempts, "result", { service: service.name });
  return {
    name: service.name,
    title: service.service.events.catalog.services[service.name]?.title ?? service.name,
    lag: total(lagByTopic),
    lagByTopic,
    parked: (await service.parked(1_000)).length,
    deadLetters: await service.deadLetters.depth(),
    outcomes,
    failures: (runs["failed"] ?? 0) + (outcomes["dead"] ?? 0),
    sent: total(sumBy(sent, "topic", { service: service.name })),
  };
}

/** The state of everything that runs here, read at once. */
export async function overview(runtime: Runtime): Promise<Overview> {
  const counters = {
    processed: await samples(runtime.registry, "eventpact_events_processed_total"),
    attempts: await samples(runtime.registry, "eventpact_handler_attempts_total"),
    sent: await samples(runtime.registry, "eventpact_events_sent_total"),
  };
  const sentByTopic = sumBy(counters.sent, "topic");
  const services = [];
  for (const service of runtime.services) services.push(await overviewOf(service, counters));
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
