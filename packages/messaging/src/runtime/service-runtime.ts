import type { RuntimeStatus, ServiceRuntime } from "./api.ts";
import { createConsumer } from "./consumer.ts";
import { createDeadLetters } from "./dead-letters.ts";
import { cleanUp } from "./housekeeping.ts";
import { runJob } from "./jobs.ts";
import { listParked } from "./parked-store.ts";
import { topicsOf, type Parts } from "./parts.ts";
import { createRelay } from "./relay.ts";
import { migrateService, replay } from "./replay.ts";
import { read, transact } from "./transact.ts";

export interface RunningService extends ServiceRuntime {
  readonly parts: Parts;
  migrate(): Promise<void>;
  start(): void;
  /** Consumer and jobs first, then the relay, so that what they committed is still sent. */
  stop(deadlineMs: number): Promise<void>;
  problems(): readonly string[];
  status(): RuntimeStatus["services"][number];
}

/** One service with everything that runs for it. */
export function createServiceRuntime(parts: Parts): RunningService {
  const { service, database, transport } = parts;
  const relay = createRelay(parts);
  const working = new AbortController();
  const sending = new AbortController();
  let drainMs = 0;
  const consumer = createConsumer(parts, relay.wake, () => drainMs);
  let work: Promise<unknown> = Promise.resolve();
  let sends: Promise<unknown> = Promise.resolve();
  return {
    parts,
    service,
    name: service.name,
    migrate: () => migrateService(parts, service.name),
    start: () => {
      sends = relay.run(sending.signal);
      work = Promise.all([
        consumer.run(working.signal),
        cleanUp(parts, working.signal),
        ...service.jobs.map((job) => runJob(parts, job, relay.wake, working.signal)),
      ]);
    },
    stop: async (deadlineMs) => {
      drainMs = deadlineMs;
      working.abort();
      await work;
      sending.abort();
      await sends;
    },
    problems: () => consumer.problems(),
    status: () => ({
      service: service.name,
      problems: consumer.problems(),
      ...consumer.describe(),
      relay: relay.describe(),
    }),
    transact: async (options, run) => {
      const result = await transact(parts, options, run);
      relay.wake();
      return result;
    },
    read: (run) => read(parts, run),
    deadLetters: createDeadLetters(parts, consumer.wake),
    parked: (limit = 100) =>
      database.transaction({ schema: service.name, readOnly: true, urgency: "urgent" }, (session) =>
        listParked(session, limit),
      ),
    lag: () => transport.lag(service.name, topicsOf(service)),
    replay: (options) => replay(parts, options),
  };
}
