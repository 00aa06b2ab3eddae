import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { until } from "../../e2e/support/until.ts";

const root = join(import.meta.dirname, "..", "..");
const withParent = new URL("with-parent.ts", import.meta.url).href;

export interface RunningService {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  /** How it ended, whatever the reason: an exit code or a signal, and what it said last. */
  readonly ended: Promise<string>;
  /** SIGTERM, and the exit code; -1 after a signal. */
  stop(): Promise<number>;
}

export interface ProcessOptions {
  /** Hears what it says, line by line, once it is ready: its log. */
  readonly tell?: ((line: string) => void) | undefined;
  /** Aborted: do not wait for it any longer, end it. */
  readonly signal?: AbortSignal | undefined;
}

const isOver = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

function launch(name: string, env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, ["--import", withParent, join(root, "services", name, "src", "main.ts")], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: "", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // ^C in a terminal reaches whoever started it, and then, once, this.
    detached: process.platform !== "win32",
  });
}

/**
 * Starts one service as a process of its own on a free port, and waits until it is ready. It ends with this process.
 * Rejects with what it printed when it ends before that, or takes longer than 90 s; then nothing of it is left.
 */
export async function startService(
  name: string,
  env: Readonly<Record<string, string>>,
  { tell, signal }: ProcessOptions = {},
): Promise<RunningService> {
  const child = launch(name, env);
  const over = once(child, "close");
  let printed = "";
  let isReady = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      const text = chunk.toString();
      printed = (printed + text).slice(-64_000);
      // Its log, and what went wrong; that it stops is said once, for all.
      if (isReady)
        for (const line of text.split("\n"))
          if (line !== "" && (stream === child.stderr || line.startsWith("{"))) tell?.(line);
    });
  }
  const stop = async (): Promise<number> => {
    child.kill("SIGTERM");
    await over;
    return child.exitCode ?? -1;
  };
  const stillRuns = (): void => {
    signal?.throwIfAborted();
    if (isOver(child)) throw new Error(`${name} ended with ${child.exitCode ?? child.signalCode}:\n${printed}`);
  };
  try {
    const url = await until(
      () => {
        stillRuns();
        return /listens on (http:\S+)/.exec(printed)?.[1];
      },
      { seconds: 90, describe: () => `${name} did not say where it listens:\n${printed}` },
    );
    await until(
      async () => {
        stillRuns();
        return (await fetch(`${url}/readyz`)).ok ? true : undefined;
      },
      { seconds: 60, describe: () => `${name} is not ready:\n${printed}` },
    );
    isReady = true;
    const ended = over.then(() => `${child.exitCode ?? child.signalCode}.${lastWords(printed)}`);
    return { name, url, pid: child.pid ?? 0, ended, stop };
  } catch (error) {
    child.kill(signal?.aborted === true ? "SIGTERM" : "SIGKILL");
    await over;
    throw error;
  }
}

function lastWords(printed: string): string {
  const lines = printed.trimEnd().split("\n").slice(1);
  return lines.length === 0 ? "" : ` Its last words:\n${lines.slice(-5).join("\n")}`;
}
