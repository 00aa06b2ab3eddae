import { join, resolve } from "node:path";
import { startGateway } from "@shop/gateway";
import { readEnvironment, serveSite } from "@eventpact/host";
import { catalog } from "@shop/events";
import { lockDataDir } from "../../packages/messaging/src/database/data-dir-lock.ts";
import { isOpenToServer, postgresOfOurOwn } from "../postgres/server.ts";
import { tracedAs } from "../otel/tracing.ts";
import { startService, type RunningService } from "./service-process.ts";

export interface Split {
  readonly url: string;
  /** Resolves with a sentence when a service ends that nobody stopped. */
  readonly broken: Promise<string>;
  /** False when a service did not finish in time. */
  close(): Promise<boolean>;
}

export interface SplitOptions {
  /** `DATABASE_URL` and `KAFKA_BROKERS` as ever. */
  readonly env: NodeJS.ProcessEnv;
  readonly site: string;
  readonly tell: (line: string) => void;
  /** Aborted: stop what was started so far and reject. */
  readonly signal: AbortSignal;
}

interface Server {
  readonly url: string;
  close(): Promise<void>;
}

/** The database server that all share: processes cannot share an embedded one. */
async function server({ env, tell }: SplitOptions, dataDir: string): Promise<Server> {
  const given = env["DATABASE_URL"];
  if (given !== undefined && given !== "") return { url: given, close: async () => undefined };
  const unlock = lockDataDir(dataDir);
  try {
    const isKept = isOpenToServer(dataDir);
    const folder = join(dataDir, "postgres");
    tell(
      isKept
        ? `Starting PostgreSQL on ${folder} …`
        : `The user postgres may not enter ${dataDir}: a PostgreSQL server for this run only, whose data goes with it. DATABASE_URL or another DATA_DIR keeps it.`,
    );
    const own = await postgresOfOurOwn({ durable: true, ...(isKept ? { folder } : {}) });
    if (own === undefined)
      throw new Error(
        "Services that run apart need a PostgreSQL server: set DATABASE_URL (`docker compose up --wait postgres` gives one), or install one (Debian: postgresql).",
      );
    return {
      url: own.url,
      async close() {
        await own.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/**
 * Every service as a process of its own, and the gateway in front of them. Rejects, with everything ended again, when
 * any of it cannot start or `signal` says so.
 */
export async function startSplit(options: SplitOptions): Promise<Split> {
  const { env, site, tell, signal } = options;
  const environment = readEnvironment(env, { port: 3000, dataDir: join(".data", "split") });
  const database = await server(options, resolve(environment.dataDir));
  const services: RunningService[] = [];
  const stopAll = async (): Promise<boolean> => {
    const codes = await Promise.all(services.map((service) => service.stop()));
    await database.close();
    return codes.every((code) => code === 0);
  };
  try {
    const own = {
      DATABASE_URL: database.url,
      DATABASE_CONNECTIONS: env["DATABASE_CONNECTIONS"] ?? "8",
      KAFKA_BROKERS: environment.kafkaBrokers.join(","),
      HOST: "127.0.0.1",
      REQUESTS_PER_MINUTE: "0",
    };
    // One after the other: they migrate, and a laptop has few cores.
    for (const name of Object.keys(catalog.services)) {
      const service = await startService(name, { ...own, ...tracedAs(name, env) }, { tell: console.log, signal });
      services.push(service);
      tell(`${name} listens on ${service.url} (process ${service.pid})`);
    }
    const gateway = await startGateway({
      upstreams: Object.fromEntries(services.map(({ name, url }) => [name, url])),
      environment,
      routes: (app) => serveSite(app, site, "/docs/"),
    });
    let closing = false;
    const broken = Promise.race(services.map(async ({ name, ended }) => `${name} ended with ${await ended}`)).then(
      (sentence) => (closing ? "" : sentence),
    );
    return {
      url: gateway.url,
      broken,
      async close() {
        closing = true;
        await gateway.close();
        return stopAll();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}
