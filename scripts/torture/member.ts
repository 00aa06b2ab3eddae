import { appendFileSync } from "node:fs";
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

export const root = join(import.meta.dirname, "..", "..");

export interface MemberOptions {
  /** `inventory-2`; shown in reports. */
  readonly name: string;
  readonly script: string;
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** How wrong its clock is when it is first started. */
  readonly clockMs: number;
  /** Where all it prints is kept, warnings included; only the end of it, errors only, without. */
  readonly logFile?: string | undefined;
  /** Told of an end that nobody asked for. */
  readonly onSurprise: (what: string) => void;
  /** Told why it did not start; it is started again. */
  readonly onRefused: (why: string) => void;
}

/** One process of the shop, started again whenever it ends, until it is stopped for good. */
export interface Member {
  readonly name: string;
  readonly url: string;
  /** How often it was started. */
  readonly starts: number;
  /** Answers `/readyz` with 200. */
  isReady(): Promise<boolean>;
  untilReady(seconds: number): Promise<void>;
  /** SIGKILL; it comes back by itself. */
  kill(): Promise<void>;
  /** Starts it anew so that it kills itself at `failpoints`; answers whether that happened within `seconds`. */
  killAt(failpoints: string, seconds: number): Promise<boolean>;
  /** SIGSTOP for so long, then SIGCONT. */
  freeze(ms: number): Promise<void>;
  /** SIGTERM, wait, start again. Answers the exit code. */
  restart(): Promise<number>;
  /** How wrong its clock is, in milliseconds; positive: ahead. */
  readonly clockMs: number;
  /** Sets its clock while it runs, and for all later starts. Answers whether it runs and has taken it. */
  setClock(ms: number): Promise<boolean>;
  /** SIGKILL; it comes back by itself, on a machine with this clock. */
  killTo(clockMs: number): Promise<void>;
  /** SIGTERM, for good. Answers the exit code, -1 when it had to be killed. */
  stop(): Promise<number>;
  /** The end of what it printed since its last start. */
  output(): string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** The end of what it printed. */
  printed: string;
  /** Its end was asked for. */
  expected: boolean;
}

const children = new Set<ChildProcess>();
// However this process ends, nobody may be left behind.
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

const shiftedClock = pathToFileURL(join(root, "packages/messaging/test/support/shifted-clock.ts")).href;

function launch({ script, port, env, logFile }: MemberOptions, extra: Readonly<Record<string, string>>): Running {
  const child = spawn(process.execPath, ["--import", shiftedClock, script], {
    cwd: root,
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      LOG_LEVEL: logFile === undefined ? "error" : "warn",
      PORT: String(port),
      ...env,
      ...extra,
    },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  children.add(child);
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once("exit", (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    }),
  );
  const running: Running = { child, ended, printed: "", expected: false };
  const keep = (text: string): void => {
    if (logFile !== undefined) appendFileSync(logFile, text);
  };
  keep(`--- started ${new Date().toISOString()} ${JSON.stringify(extra)}\n`);
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      keep(chunk.toString());
      running.printed = `${running.printed}${chunk.toString()}`.slice(-6_000);
    });
  void ended.then(({ code, signal }) => keep(`--- ended ${new Date().toISOString()} ${signal ?? code}\n`));
  return running;
}

async function answersReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

async function endBy(signal: NodeJS.Signals, running: Running): Promise<number> {
  running.expected = true;
  running.child.kill(signal);
  const overdue = setTimeout(() => running.child.kill("SIGKILL"), 30_000);
  const { code } = await running.ended;
  clearTimeout(overdue);
  return code ?? -1;
}

/** Resolves whether it ended within `seconds`. */
async function endsWithin(running: Running, seconds: number): Promise<boolean> {
  const late = new AbortController();
  const died = await Promise.race([
    running.ended.then(() => true),
    delay(seconds * 1_000, false, { signal: late.signal }).catch(() => false),
  ]);
  late.abort();
  return died;
}

