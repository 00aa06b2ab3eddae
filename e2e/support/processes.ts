import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { until } from "./until.ts";

const root = join(import.meta.dirname, "..", "..");

export interface RunningService {
  readonly name: string;
  readonly url: string;
  /** The exit code, when it has ended for whatever reason; -1 after a signal. */
  readonly ended: Promise<number>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number>;
}

/** Starts one service as a process of its own on a free port, and waits until it is ready. */
export async function startService(name: string, env: Readonly<Record<string, string>>): Promise<RunningService> {
  const child = spawn(process.execPath, [join(root, "services", name, "src", "main.ts")], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: "", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit").then(() => child.exitCode ?? -1);
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-64_000)));
  const url = await until(
    () => {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${printed}`);
      return /listens on (http:\S+)/.exec(printed)?.[1];
    },
    { seconds: 90, describe: () => `${name} did not say where it listens:\n${printed}` },
  );
  await until(async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), { seconds: 60 });
  return {
    name,
    url,
    ended,
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
