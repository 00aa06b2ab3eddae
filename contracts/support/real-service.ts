import { createServer, type Api } from "@eventpact/host";
import {
  seededIds,
  systemClock,
  type Envelope,
  type NewEvent,
  type Service,
  type ServiceRuntime,
} from "@eventpact/messaging";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { Registry } from "prom-client";
import { exampleEvent } from "./example.ts";
import { embeddedForTests, emptyTables } from "../../packages/messaging/test/support/embedded.ts";
import { memoryTransport } from "../../packages/messaging/src/adapters/memory/index.ts";
import { attempt } from "../../packages/messaging/src/runtime/attempt.ts";
import { noFailpoints } from "../../packages/messaging/src/runtime/failpoints.ts";
import { readRecord } from "../../packages/messaging/src/runtime/incoming.ts";
import { createMetrics } from "../../packages/messaging/src/runtime/metrics.ts";
import { appendToOutbox } from "../../packages/messaging/src/runtime/outbox.ts";
import type { Parts } from "../../packages/messaging/src/runtime/parts.ts";
import { createServiceRuntime } from "../../packages/messaging/src/runtime/service-runtime.ts";
import { defaults } from "../../packages/messaging/src/runtime/settings.ts";
import { handlerFor } from "../../packages/messaging/src/upcast.ts";

/** What a service would give to the broker: one row of its outbox. */
export interface OutgoingMessage {
  readonly event: string;
  readonly topic: string;
  readonly key: string;
  readonly envelope: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** An event as a handler sees it, to be looked at on its way to the handler. */
export type Look = <Event extends object>(event: Event) => Event;

/** One service with the runtime's own decoder, transactions and outbox on an embedded database; no broker. */
export interface RealService {
  readonly name: string;
  /** Its HTTP face; nothing listens. */
  readonly http: FastifyInstance;
  /** The time it sees. Set it to let time pass. */
  now: Date;
  /**
   * Decodes an event from its bytes, runs the handler's row and commits what it returned. Answers the events said to it.
   * Throws when the decoder refuses the event, when the handler fails, and when it waits for something else.
   */
  hear(event: string, envelope: unknown, look?: Look): Promise<readonly NewEvent[]>;
  /** Hears the documents' own example of an event, with `parts` laid over it. */
  hearExample(event: string, parts?: unknown): Promise<readonly NewEvent[]>;
  /** Runs a job once, in a transaction as the runtime does. */
  run(job: string): Promise<void>;
  /** For commands, reads and seeds. */
  readonly runtime: ServiceRuntime;
  /** The outbox, oldest first. */
  outbox(): Promise<readonly OutgoingMessage[]>;
  /** Empties every table: the next story starts from nothing. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const log = pino({ level: "silent" });

/** Opens a service on a database of its own. Time stands still and identities repeat, so that every run says the same. */
export async function openService(service: Service<Api>): Promise<RealService> {
  const database = await embeddedForTests();
  const time = { now: new Date(Date.UTC(2026, 0, 15, 10, 30)) };
  const clock = { ...systemClock, now: () => time.now };
  const parts = {
    service,
    database,
    transport: memoryTransport(),
    clock,
    ids: seededIds(1),
    log,
    metrics: createMetrics(new Registry(), async () => undefined),
    settings: defaults,
    failpoints: noFailpoints,
  };
  const runtime = createServiceRuntime(parts);
  await runtime.migrate();
  const probes = { notReady: async () => ({}), metrics: async () => ({ contentType: "text/plain", text: "" }) };
  const http = await createServer({ logger: log, probes, requestsPerMinute: 0 });
  if (service.api) await http.register(service.api(runtime));
  const hear = hearing(parts);
  return {
    name: service.name,
    http,
    get now() {
      return time.now;
    },
    set now(moment) {
      time.now = moment;
    },
    runtime,
    hear,
    hearExample: (event, parts) => hear(event, exampleEvent(service.events.catalog, event, parts)),
    run: (name) => {
      const job = service.jobs.find((one) => one.name === name);
      if (job === undefined) throw new Error(`${service.name} has no job "${name}".`);
      return runtime.transact({}, async (context) => ({ events: await job.run(context), result: undefined }));
    },
    outbox: () => outboxOf(parts),
    reset: () => emptyTables(database, service.name),
    close: async () => {
      await http.close();
      await database.close();
    },
  };
}

/** What a broker's record goes through, without the broker: the decoder, the handler's row, the outbox. */
function hearing(parts: Parts): RealService["hear"] {
  const { service, database, clock } = parts;
  return (event, envelope, look = (value) => value) =>
    database.transaction({ schema: service.name }, async (session) => {
      const incoming = readRecord(service, recordOf(service, event, envelope));
      if (incoming.kind.name === "refuse" || incoming.kind.name === "hold") throw incoming.kind.error;
      if (incoming.kind.name === "ignore") throw new Error(`${service.name} has no handler for ${event}.`);
      const { handler } = incoming.kind;
      const lookedAt = ((value: object, context) =>
        handler(lookedThrough(service, event, value, look, envelope) as never, context)) as typeof handler;
      const kind = { ...incoming.kind, handler: lookedAt };
      const outcome = await attempt(parts, session, incoming, kind, { number: 1, replay: false, now: clock.now() });
      if (outcome.name === "failed") throw outcome.error;
      if (outcome.name === "waits") throw new Error(`${service.name} lets ${event} wait: ${outcome.reason}.`);
      await appendToOutbox(session, outcome.drafts, clock.now());
      return outcome.drafts.map((draft) => ({ event: draft.event, key: draft.key, data: draft.envelope.data }));
    });
}

/**
 * What the handler is given, looked at: the event itself or, where upcasters made a newer version of it, that one made
 * again of the event as it came, so that what they read of it is seen.
 */
function lookedThrough(service: Service, event: string, handled: object, look: Look, came: unknown): object {
  const { chain = [] } = handlerFor(event, service.handlers, service.upcasters) ?? {};
  if (chain.length === 0) return look(handled);
  // As it was decoded: an upcaster never meets a value that its reader has not completed.
  const read = service.events.read(event as never, came);
  const seen = look(structuredClone(read.ok ? read.envelope : came) as Envelope);
  const made = chain.reduce(
    (current, { upcast }) => ({ ...current, data: upcast(current.data as never, current) }),
    seen,
  );
  return { ...handled, data: made.data };
}

interface OutboxRow {
  readonly event: string;
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

function outboxOf({ database, service }: Parts): Promise<readonly OutgoingMessage[]> {
  return database.transaction({ schema: service.name, readOnly: true }, async (session) => {
    const { rows } = await session.query<OutboxRow>("select event, topic, key, value, headers from outbox order by id");
    return rows.map(({ value, ...row }) => ({ ...row, envelope: JSON.parse(new TextDecoder().decode(value)) }));
  });
}

/** The record as the event's producer would have written it. */
function recordOf({ events }: Pick<Service, "events">, event: string, envelope: unknown) {
  const contract = events.catalog.events[event];
  if (contract === undefined) throw new Error(`The catalogue has no ${event}.`);
  const key = contract.keyLocation
    .split("/")
    .slice(1)
    .reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], envelope);
  const bytes = new TextEncoder();
  return {
    topic: contract.topic,
    partition: 0,
    offset: 0,
    key: bytes.encode(String(key)),
    value: bytes.encode(JSON.stringify(envelope)),
    headers: {},
    timestamp: Date.UTC(2026, 0, 15, 10, 30),
  };
}
