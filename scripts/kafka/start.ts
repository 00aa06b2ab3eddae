import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { spawnSync } from "node:child_process";
import { dockerAnswers, startContainer } from "./docker.ts";
import { haveJars, resolveJars } from "./jars.ts";
import { javaVersion, startJava, type BrokerProcess } from "./java.ts";
import { freePort, probe, untilReachable } from "./reach.ts";
import type { Place } from "./settings.ts";

export interface KafkaOptions {
  /** On 127.0.0.1; a free one without it. */
  readonly port?: number | undefined;
  /** Kept after `close()`; a temporary directory that is removed without it. Not used with Docker. */
  readonly dataDir?: string | undefined;
  readonly heapMb?: number | undefined;
  /** Settings of the broker beside ours; not for the one of KAFKA_BROKERS. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Hears one line of progress at a time. */
  readonly tell?: ((line: string) => void) | undefined;
}

export interface Kafka {
  readonly source: "environment" | "docker" | "java";
  readonly brokers: readonly string[];
  /** Of the broker itself, where it runs on this machine as a process of ours; changes with `restart`. */
  readonly pid: number | undefined;
  /** Resolves with how it ended, if it ends without being told to. Only where it is a process of ours. */
  readonly died: Promise<string>;
  /** Stops it in order and waits. Data and port stay, for `restart`. */
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would, and waits. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; stops it first if it runs. */
  restart(): Promise<void>;
  /** Freezes it: connections stay open, nothing answers. */
  pause(): void;
  resume(): void;
  /** Stops it and removes what was temporary. */
  close(): Promise<void>;
}

const never = new Promise<string>(() => undefined);

const notOurs = (): never => {
  throw new Error("The broker of KAFKA_BROKERS is not ours to stop or freeze. Unset KAFKA_BROKERS for fault tests.");
};

async function given(brokers: readonly string[]): Promise<Kafka> {
  const why = await probe(brokers, 5_000);
  if (why !== undefined) {
    throw new Error(`KAFKA_BROKERS names ${brokers.join(", ")}, where no Kafka answers: ${why}`);
  }
  return {
    source: "environment",
    brokers,
    pid: undefined,
    died: never,
    stop: notOurs,
    kill: notOurs,
    restart: notOurs,
    pause: notOurs,
    resume: notOurs,
    close: async () => undefined,
  };
}

async function inDocker(port: number, settings: Place["more"], tell: (line: string) => void): Promise<Kafka> {
  tell("Starting Apache Kafka in Docker …");
  const container = startContainer(port, settings);
  const brokers = [`127.0.0.1:${port}`];
  const ready = (): Promise<void> => untilReachable(brokers, 120_000, container.dead);
  try {
    await ready();
  } catch (error) {
    container.remove();
    throw error;
  }
  const stop = async (): Promise<void> => {
    if (container.dead() === undefined) container.command("stop");
  };
  return {
    source: "docker",
    brokers,
    pid: undefined,
    died: never,
    stop,
    kill: async () => container.command("kill"),
    restart: async () => {
      await stop();
      container.command("start");
      await ready();
    },
    pause: () => container.command("pause"),
    resume: () => container.command("unpause"),
    close: async () => container.remove(),
  };
}

async function inJava(options: KafkaOptions, port: number, tell: (line: string) => void): Promise<Kafka> {
  const jars = await resolveJars(tell);
  const folder = resolve(options.dataDir ?? mkdtempSync(join(tmpdir(), "eventpact-kafka-")));
  const place: Place = {
    host: "127.0.0.1",
    port,
    controllerPort: await freePort(),
    logDir: join(folder, "data"),
    ...(options.settings === undefined ? {} : { more: options.settings }),
  };
  const died = Promise.withResolvers<string>();
  let wanted = true;
  const start = async (): Promise<BrokerProcess> => {
    const started = await startJava(place, jars, options.heapMb ?? 512, options.dataDir === undefined);
    wanted = true;
    void started.ended.then((how) => (wanted ? died.resolve(how) : undefined));
    return started;
  };
  tell("Starting Apache Kafka on Java …");
  let broker = await start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    wanted = false;
    broker.signal(signal);
    broker.signal("SIGCONT");
    await broker.ended;
  };
  const stop = async (): Promise<void> => {
    const overdue = setTimeout(() => broker.signal("SIGKILL"), 30_000);
    await end("SIGTERM");
    clearTimeout(overdue);
  };
  return {
    source: "java",
    brokers: [`${place.host}:${place.port}`],
    get pid() {
      return broker.dead() === undefined ? broker.pid : undefined;
    },
    died: died.promise,
    stop,
    kill: () => end("SIGKILL"),
    restart: async () => {
      await stop();
      broker = await start();
    },
    pause: () => broker.signal("SIGSTOP"),
    resume: () => broker.signal("SIGCONT"),
    close: async () => {
      // Nobody needs temporary data flushed in order.
      await (options.dataDir === undefined ? end("SIGKILL") : stop());
      if (options.dataDir === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Why Java cannot run a broker here, or undefined if it can. */
function javaObstacle(): string | undefined {
  const java = javaVersion();
  if (java === undefined) return "there is no Java";
  if (java < 17) return `Java is version ${java}, and Kafka 4 needs 17 or newer`;
  const maven = spawnSync("mvn", ["--version"], { shell: process.platform === "win32" });
  return haveJars() || maven.status === 0 ? undefined : "there is no Maven (mvn) to fetch the broker with";
}

/**
 * A real Apache Kafka 4 in KRaft mode: the one of KAFKA_BROKERS if that is set; else in Docker where an engine answers;
 * else on Java 17 or newer with jars from Maven Central. Rejects, saying what to install, where none of the three is possible.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const tell = options.tell ?? (() => undefined);
  const named = (process.env["KAFKA_BROKERS"] ?? "").split(",").map((name) => name.trim());
  const brokers = named.filter((name) => name !== "");
  if (brokers.length > 0) return given(brokers);
  const port = await freePort(options.port);
  if (dockerAnswers()) return inDocker(port, options.settings, tell);
  const obstacle = javaObstacle();
  if (obstacle === undefined) return inJava(options, port, tell);
  throw new Error(
    "No Kafka can be started here: KAFKA_BROKERS is not set, no Docker engine answers (`docker info`), " +
      `and ${obstacle}.\nDo one of these: start Docker; install a Java 17 or newer and Maven ` +
      "(Debian: `apt install openjdk-17-jre-headless maven`); or set KAFKA_BROKERS=host:port to a running Kafka.",
  );
}