/** A process that is launched again whenever it ends. */
interface Kept {
  readonly current: Running;
  readonly starts: number;
  /** How wrong its clock is at the next start. */
  clockMs: number;
  begin(extra: Readonly<Record<string, string>>): Running;
  /** No more launches. */
  letGo(): void;
}

function keepAlive(options: MemberOptions): Kept {
  let starts = 0;
  let over = false;
  let { clockMs } = options;
  let current: Running | undefined;
  const begin = (extra: Readonly<Record<string, string>>): Running => {
    starts += 1;
    current = launch(options, { CLOCK_OFFSET_MS: String(clockMs), ...extra });
    void supervise(current);
    return current;
  };
  const supervise = async (running: Running): Promise<void> => {
    const { code, signal } = await running.ended;
    if (over) return;
    const told = `${options.name} ended by itself (${signal ?? code}): ${running.printed.slice(-1_500)}`;
    // Refused starts (the database is down, say) are tried again, as any supervisor would.
    if (!running.expected) (running.printed.includes("listens on") ? options.onSurprise : options.onRefused)(told);
    await delay(running.expected ? 300 : 1_000);
    if (!over && current === running) begin({});
  };
  begin({});
  return {
    begin,
    get current() {
      return current ?? begin({});
    },
    get starts() {
      return starts;
    },
    get clockMs() {
      return clockMs;
    },
    set clockMs(ms) {
      clockMs = ms;
    },
    letGo: () => {
      over = true;
    },
  };
}

/** Kills it, and starts it anew so that it kills itself at `failpoints`. */
async function dieAt(kept: Kept, failpoints: string, seconds: number): Promise<boolean> {
  const before = kept.current;
  before.expected = true;
  before.child.kill("SIGKILL");
  await before.ended;
  const armed = kept.begin({ FAILPOINTS: failpoints });
  armed.expected = true;
  const died = await endsWithin(armed, seconds);
  if (!died && kept.current === armed) await endBy("SIGKILL", armed);
  return died;
}

async function freeze({ child }: Running, ms: number): Promise<void> {
  child.kill("SIGSTOP");
  await delay(ms);
  child.kill("SIGCONT");
}

const TAKES_CLOCK_MS = 10_000;

/** Tells a process the time; answers whether it heard. One that is just starting or ending does not. */
async function tellTime({ child }: Running, clockOffsetMs: number): Promise<boolean> {
  if (!child.connected) return false;
  const heard = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => heard.resolve(false), TAKES_CLOCK_MS);
  child.once("message", () => heard.resolve(true));
  child.once("exit", () => heard.resolve(false));
  child.send({ clockOffsetMs }, (error) => {
    if (error !== null) heard.resolve(false);
  });
  const taken = await heard.promise;
  clearTimeout(timer);
  return taken;
}

export function startMember(options: MemberOptions): Member {
  const { name, port } = options;
  const url = `http://127.0.0.1:${port}`;
  const kept = keepAlive(options);
  return {
    name,
    url,
    get starts() {
      return kept.starts;
    },
    isReady: () => answersReady(url),
    untilReady: async (seconds) => {
      const deadline = Date.now() + seconds * 1_000;
      while (!(await answersReady(url))) {
        if (Date.now() > deadline)
          throw new Error(`${name} was not ready within ${seconds} s:\n${kept.current.printed}`);
        await delay(200);
      }
    },
    output: () => kept.current.printed,
    kill: async () => void (await endBy("SIGKILL", kept.current)),
    killAt: (failpoints, seconds) => dieAt(kept, failpoints, seconds),
    freeze: (ms) => freeze(kept.current, ms),
    restart: () => endBy("SIGTERM", kept.current),
    get clockMs() {
      return kept.clockMs;
    },
    setClock: async (ms) => {
      kept.clockMs = ms;
      return tellTime(kept.current, ms);
    },
    killTo: async (ms) => {
      kept.clockMs = ms;
      await endBy("SIGKILL", kept.current);
    },
    stop: async () => {
      kept.letGo();
      const { exitCode, signalCode } = kept.current.child;
      return exitCode === null && signalCode === null ? endBy("SIGTERM", kept.current) : (exitCode ?? -1);
    },
  };
}
