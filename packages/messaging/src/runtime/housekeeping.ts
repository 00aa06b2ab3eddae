import { cleanInbox } from "./inbox-store.ts";
import { topicsOf, type Parts } from "./parts.ts";

const CLEAN_EVERY_MS = 60_000;

/** Removes inbox marks whose window has passed, until `signal` aborts. */
export async function cleanUp(parts: Parts, signal: AbortSignal): Promise<void> {
  const { database, service, clock, settings, log } = parts;
  const window = inboxWindow(parts);
  while (!signal.aborted) {
    await clock.sleep(CLEAN_EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      const before = new Date(clock.now().getTime() - window);
      while (
        (await database.transaction({ schema: service.name }, (session) =>
          cleanInbox(session, before, settings.relayBatch * 10),
        )) > 0
      ) {
        if (signal.aborted) return;
      }
    } catch (error) {
      log.warn({ err: error }, "old inbox marks could not be removed");
    }
  }
}

/** Within what a Date can hold, and nobody's events are older. */
const FOR_EVER = 200 * 365 * 86_400_000;

/** Marks live at least as long as the longest retention of what the service hears; a negative one keeps events for ever. */
export function inboxWindow({ service, settings }: Pick<Parts, "service" | "settings">): number {
  const { topics } = service.events.catalog;
  const kept = topicsOf(service).map((topic) => topics[topic]?.retentionMs ?? 0);
  return kept.some((retentionMs) => retentionMs < 0) ? FOR_EVER : Math.max(settings.inboxWindowMs, ...kept);
}

/** Reads the gauges of a service, for `/metrics`. What cannot be read keeps its last value. */
export async function readGauges(parts: Parts): Promise<void> {
  const { database, service, transport, metrics, clock } = parts;
  const labels = { service: service.name };
  const { rows } = await database.transaction({ schema: service.name, readOnly: true }, (session) =>
    session.query<{ letters: number; keys: number; waiting: number; oldest: Date | null }>(
      `select (select count(*) from dead_letters where status = 'open')::int as letters,
         (select count(*) from (select distinct topic, key from parked) as k)::int as keys,
         (select count(*) from outbox)::int as waiting, (select min(created_at) from outbox) as oldest`,
    ),
  );
  const row = rows[0];
  if (row !== undefined) {
    metrics.deadLetters.set(labels, row.letters);
    metrics.parkedKeys.set(labels, row.keys);
    metrics.outboxRows.set(labels, row.waiting);
    metrics.outboxAge.set(
      labels,
      row.oldest === null ? 0 : Math.max(0, clock.now().getTime() - row.oldest.getTime()) / 1_000,
    );
  }
  for (const { topic, partition, lag } of await transport.lag(service.name, topicsOf(service))) {
    metrics.lag.set({ ...labels, topic, partition: String(partition) }, lag);
  }
}
