import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A PostgreSQL server of our own, or the one that `DATABASE_URL` names: for tests, measurements and services that run apart. */
export interface TestServer {
  readonly url: string;
  /** Undefined when the server is somebody else's (`DATABASE_URL`) and may not be stopped. */
  readonly control: { stop(): Promise<void>; start(): Promise<void> } | undefined;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Commits wait for the disk, as in production. Tests do without. */
  readonly durable?: boolean;
  /**
   * Where data is kept beyond `close()`, by whoever has this folder for itself: a server that a killed process left
   * there is ended first. A temporary folder without it.
   */
  readonly folder?: string;
}

/**
 * The server that `DATABASE_URL` names, in a fresh database; else one of our own from the system's binaries,
 * in a temporary directory, on a free loopback port. Undefined, with a loud warning, where neither is possible.
 */
export async function postgresForTests(options: ServerOptions = {}): Promise<TestServer | undefined> {
  const url = process.env["DATABASE_URL"];
  if (url !== undefined && url !== "")
    return { url: await freshDatabase(url), control: undefined, close: async () => undefined };
  const server = await postgresOfOurOwn(options);
  if (server === undefined) {
    process.stderr.write(
      "\n*** SKIPPED: no PostgreSQL. Set DATABASE_URL or install a PostgreSQL server (Debian: postgresql). ***\n\n",
    );
  }
  return server;
}

/** A server from the system's binaries, whatever `DATABASE_URL` says. Undefined where there are none. */
export async function postgresOfOurOwn(options: ServerOptions = {}): Promise<TestServer | undefined> {
  const bin = systemBinaries();
  return bin === undefined ? undefined : ownServer(bin, options);
}

async function freshDatabase(url: string): Promise<string> {
  const { Client } = await import("pg");
  const name = `eventpact_test_${process.pid}_${Date.now()}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
}

function systemBinaries(): string | undefined {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(base, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  if (found !== undefined) return found;
  const which = spawnSync("which", ["initdb"], { encoding: "utf8" });
  return which.status === 0 ? join(which.stdout.trim(), "..") : undefined;
}

/** PostgreSQL refuses to run as root; root lends it the `postgres` user. */
const isRoot = process.getuid?.() === 0;
const asUser = (command: string, args: readonly string[]): [string, string[]] =>
  isRoot ? ["runuser", ["-u", "postgres", "--", command, ...args]] : [command, [...args]];

/**
 * Runs the server and ends it when this process is gone, even by SIGKILL: the shell in between notices that its standard
 * input closed. $1 is the folder to remove then, or nothing.
 */
const guard = `
exec 4<&0
folder=$1; shift
"$@" </dev/null 4<&- & server=$!
( cat <&4 >/dev/null; eval "$EVENTPACT_END"; [ -z "$folder" ] || rm -rf -- "$folder" ) >/dev/null 2>&1 &
watcher=$!
exec 4<&-
wait "$server"; code=$?
kill "$watcher" 2>/dev/null
exit "$code"`;

/** Whether the user that PostgreSQL runs as may go into a folder. */
export function isOpenToServer(folder: string): boolean {
  if (!isRoot) return true;
  return spawnSync(...asUser("test", ["-x", folder])).status === 0;
}

function makeFolder(given: string | undefined): string {
  const dir = given ?? mkdtempSync(join(tmpdir(), "eventpact-pg-"));
  mkdirSync(dir, { recursive: true });
  if (isRoot) {
    const id = (flag: string): number => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
    chownSync(dir, id("-u"), id("-g"));
  }
  return dir;
}

function initialise(bin: string, dir: string, data: string, durable: boolean): void {
  const words = ["-D", data, "-U", "postgres", "-A", "trust", ...(durable ? [] : ["--no-sync"])];
  const made = spawnSync(...asUser(join(bin, "initdb"), [...words, "-E", "UTF8", "--locale=C"]), {
    encoding: "utf8",
    cwd: dir,
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
}

async function ownServer(bin: string, { durable = false, folder }: ServerOptions): Promise<TestServer> {
  const dir = makeFolder(folder);
  const data = join(dir, "data");
  if (!existsSync(join(data, "PG_VERSION"))) initialise(bin, dir, data, durable);
  const port = await freePort();
  // -m fast disconnects clients, as a server that restarts does.
  const end = asUser(join(bin, "pg_ctl"), ["-D", data, "-m", "fast", "-w", "stop"]);
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    if (existsSync(join(data, "postmaster.pid"))) spawnSync(...end, { cwd: dir });
    const settings = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      `unix_socket_directories=${dir}`,
      ...(durable ? [] : ["fsync=off"]),
      "max_connections=100",
    ];
    const [command, words] = asUser(join(bin, "postgres"), [
      "-D",
      data,
      ...settings.flatMap((setting) => ["-c", setting]),
    ]);
    // A process group of its own: ^C reaches this process, which ends the server after its clients.
    server = spawn("sh", ["-c", guard, "postgres", folder === undefined ? dir : "", command, ...words], {
      stdio: ["pipe", "ignore", "ignore"],
      cwd: dir,
      detached: true,
      env: { ...process.env, EVENTPACT_END: end.flat().map(quoted).join(" ") },
    });
    for (let tries = 0; tries < 200; tries += 1) {
      const ready = spawnSync(join(bin, "pg_isready"), ["-h", "127.0.0.1", "-p", String(port), "-q"]);
      if (ready.status === 0) return;
      if (server.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`PostgreSQL did not start on ${data}.`);
  };
  const stop = async (): Promise<void> => {
    spawnSync(...end, { cwd: dir });
    if (server !== undefined && server.exitCode === null && server.signalCode === null) {
      await new Promise((resolve) => server?.once("exit", resolve));
    }
  };
  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    control: { start, stop },
    close: async () => {
      await stop();
      if (folder === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
