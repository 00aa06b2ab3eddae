import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { Clock } from "../ports/clock.ts";
import { readingsOf, thresholds, type Reading, type Thresholds } from "./conditions.ts";
import { rateWindow, readFigures } from "./figures.ts";
import { adopted, look, reopened, type Change, type Incidents } from "./incidents.ts";
import type { IncidentMemory } from "./memory.ts";
import { openOutbound, outboundDefaults, type OutboundSettings } from "./outbound.ts";
import type { Notice, Sink } from "./sinks.ts";

export interface WatchSettings {
  readonly thresholds: Thresholds;
  readonly everyMs: number;
  /** Lag, parked keys, outbox age and failures must last so long before they are an incident. */
  readonly patienceMs: number;
  /** A condition must be calm for so long before its incident ends. */
  readonly calmMs: number;
  /** The failure rate is that of the last so many milliseconds. */
  readonly windowMs: number;
  readonly outbound: OutboundSettings;
}

export const watchDefaults: WatchSettings = {
  thresholds,
  everyMs: 15_000,
  patienceMs: 60_000,
  calmMs: 60_000,
  windowMs: 300_000,
  outbound: outboundDefaults,
};

export interface WatchOptions {
  /** What is watched: a runtime fits as it is. */
  readonly runtime: {
    readonly registry: Registry;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly services: readonly { readonly name: string }[];
  };
  readonly sinks: readonly Sink[];
  readonly memory: IncidentMemory;
  /** The console's address, put into every alert. */
  readonly link?: string | undefined;
  readonly settings?: Partial<WatchSettings>;
}

export interface Watch {
  /** Stops looking, and gives waiting alerts `ms` to leave. */
  stop(ms?: number): Promise<void>;
}

/**
 * Watches a runtime's own figures and tells people: once when an incident begins, once when it ends, whatever the number of
 * processes and restarts. When the database cannot say who tells, this process does: twice is better than never.
 */
export function watchRuntime(options: WatchOptions): Watch {
  const { runtime, memory } = options;
  const { clock, logger } = runtime;
  const settings = { ...watchDefaults, ...options.settings };
  const outbounds = options.sinks.map((sink) => openOutbound(sink, settings.outbound, clock, logger));
  const services = runtime.services.map(({ name }) => name);
  const stopped = new AbortController();
  const rate = rateWindow(settings.windowMs);
  // Told here, and not noted in the database: ends are told here as well.
  const unnoted = new Set<string>();
  let incidents: Incidents = new Map();

  const tell = (kind: Notice["kind"], reading: Reading): void => {
    const { key, service, condition, severity, summary, value, threshold } = reading;
    const common = { service, condition, severity, summary, value, threshold };
    const notice = { ...common, kind, dedupKey: `eventpact/${key}`, at: clock.now(), link: options.link };
    logger.warn({ alert: notice.dedupKey, kind, value, threshold }, "an alert");
    for (const outbound of outbounds) outbound.tell(notice);
  };
  const change = async ({ kind, reading }: Change): Promise<void> => {
    const { key } = reading;
    const now = clock.now();
    if (kind === "touch") return memory.touch(key, now).catch(() => undefined);
    if (kind === "open") {
      const first = await memory.claim(key, now).catch(() => void unnoted.add(key));
      if (first !== false) tell("open", reading);
      return;
    }
    const outcome = await memory
      .release(key, new Date(now.getTime() - settings.calmMs))
      .catch(() => "unknown" as const);
    if (outcome === "seen" || (outcome === "unknown" && !unnoted.has(key))) incidents = reopened(incidents, key);
    else if (unnoted.delete(key) || outcome === "closed") tell("close", reading);
  };
  const once = async (): Promise<void> => {
    const figures = await readFigures(runtime.registry, services);
    const now = clock.elapsed();
    const readings = figures.flatMap((one) =>
      readingsOf(one, rate(one, now), settings.thresholds, settings.patienceMs),
    );
    const seen = look(incidents, readings, now, settings.calmMs);
    incidents = seen.incidents;
    for (const one of seen.changes) await change(one);
  };
  const run = async (): Promise<void> => {
    incidents = adopted(await memory.open(services).catch(() => []));
    while (!stopped.signal.aborted) {
      await once().catch((error: unknown) => logger.warn({ err: error }, "the figures could not be read for alerts"));
      await clock.sleep(settings.everyMs, stopped.signal);
    }
  };
  const running = run();
  return {
    stop: async (ms = 2_000) => {
      stopped.abort();
      await running;
      await Promise.all(outbounds.map((outbound) => outbound.close(ms)));
    },
  };
}
