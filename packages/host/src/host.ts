import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import {
  createRuntime,
  failpointsFrom,
  flushTraces,
  openDatabase,
  type Database,
  type Runtime,
  type Service,
  type ServiceRuntime,
  type Transport,
} from "@eventpact/messaging";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import { pino, type Logger } from "pino";
import { startAlerts } from "./alerts.ts";
import { admit, type Access } from "./ops/access.ts";
import type { Environment } from "./environment.ts";
import { operations } from "./ops/api.ts";
import { servePages } from "./pages.ts";
import { queryOf, wantsPage } from "./people.ts";
import { createServer } from "./server.ts";

/** A service's `api.ts`: routes over its runtime. */
export type Api = (runtime: ServiceRuntime) => FastifyPluginAsync;

/** Well within the 30 s that supervisors usually give a process before they kill it. */
const DRAIN_MS = 20_000;
/** A collector that is away must not keep a process. */
const FLUSH_MS = 3_000;

/** What a service brings to be hosted. */
export interface Hosted {
  readonly service: Service<Api>;
  /** Fills an empty service through its own commands; must be safe to run at every start. */
  readonly seed?: (runtime: ServiceRuntime) => Promise<void>;
}

export interface HostOptions {
  readonly services: readonly Hosted[];
  readonly environment: Environment;
  /** Further routes on the same origin: pages, documentation. */
  readonly routes?: (app: FastifyInstance, runtime: Runtime) => Promise<void>;
  /** What is to be done when everything else has been closed. */
  readonly closed?: () => Promise<void>;
}

export interface Host {
  /** Where it listens, `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly runtime: Runtime;
  /** Takes no new requests, drains, commits, closes. `drained` is false when the deadline came first. */
  close(deadlineMs?: number): Promise<{ readonly drained: boolean }>;
}

// What people must not be able to read in a log, wherever a service or a library puts it.
const redact = {
  paths: [
    "req.headers.authorization",
    "*.password",
    "*.token",
    "email",
    "*.email",
    "shippingAddress",
    "*.shippingAddress",
  ],
  censor: "[masked]",
};

async function openTransport(environment: Environment, database: Database, logger: Logger): Promise<Transport> {
  if (environment.kafkaBrokers.length === 0) {
    const { postgresLog } = await import("@eventpact/messaging/postgres-log");
    return postgresLog({ database });
  }
  const { openKafka } = await import("@eventpact/messaging/kafka");
  return openKafka({ brokers: environment.kafkaBrokers, log: logger });
}

function openStorage({ databaseUrl, databaseConnections = 20, dataDir }: Environment): Promise<Database> {
  if (databaseUrl !== undefined) return openDatabase({ url: databaseUrl, maxConnections: databaseConnections });
  const folder = resolve(dataDir);
  mkdirSync(folder, { recursive: true });
  return openDatabase({ dataDir: folder });
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** For operators only: a request from this machine, or one that shows the token. */
    operators?: boolean;
    /** Where people go who typed this address: a page that shows the same, and asks for the token where it takes one. */
    page?: string;
  }
}

async function serve(runtime: Runtime, options: HostOptions): Promise<FastifyInstance> {
  const { host, opsToken: token, requestsPerMinute } = options.environment;
  const access: Access = { host, token };
  const app = await createServer({
    logger: runtime.logger,
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    probes: {
      notReady: async () => {
        const { ready, problems } = await runtime.health();
        return ready ? {} : { runtime: problems.join(" ") || "starting" };
      },
      metrics: async () => ({ contentType: runtime.registry.contentType, text: await runtime.registry.metrics() }),
    },
  });
  app.addHook("onRequest", async (request, reply) => {
    const { page, operators } = request.routeOptions.config;
    if (page !== undefined && wantsPage(request)) return reply.redirect(page + queryOf(request.url));
    if (operators === true) admit(request, access);
  });
  for (const { service } of options.services) {
    if (service.api) await app.register(service.api(runtime.service(service.name)));
  }
  await servePages(app, new URL("./shared/", import.meta.url), "/shared/");
  await operations(app, runtime, access);
  await options.routes?.(app, runtime);
  return app;
}

/**
 * Starts services together in this process: database, transport, consumers, then HTTP on one origin.
 * Rejects, with everything closed again, when any of it cannot start.
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const { environment } = options;
  const logger = pino({ level: environment.logLevel, redact });
  const closers: (() => Promise<unknown>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    const database = await openStorage(environment);
    closers.push(() => database.close());
    const transport = await openTransport(environment, database, logger);
    closers.push(() => transport.close(5_000));
    const runtime = createRuntime({
      services: options.services.map((hosted) => hosted.service),
      database,
      transport,
      logger,
      failpoints: failpointsFrom(environment.failpoints, () => process.kill(process.pid, "SIGKILL")),
    });
    await runtime.start();
    let drained = true;
    let deadline = DRAIN_MS;
    closers.push(async () => {
      ({ drained } = await runtime.stop(deadline));
    });
    for (const { service, seed } of options.services) await seed?.(runtime.service(service.name));
    const app = await serve(runtime, options);
    closers.push(() => app.close());
    if (environment.alerts !== undefined) {
      const watch = startAlerts(runtime, database, environment.alerts);
      closers.push(() => watch.stop());
    }
    const url = await app.listen({ port: environment.port, host: environment.host });
    return {
      url,
      runtime,
      async close(deadlineMs = DRAIN_MS) {
        deadline = deadlineMs;
        await closeAll();
        await flushTraces(FLUSH_MS);
        await options.closed?.();
        return { drained };
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
