import { spawnSync } from "node:child_process";
import { containerEnvironment, type Place } from "./settings.ts";
import { kafkaVersion } from "./version.ts";

const docker = (...words: string[]): { ok: boolean; text: string } => {
  const run = spawnSync("docker", words, { encoding: "utf8", timeout: 300_000 });
  return { ok: run.status === 0, text: `${run.stdout ?? ""}${run.stderr ?? ""}`.trim() };
};

/** Whether a Docker engine (not only its command line) answers. */
export function dockerAnswers(): boolean {
  const run = spawnSync("docker", ["info", "--format", "{{.ServerVersion}}"], { encoding: "utf8", timeout: 5_000 });
  return run.status === 0 && run.stdout.trim() !== "";
}

/** The words after `docker` that start one broker on loopback. */
export function runWords(name: string, port: number, settings?: Place["more"]): string[] {
  const environment = Object.entries(containerEnvironment(port, settings)).flatMap(([key, value]) => [
    "-e",
    `${key}=${value}`,
  ]);
  const fixed = ["run", "--detach", "--name", name, "--publish", `127.0.0.1:${port}:${port}`];
  return [...fixed, "-e", "KAFKA_HEAP_OPTS=-Xmx512m", ...environment, `apache/kafka:${kafkaVersion()}`];
}

export interface Container {
  readonly dead: () => string | undefined;
  command(verb: "stop" | "kill" | "start" | "pause" | "unpause"): void;
  remove(): void;
}

/** Starts a container; the caller waits for the broker in it. */
export function startContainer(port: number, settings?: Place["more"]): Container {
  const name = `eventpact-kafka-${process.pid}-${port}`;
  const run = docker(...runWords(name, port, settings));
  if (!run.ok) {
    docker("rm", "--force", name);
    throw new Error(`docker could not start apache/kafka:${kafkaVersion()}:\n${run.text}`);
  }
  return {
    dead: () => {
      const state = docker("inspect", "--format", "{{.State.Running}}", name);
      return state.ok && state.text === "true"
        ? undefined
        : `The container ended.\n${docker("logs", "--tail", "5", name).text}`;
    },
    command: (verb) => {
      const done = docker(verb, name);
      if (!done.ok) throw new Error(`docker ${verb} ${name}: ${done.text}`);
    },
    remove: () => void docker("rm", "--force", "--volumes", name),
  };
}
