import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type Database, type Transport } from "@eventpact/messaging";
import { postgresLog } from "@eventpact/messaging/postgres-log";
import { postgresForTests, type TestServer } from "../postgres/server.ts";
import { freePort } from "../kafka/reach.ts";
import { startKafka, type Kafka } from "../kafka/start.ts";
import type { Doors } from "./customers.ts";
import type { MailServer } from "./mail-server.ts";
import { root, startMember, type Member } from "./member.ts";

export type Mode = "embedded" | "postgres" | "kafka";

/** The shop, and what it stands on, so that it can be shaken. */
export interface Place {
  readonly mode: Mode;
  readonly members: readonly Member[];
  readonly doors: Doors;
  readonly postgres: NonNullable<TestServer["control"]> | undefined;
  readonly kafka: Kafka | undefined;
  /** Everything is stopped in order; answers what did not end with 0. */
  stop(): Promise<readonly string[]>;
  /** What is left, to be looked at after `stop`. */
  open(): Promise<{ readonly database: Database; readonly transport: Transport }>;
  close(): Promise<void>;
}

/** One process each; those that customers and money depend on twice. */
const cast = [
  "order",
  "order",
  "inventory",
  "inventory",
  "payment",
  "payment",
  "shipping",
  "email",
  "tracking",
  "analytics",
  "audit",
] as const;

/** How long an order waits for an answer here. */
export const ORDER_PATIENCE_MS = 240_000;
const timings = {
  CARRIER_PICK_UP_MS: "700",
  CARRIER_DELIVER_MS: "1200",
  ORDER_STEP_TIMEOUT_MS: String(ORDER_PATIENCE_MS),
};

export interface PlaceOptions {
  readonly mode: Mode;
  readonly mail: MailServer;
  /** How wrong the clock of each next process is. */
  readonly clockMs: () => number;
  /** A folder for what the processes print. */
  readonly logs?: string | undefined;
  readonly onSurprise: (what: string) => void;
  readonly onRefused: (why: string) => void;
  readonly tell: (line: string) => void;
}

const codes = async (members: readonly Member[]): Promise<readonly string[]> => {
  const ended = await Promise.all(members.map(async (member) => [member, await member.stop()] as const));
  return ended.flatMap(([member, code]) =>
    code === 0 ? [] : [`${member.name} ended with ${code}: ${member.output().slice(-500)}`],
  );
};

async function embedded({ mail, clockMs, logs, onSurprise, onRefused }: PlaceOptions): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "eventpact-torture-"));
  const env = { ...timings, DATA_DIR: folder, DATABASE_URL: "", KAFKA_BROKERS: "", SMTP_URL: mail.url };
  const script = join(root, "scripts", "torture", "whole-shop.ts");
  const logFile = logs && join(logs, "shop.log");
  const told = { logFile, onSurprise, onRefused };
  const shop = startMember({ name: "shop", script, port: await freePort(), env, clockMs: clockMs(), ...told });
  const members = [shop];
  return {
    mode: "embedded",
    members,
    doors: { order: [shop.url], payment: [shop.url], inventory: [shop.url] },
    postgres: undefined,
    kafka: undefined,
    stop: () => codes(members),
    open: async () => {
      const database = await openDatabase({ dataDir: folder });
      return { database, transport: postgresLog({ database }) };
    },
    close: async () => {
      await codes(members);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startServer(): Promise<TestServer> {
  if ((process.env["DATABASE_URL"] ?? "") !== "")
    throw new Error("Unset DATABASE_URL: a torture run stops its database server, which must be its own.");
  const server = await postgresForTests();
  if (server?.control === undefined)
    throw new Error("There is no PostgreSQL to run; install one (Debian: postgresql), or torture the embedded shop.");
  return server;
}

async function spread(options: PlaceOptions): Promise<Place> {
  const server = await startServer();
  if ((process.env["KAFKA_BROKERS"] ?? "") !== "")
    throw new Error("Unset KAFKA_BROKERS: a torture run stops its broker, which must be its own.");
  const kafka = options.mode === "kafka" ? await startKafka({ tell: options.tell }) : undefined;
  const env = {
    ...timings,
    DATABASE_URL: server.url,
    // The server takes a hundred; a killed process's connections live on for a moment beside those of its heir.
    DATABASE_CONNECTIONS: "6",
    KAFKA_BROKERS: kafka?.brokers.join(",") ?? "",
    SMTP_URL: options.mail.url,
  };
  const members: Member[] = [];
  for (const [index, service] of cast.entries()) {
    const instance = cast.slice(0, index).filter((one) => one === service).length + 1;
    const script = join(root, "services", service, "src", "main.ts");
    const port = await freePort();
    const { onSurprise, onRefused, logs } = options;
    const name = `${service}-${instance}`;
    const logFile = logs && join(logs, `${name}.log`);
    const clockMs = options.clockMs();
    members.push(startMember({ name, script, port, env, clockMs, logFile, onSurprise, onRefused }));
  }
  const urls = (service: string): readonly [string, ...string[]] => {
    const [first, ...others] = members.filter(({ name }) => name.startsWith(service)).map(({ url }) => url);
    if (first === undefined) throw new Error(`No process runs ${service}.`);
    return [first, ...others];
  };
  return {
    mode: options.mode,
    members,
    doors: { order: urls("order"), payment: urls("payment"), inventory: urls("inventory") },
    postgres: server.control,
    kafka,
    stop: () => codes(members),
    open: async () => {
      const database = await openDatabase({ url: server.url, maxConnections: 4 });
      if (kafka === undefined) return { database, transport: postgresLog({ database }) };
      const { openKafka } = await import("@eventpact/messaging/kafka");
      return { database, transport: await openKafka({ brokers: kafka.brokers }) };
    },
    close: async () => {
      await codes(members);
      await kafka?.close();
      await server.close();
    },
  };
}

/** Starts the shop as `mode` says and waits until every process is ready. */
export async function startPlace(options: PlaceOptions): Promise<Place> {
  const place = await (options.mode === "embedded" ? embedded(options) : spread(options));
  try {
    await Promise.all(place.members.map((member) => member.untilReady(180)));
    return place;
  } catch (error) {
    await place.close();
    throw error;
  }
}
