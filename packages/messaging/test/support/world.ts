import { pino } from "pino";
import { createRuntime, seededIds } from "../../src/index.ts";
import type { Clock, Database, Failpoints, NewEvent, Runtime, Service, Settings, Transport } from "../../src/index.ts";

export interface WorldOptions {
  readonly database: Database;
  readonly transport: Transport;
  readonly services: readonly Service[];
  readonly clock?: Clock;
  readonly settings?: Partial<Settings>;
  readonly failpoints?: Failpoints;
  readonly seed?: number;
  readonly log?: boolean;
}

/** A running runtime; stop it at the end of the test. */
export async function running(options: WorldOptions): Promise<Runtime> {
  const { database, transport, services, clock, settings, failpoints, seed } = options;
  const runtime = createRuntime({
    database,
    transport,
    services,
    ...(clock === undefined ? {} : { clock }),
    ...(seed === undefined ? {} : { ids: seededIds(seed) }),
    logger: pino({
      level:
        options.log === true || process.env["LOG_LEVEL"] !== undefined
          ? (process.env["LOG_LEVEL"] ?? "debug")
          : "silent",
    }),
    settings: { pollMs: 100, jitter: 0, ...settings },
    ...(failpoints === undefined ? {} : { failpoints }),
  });
  await runtime.start();
  return runtime;
}

/** Waits until `condition` holds, looking again after every turn of the event loop; gives up after `ms`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = "the condition",
  ms = 40_000,
): Promise<void> {
  const deadline = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${ms} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Sends events as a command of `service`. */
export function send(runtime: Runtime, service: string, ...events: readonly NewEvent[]): Promise<void> {
  return runtime.service(service).transact({}, async () => ({ events, result: undefined }));
}

/** Rows of a table of a service. */
export async function rowsOf(
  database: Database,
  schema: string,
  sql: string,
): Promise<readonly Record<string, unknown>[]> {
  return database.transaction({ schema }, async (session) => (await session.query(sql)).rows);
}
