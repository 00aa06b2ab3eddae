import type { Registry } from "prom-client";
import type { Figures, Rate } from "./conditions.ts";

interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

async function sum(registry: Registry, metric: string, labels: Readonly<Record<string, string>>): Promise<number> {
  const found = registry.getSingleMetric(metric);
  // A typing error here would be a condition that never fires.
  if (found === undefined) throw new Error(`The registry has no metric ${metric}.`);
  const { values } = (await found.get()) as { readonly values: readonly Sample[] };
  return values
    .filter((sample) => Object.entries(labels).every(([name, value]) => sample.labels[name] === value))
    .reduce((total, { value }) => total + value, 0);
}

/** Names of the metrics that alerts are made from. */
export const alertMetrics = {
  deadLetters: "eventpact_dead_letters",
  lag: "eventpact_consumer_lag",
  parkedKeys: "eventpact_parked_keys",
  outboxAge: "eventpact_outbox_age_seconds",
  attempts: "eventpact_handler_attempts_total",
} as const;

/** The figures of each service, from the registry behind `/metrics`. */
export async function readFigures(registry: Registry, services: readonly string[]): Promise<readonly Figures[]> {
  const figures: Figures[] = [];
  for (const service of services) {
    const own = { service };
    figures.push({
      service,
      deadLetters: await sum(registry, alertMetrics.deadLetters, own),
      lag: await sum(registry, alertMetrics.lag, own),
      parkedKeys: await sum(registry, alertMetrics.parkedKeys, own),
      outboxAgeSeconds: await sum(registry, alertMetrics.outboxAge, own),
      failed: await sum(registry, alertMetrics.attempts, { ...own, result: "failed" }),
      done: await sum(registry, alertMetrics.attempts, { ...own, result: "done" }),
    });
  }
  return figures;
}

const FEWEST_RUNS = 20;

/** Handler runs of the last `windowMs`, by service. Undefined while they are too few for a rate. */
export function rateWindow(windowMs: number): (figures: Figures, now: number) => Rate | undefined {
  const history = new Map<string, { readonly at: number; readonly failed: number; readonly done: number }[]>();
  return ({ service, failed, done }, now) => {
    const seen = [...(history.get(service) ?? []), { at: now, failed, done }];
    // The newest sample from before the window is where the window begins.
    const begin = Math.max(
      0,
      seen.findLastIndex(({ at }) => at <= now - windowMs),
    );
    const kept = seen.slice(begin);
    history.set(service, kept);
    const [first] = kept;
    if (first === undefined) return undefined;
    const runs = failed + done - first.failed - first.done;
    return runs < FEWEST_RUNS ? undefined : { failed: failed - first.failed, runs };
  };
}
