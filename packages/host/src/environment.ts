import { readAlerts, type AlertSettings } from "./alerts.ts";

/** Where data lives and where to listen; everything has a default that needs nothing installed. */
export interface Environment {
  /** TCP port; 0 asks the system for a free one. */
  readonly port: number;
  /** Address to listen on; loopback unless said otherwise. */
  readonly host: string;
  /** Folder of the embedded database, used when there is no `databaseUrl`. */
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** Connections that this process may hold to the server, at most. */
  readonly databaseConnections?: number;
  /** `host:port` of Kafka brokers; without them the log lives in the database. */
  readonly kafkaBrokers: readonly string[];
  readonly logLevel: string;
  /** Failpoints to switch on, for tests that end the process at the worst moment. */
  readonly failpoints: string;
  /** What callers must show to change something once the server can be reached from other machines. */
  readonly opsToken: string | undefined;
  /** Requests that one address may make in a minute; 0: as many as it likes. The server's default without it. */
  readonly requestsPerMinute?: number;
  /** Whom to tell when something is wrong; nobody without it. */
  readonly alerts?: AlertSettings | undefined;
}

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** What the environment gets wrong, one sentence each. Thrown by {@link readEnvironment}. */
export class EnvironmentError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.join("\n"));
    this.name = "EnvironmentError";
  }
}

/**
 * Reads `PORT`, `HOST`, `DATA_DIR`, `DATABASE_URL`, `DATABASE_CONNECTIONS`, `KAFKA_BROKERS`, `LOG_LEVEL`, `FAILPOINTS`, `OPS_TOKEN`, `REQUESTS_PER_MINUTE` and `ALERT_…`.
 * @throws EnvironmentError naming every variable that cannot be understood, and what would be
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  defaults: { readonly port: number; readonly dataDir: string },
): Environment {
  const faults: string[] = [];
  const value = (name: string): string | undefined => variables[name]?.trim() || undefined;

  const port = Number(value("PORT") ?? defaults.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    faults.push(`PORT is "${value("PORT")}"; it takes a whole number from 0 to 65535 (0: any free port).`);
  }
  const databaseUrl = value("DATABASE_URL");
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    faults.push("DATABASE_URL must begin with postgres:// or postgresql://.");
  }
  const connections = Number(value("DATABASE_CONNECTIONS") ?? 20);
  if (!Number.isInteger(connections) || connections < 2) {
    faults.push(`DATABASE_CONNECTIONS is "${value("DATABASE_CONNECTIONS")}"; it takes a whole number from 2 on.`);
  }
  const kafkaBrokers = (value("KAFKA_BROKERS") ?? "").split(",").flatMap((broker) => broker.trim() || []);
  for (const broker of kafkaBrokers) {
    if (!/^[^\s:/]+:\d+$/.test(broker))
      faults.push(`KAFKA_BROKERS has "${broker}"; it takes host:port, separated by commas.`);
  }
  const logLevel = value("LOG_LEVEL") ?? "warn";
  if (!levels.includes(logLevel)) faults.push(`LOG_LEVEL is "${logLevel}"; it takes one of ${levels.join(", ")}.`);
  const perMinute = value("REQUESTS_PER_MINUTE");
  if (perMinute !== undefined && !/^\d{1,9}$/.test(perMinute))
    faults.push(`REQUESTS_PER_MINUTE is "${perMinute}"; it takes a whole number (0: no limit).`);
  const alerts = readAlerts(value, faults);
  if (faults.length > 0) throw new EnvironmentError(faults);

  return {
    port,
    host: value("HOST") ?? "127.0.0.1",
    dataDir: value("DATA_DIR") ?? defaults.dataDir,
    databaseUrl,
    ...(databaseUrl === undefined ? {} : { databaseConnections: connections }),
    kafkaBrokers,
    logLevel,
    failpoints: value("FAILPOINTS") ?? "",
    opsToken: value("OPS_TOKEN"),
    ...(perMinute === undefined ? {} : { requestsPerMinute: Number(perMinute) }),
    alerts,
  };
}
