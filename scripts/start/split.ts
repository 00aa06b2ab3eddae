import { startGateway } from "@shop/gateway";
import { readEnvironment, serveSite } from "@eventpact/host";
import { catalog } from "@shop/events";
import { startService, type RunningService } from "../../e2e/support/processes.ts";
import { postgresForTests } from "../../packages/messaging/test/support/postgres.ts";
import { tracedAs } from "../otel/tracing.ts";

export interface Split {
  readonly url: string;
  /** Resolves with a sentence when a service ends that nobody stopped. */
  readonly broken: Promise<string>;
  /** False when a service did not finish in time. */
  close(): Promise<boolean>;
}

/** The database server that all share: processes cannot share an embedded one. */
async function server(env: NodeJS.ProcessEnv, tell: (line: string) => void) {
  const given = env["DATABASE_URL"];
  if (given !== undefined && given !== "") return { url: given, close: async () => undefined };
  const own = await postgresForTests();
  if (own === undefined)
    throw new Error(
      "Services that run apart need a PostgreSQL server: set DATABASE_URL (`docker compose up --wait postgres` gives one), or install one (Debian: postgresql).",
    );
  tell("DATABASE_URL is not set: a PostgreSQL server for this run only; its data is gone afterwards.");
  return own;
}

/** Every service as a process of its own, and the gateway in front of them. `DATABASE_URL` and `KAFKA_BROKERS` as ever. */
export async function startSplit(env: NodeJS.ProcessEnv, site: string, tell: (line: string) => void): Promise<Split> {
  const environment = readEnvironment(env, { port: 3000, dataDir: ".data" });
  const database = await server(env, tell);
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
      services.push(await startService(name, { ...own, ...tracedAs(name, env) }));
      tell(`${name} listens on ${services.at(-1)?.url}`);
    }
    const gateway = await startGateway({
      upstreams: Object.fromEntries(services.map(({ name, url }) => [name, url])),
      environment,
      routes: (app) => serveSite(app, site, "/docs/"),
    });
    let closing = false;
    const broken = Promise.race(services.map(async ({ name, ended }) => ({ name, code: await ended }))).then(
      ({ name, code }) => (closing ? "" : `${name} ended with ${code}.`),
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
