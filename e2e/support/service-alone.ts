import { createServer, type Api } from "@eventpact/host";
import {
  systemIds,
  type Context,
  type Database,
  type Envelope,
  type HandlerContext,
  type NewEvent,
  type Service,
  type ServiceRuntime,
} from "@eventpact/messaging";
import type { EventData } from "@shop/events";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { embeddedForTests, emptyTables } from "../../packages/messaging/test/support/embedded.ts";
import { migrate, readMigrations } from "../../packages/messaging/src/database/migrations.ts";
import { handlerFor, upcast } from "../../packages/messaging/src/upcast.ts";

const log = pino({ level: "silent" });

/** The time that a service sees first. */
const start = new Date(Date.UTC(2026, 0, 15, 10, 30));

/** One service on a real database and without a broker: it hears what a test tells it. */
export interface ServiceAlone {
  /** Its HTTP face; nothing listens. */
  readonly http: FastifyInstance;
  /** Every event of its committed transactions, oldest first. */
  readonly said: NewEvent[];
  /** The time it sees. Set it to let time pass. */
  now: Date;
  /** Handles an event in a transaction; answers what is said to it, or why it waits. */
  hear<K extends keyof EventData>(event: K, data: EventData[K]): Promise<readonly NewEvent[] | string>;
  /** Runs a job once. */
  run(job: string): Promise<readonly NewEvent[]>;
  transact: ServiceRuntime["transact"];
  /** Empties every table, forgets what was said and sets the time back: the next test starts from nothing. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

async function prepare(service: Service<Api>, database: Database): Promise<void> {
  const runtime = new URL("../../packages/messaging/migrations/", import.meta.url);
  await migrate(database, service.name, [
    { part: "runtime", migrations: await readMigrations(runtime) },
    { part: "service", migrations: service.migrations ? await readMigrations(service.migrations) : [] },
  ]);
}

/** Throws unless the service may send the event and the event fits its schema. */
function check(service: Service<Api>, event: NewEvent, context: Context): void {
  const { catalog, validate } = service.events;
  const declared = catalog.services[service.name]?.sends.some((operation) => operation.event === event.event);
  if (declared !== true) throw new Error(`${service.name} may not send ${event.event}`);
  const verdict = validate(event.event as never, envelopeOf(event.event, event.data, context));
  if (!verdict.ok) throw new Error(`${event.event} is invalid at ${verdict.path}: ${verdict.message}`);
}

function envelopeOf(event: string, data: unknown, context: Context): Envelope {
  const [eventType = "", version] = event.split(".v");
  const id = context.newId();
  const timestamp = context.now.toISOString();
  return { eventId: id, eventType, version: Number(version), timestamp, sequence: 1, correlationId: id, data };
}

const deliveryOf = (event: string): HandlerContext["delivery"] => ({
  topic: event,
  partition: 0,
  offset: 0,
  key: "",
  headers: {},
});

/** Opens the service on `database`, which `close` closes; on one in memory of its own by default. */
export async function serviceAlone(service: Service<Api>, given?: Database): Promise<ServiceAlone> {
  const database = given ?? (await embeddedForTests());
  await prepare(service, database);
  const within = <T>(readOnly: boolean, work: (context: Context) => Promise<T>): Promise<T> =>
    database.transaction({ schema: service.name, readOnly }, ({ db }) =>
      work({ db, now: alone.now, newId: () => systemIds.newId(alone.now), log }),
    );
  const commit = async <T>(
    work: (context: Context) => Promise<{ events: readonly NewEvent[]; result: T }>,
  ): Promise<T> => {
    const { events, result } = await within(false, async (context) => {
      const done = await work(context);
      for (const event of done.events) check(service, event, context);
      return done;
    });
    alone.said.push(...events);
    return result;
  };
  const transact: ServiceRuntime["transact"] = (_options, work) => commit(work);
  const runtime = { name: service.name, service, transact, read: (work) => within(true, work) } as ServiceRuntime;
  const probes = { notReady: async () => ({}), metrics: async () => ({ contentType: "text/plain", text: "" }) };
  const http = await createServer({ logger: log, probes, requestsPerMinute: 0 });
  if (service.api) await http.register(service.api(runtime));
  const alone: ServiceAlone = {
    http,
    said: [],
    now: start,
    transact,
    hear: (event, data) =>
      commit<readonly NewEvent[] | string>(async (context) => {
        const row = handlerFor(event, service.handlers, service.upcasters);
        if (row === undefined) throw new Error(`${service.name} does not hear ${event}.`);
        const envelope = upcast(envelopeOf(event, data, context), row.chain, service.events);
        const answer = await row.handler(
          envelope as never,
          { ...context, delivery: deliveryOf(event) } as HandlerContext,
        );
        return "wait" in answer ? { events: [], result: answer.wait } : { events: answer, result: answer };
      }),
    run: (name) =>
      commit(async (context) => {
        const events = (await service.jobs.find((job) => job.name === name)?.run(context)) ?? [];
        return { events, result: events };
      }),
    reset: async () => {
      await emptyTables(database, service.name);
      alone.said.length = 0;
      alone.now = start;
    },
    close: async () => {
      await http.close();
      await database.close();
    },
  };
  return alone;
}
