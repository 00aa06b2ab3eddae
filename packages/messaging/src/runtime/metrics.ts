import { Counter, Gauge, Histogram } from "prom-client";
import type { Registry } from "prom-client";

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * What `/metrics` shows of the runtime. Labels are names from the contracts only, so their number is bounded.
 * `read` fills the gauges; it is called once per scrape.
 */
export function createMetrics(registry: Registry, read: () => Promise<unknown>) {
  const registers = [registry];
  return {
    processed: new Counter({
      name: "eventpact_events_processed_total",
      help: "Events by what became of them.",
      labelNames: ["service", "event", "outcome"] as const,
      registers,
    }),
    attempts: new Counter({
      name: "eventpact_handler_attempts_total",
      help: "Handler runs, retries included.",
      labelNames: ["service", "event", "result"] as const,
      registers,
    }),
    handlerSeconds: new Histogram({
      name: "eventpact_handler_seconds",
      help: "Time a handler took.",
      labelNames: ["service", "event"] as const,
      buckets: SECONDS,
      registers,
    }),
    endToEndSeconds: new Histogram({
      name: "eventpact_end_to_end_seconds",
      help: "From the event's timestamp to its effect.",
      labelNames: ["service", "event"] as const,
      buckets: SECONDS,
      registers,
    }),
    sent: new Counter({
      name: "eventpact_events_sent_total",
      help: "Events the broker took.",
      labelNames: ["service", "topic"] as const,
      registers,
    }),
    sendFailures: new Counter({
      name: "eventpact_send_failures_total",
      help: "Sends the broker refused or did not answer.",
      labelNames: ["service"] as const,
      registers,
    }),
    lost: new Counter({
      name: "eventpact_records_lost_total",
      help: "Records removed from a topic before the group read them.",
      labelNames: ["service", "topic"] as const,
      registers,
    }),
    ...gauges(registers, shared(read)),
  };
}

/** All gauges of one scrape share one reading. */
function shared(read: () => Promise<unknown>): () => Promise<void> {
  let running: Promise<unknown> | undefined;
  return async () => {
    running ??= read().finally(() => (running = undefined));
    await running;
  };
}

function gauges(registers: Registry[], collect: () => Promise<void>) {
  return {
    breaker: new Gauge({
      name: "eventpact_breaker_open",
      help: "1 while consumption of an event is paused.",
      labelNames: ["service", "event"] as const,
      registers,
    }),
    lag: new Gauge({
      name: "eventpact_consumer_lag",
      help: "Records between the end of a partition and the group.",
      labelNames: ["service", "topic", "partition"] as const,
      registers,
      collect,
    }),
    stalled: new Gauge({
      name: "eventpact_partition_stalled_seconds",
      help: "How long a partition with records to go has not moved; 0 while it moves.",
      labelNames: ["service", "topic", "partition"] as const,
      registers,
    }),
    deadLetters: new Gauge({
      name: "eventpact_dead_letters",
      help: "Open dead letters.",
      labelNames: ["service"] as const,
      registers,
      collect,
    }),
    parkedKeys: new Gauge({
      name: "eventpact_parked_keys",
      help: "Keys whose events wait.",
      labelNames: ["service"] as const,
      registers,
      collect,
    }),
    outboxRows: new Gauge({
      name: "eventpact_outbox_rows",
      help: "Events committed and not yet sent.",
      labelNames: ["service"] as const,
      registers,
      collect,
    }),
    outboxAge: new Gauge({
      name: "eventpact_outbox_age_seconds",
      help: "Age of the oldest event not yet sent.",
      labelNames: ["service"] as const,
      registers,
      collect,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
