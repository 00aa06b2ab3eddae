import { spawn, spawnSync } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { serverProperties, type Place } from "./settings.ts";
import { untilReachable } from "./reach.ts";

/** A broker's process, from its birth to its end. */
export interface BrokerProcess {
  readonly pid: number;
  /** Resolves with how it ended, however it ended. */
  readonly ended: Promise<string>;
  /** Ends with the reason once the process is gone. */
  readonly dead: () => string | undefined;
  signal(name: NodeJS.Signals): void;
  /** From now on it does not keep this process alive; it ends with it. */
  release(): void;
}

const javaCommand = (): string =>
  process.env["JAVA_HOME"] === undefined ? "java" : join(process.env["JAVA_HOME"], "bin", "java");

/** The major version of the Java on this machine, or undefined where there is none. */
export function javaVersion(): number | undefined {
  const run = spawnSync(javaCommand(), ["-version"], { encoding: "utf8" });
  if (run.error || run.status !== 0) return undefined;
  const found = /version "(?:1\.)?(\d+)/.exec(`${run.stderr}${run.stdout}`)?.[1];
  return found === undefined ? undefined : Number(found);
}

/**
 * Runs Java and ends it when this process is gone, even by SIGKILL: the shell in between notices that its
 * standard input closed. Prints the pid of Java (not of the shell) on descriptor 3. Left alone, it also removes the
 * directory that was meant to be temporary.
 */
const guard = `
exec 4<&0
"$@" </dev/null 3>&- 4<&- &
java=$!
echo "$java" >&3
exec 3>&-
( cat <&4 >/dev/null
  kill -TERM "$java"; kill -CONT "$java"
  tries=0
  while kill -0 "$java" 2>/dev/null && [ "$tries" -lt 20 ]; do sleep 1; tries=$((tries + 1)); done
  kill -KILL "$java" ) 2>/dev/null &
watcher=$!
exec 4<&-
wait "$java"
code=$?
kill "$watcher" 2>/dev/null
[ -z "$EVENTPACT_TEMPORARY" ] || kill -0 "$PPID" 2>/dev/null || rm -rf -- "$EVENTPACT_TEMPORARY"
exit "$code"`;

const logged = (logFile: string): string => {
  const lines = existsSync(logFile) ? readFileSync(logFile, "utf8").trimEnd().split("\n") : [];
  const trouble = lines.filter((line) => /\b(ERROR|FATAL|Exception)\b/.test(line)).slice(-4);
  return (trouble.length > 0 ? trouble : lines.slice(-4)).join("\n");
};

function javaArguments(jars: string, heapMb: number, main: readonly string[]): string[] {
  return [
    `-Xmx${heapMb}m`,
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
    `-Dlog4j2.configurationFile=${join(import.meta.dirname, "log4j2.properties")}`,
    "-cp",
    join(jars, "*"),
    ...main,
  ];
}

async function launch(
  command: string,
  words: readonly string[],
  logFile: string,
  temporary = "",
): Promise<BrokerProcess> {
  const log = openSync(logFile, "a");
  const stdio: ("pipe" | number)[] = ["pipe", log, log, "pipe"];
  const child =
    process.platform === "win32"
      ? spawn(command, words, { stdio })
      : // A process group of its own: ^C reaches the script, which then stops the broker in order.
        spawn("sh", ["-c", guard, "kafka", command, ...words], {
          stdio,
          detached: true,
          env: { ...process.env, EVENTPACT_TEMPORARY: temporary },
        });
  closeSync(log);
  let end: string | undefined;
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve((end = `${command} could not be started: ${error.message}`)));
    child.once("close", (code, signal) => resolve((end = `The broker ended (${signal ?? code}).\n${logged(logFile)}`)));
  });
  const pid = process.platform === "win32" ? (child.pid ?? 0) : await firstNumber(child.stdio[3] as Readable);
  return {
    pid,
    ended,
    dead: () => end,
    signal: (name) => {
      if (end !== undefined || pid <= 0) return;
      child.ref();
      try {
        process.kill(pid, name);
      } catch {
        // It ended in this very moment.
      }
    },
    release: () => {
      child.unref();
      (child.stdin as Socket | null)?.unref();
    },
  };
}

async function firstNumber(stream: Readable): Promise<number> {
  for await (const chunk of stream) return Number(String(chunk).trim());
  return 0;
}

/** Formats the data directory unless that was done before, completely. */
async function format(place: Place, jars: string, properties: string, logFile: string): Promise<void> {
  const meta = join(place.logDir, "meta.properties");
  const started = existsSync(join(place.logDir, "bootstrap.checkpoint"));
  if (started && existsSync(meta) && /^cluster\.id=\S/m.test(readFileSync(meta, "utf8"))) return;
  const clusterId = randomFillSync(Buffer.alloc(16)).toString("base64url");
  // One id in 64 begins with a dash, and would be read as an option of its own.
  const main = [
    "kafka.tools.StorageTool",
    "format",
    "--ignore-formatted",
    `--cluster-id=${clusterId}`,
    "-c",
    properties,
  ];
  const run = await launch(javaCommand(), ["-XX:TieredStopAtLevel=1", ...javaArguments(jars, 256, main)], logFile);
  const end = await run.ended;
  if (!existsSync(meta)) throw new Error(`The storage directory ${place.logDir} could not be formatted.\n${end}`);
}

/**
 * Starts Java with a broker at `place` and waits until it answers. Settings and log lie beside the data.
 * A directory left behind by a crash is recovered by the broker itself; one that cannot be is named in the error.
 */
export async function startJava(
  place: Place,
  jars: string,
  heapMb: number,
  temporary: boolean,
): Promise<BrokerProcess> {
  mkdirSync(place.logDir, { recursive: true });
  const folder = join(place.logDir, "..");
  const properties = join(folder, "server.properties");
  const logFile = join(folder, "broker.log");
  writeFileSync(properties, serverProperties(place));
  await format(place, jars, properties, logFile);
  const words = javaArguments(jars, heapMb, ["kafka.Kafka", properties]);
  const broker = await launch(javaCommand(), words, logFile, temporary ? folder : "");
  try {
    await untilReachable([`${place.host}:${place.port}`], 90_000, broker.dead);
  } catch (error) {
    broker.signal("SIGKILL");
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${why}\nThe whole log: ${logFile}. If the data in ${folder} is of no use, delete that folder and start again.`,
      { cause: error },
    );
  }
  broker.release();
  return broker;
}
