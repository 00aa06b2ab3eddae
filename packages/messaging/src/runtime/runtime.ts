import { Registry } from "prom-client";
import { MessagingError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import { systemIds } from "../ports/ids.ts";
import type { TopicSpec } from "../ports/transport.ts";
import type { Service } from "../service.ts";
import type { Health, Runtime, RuntimeOptions } from "./api.ts";
import { noFailpoints } from "./failpoints.ts";
import { createLogger } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { readGauges } from "./housekeeping.ts";
import { deadLetterTopic, topicsOf } from "./parts.ts";
import { createServiceRuntime, type RunningService } from "./service-runtime.ts";
import { defaults } from "./settings.ts";
import { timeBy, timeOf } from "./shared-clock.ts";

const DRAIN_MS = 10_000;

/**
 * Puts services, a database and a transport together. Nothing runs before `start()`. The caller opened the
 * database and the transport, and closes them after `stop()`.
 */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { services, database, transport, ids = systemIds, logger = createLogger() } = options;
  const time = options.clock === undefined ? timeOf(database) : timeBy(options.clock);
  const { clock } = time;
  const { registry = new Registry(), failpoints = noFailpoints } = options;
  const metrics = createMetrics(registry, () => Promise.allSettled(all.map((one) => readGauges(one.parts))));
  const settings = { ...defaults, ...options.settings };
  const all: readonly RunningService[] = services.map((service) =>
    createServiceRuntime({
      service,
      database,
      transport,
      clock,
      ids,
      log: logger.child({ service: service.name }),
      metrics,
      settings: { ...settings, ...service.settings },
      failpoints,
    }),
  );
  const stopped = new AbortController();
  let state: "new" | "starting" | "running" | "stopping" | "stopped" = "new";
  return {
    services: all,
    registry,
    transport,
    logger,
    clock,
    service: (name) => {
      const found = all.find((one) => one.name === name);
      if (found === undefined)
        throw new MessagingError(
          "closed",
          `No service "${name}" runs here; there are: ${services.map((one) => one.name).join(", ")}.`,
        );
      return found;
    },
    start: async () => {
      if (state !== "new") throw new MessagingError("closed", "A runtime is started once; make a new one.");
      state = "starting";
      for (const one of all) await one.migrate();
      await time.begin(services.map(({ name }) => name));
      await transport.ensureTopics(topicSpecs(services));
      for (const one of all) one.start();
      void time.keep(stopped.signal);
      state = "running";
    },
    stop: async (deadlineMs = DRAIN_MS) => {
      state = "stopping";
      const drained = await drain(all, clock, deadlineMs);
      stopped.abort();
      state = "stopped";
      return { drained };
    },
    health: () => health(options, all, state),
    status: () => ({ database: database.usage, services: all.map((one) => one.status()) }),
  };
}

/** Answers false when the deadline came first. */
async function drain(all: readonly RunningService[], clock: Clock, deadlineMs: number): Promise<boolean> {
  const finished = Promise.all(all.map((one) => one.stop(deadlineMs))).then(() => true);
  const timer = new AbortController();
  const drained = await Promise.race([finished, clock.sleep(deadlineMs, timer.signal).then(() => false)]);
  timer.abort();
  return drained;
}

async function health({ database }: RuntimeOptions, all: readonly RunningService[], state: string): Promise<Health> {
  const problems = all.flatMap((one) => one.problems());
  if (state !== "running") return { live: true, ready: false, problems: [`The runtime is ${state}.`, ...problems] };
  try {
    await database.ping();
    return { live: true, ready: true, problems };
  } catch (error) {
    return {
      live: true,
      ready: false,
      problems: [error instanceof Error ? error.message : String(error), ...problems],
    };
  }
}

/** Topics that the services write or hear, and those of their dead letters. */
function topicSpecs(services: readonly Service[]): readonly TopicSpec[] {
  const specs = new Map<string, TopicSpec>();
  for (const service of services) {
    const { catalog } = service.events;
    for (const [name, { partitions, retentionMs, cleanupPolicy, writer }] of Object.entries(catalog.topics)) {
      const heard = topicsOf(service).includes(name);
      if (heard || writer === service.name) specs.set(name, { name, partitions, retentionMs, cleanupPolicy });
      const letters = deadLetterTopic(name, service.name);
      // A letter is kept as long as its event was: not less, as the broker's own default might have it.
      if (heard) specs.set(letters, { name: letters, partitions, retentionMs });
    }
  }
  return [...specs.values()];
}
