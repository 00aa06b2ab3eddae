import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A PostgreSQL server for tests. */
export interface TestServer {
  readonly url: string;
  /** Undefined when the server is somebody else's (`DATABASE_URL`) and may not be stopped. */
  readonly control: { stop(): Promise<void>; start(): Promise<void> } | undefined;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Commits wait for the disk, as in production. Tests do without. */
  readonly durable?: boolean;
}

/**
 * The server that `DATABASE_URL` names, in a fresh database; else one of our own from the system's binaries,
 * in a temporary directory, on a free loopback port. Undefined, with a loud warning, where neither is possible.
 */
export async function postgresForTests(options: ServerOptions = {}): Promise<TestServer | undefined> {
  const url = process.env["DATABASE_URL"];
  if (url !== undefined && url !== "")
    return { url: await freshDatabase(url), control: undefined, close: async () => undefined };
  const bin = systemBinaries();
  if (bin === undefined) {
    process.stderr.write(
      "\n*** SKIPPED: no PostgreSQL. Set DATABASE_URL or install a PostgreSQL server (Debian: postgresql). ***\n\n",
    );
    return undefined;
  }
  return ownServer(bin, options);
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

async function ownServer(bin: string, { durable = false }: ServerOptions): Promise<TestServer> {
  const dir = mkdtempSync(join(tmpdir(), "eventpact-pg-"));
  if (isRoot) {
    const id = (flag: string): number => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
    chownSync(dir, id("-u"), id("-g"));
  }
  const data = join(dir, "data");
  const made = spawnSync(
    ...asUser(join(bin, "initdb"), [
      "-D",
      data,
      "-U",
      "postgres",
      "-A",
      "trust",
      "--no-sync",
      "-E",
      "UTF8",
      "--locale=C",
    ]),
    { encoding: "utf8", cwd: dir },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const settings = [
      `port=${port}`,
      "listen_addresses=127.0.0.1",
      `unix_socket_directories=${dir}`,
      ...(durable ? [] : ["fsync=off"]),
      "max_connections=100",
    ];
    server = spawn(...asUser(join(bin, "postgres"), ["-D", data, ...settings.flatMap((one) => ["-c", one])]), {
      stdio: "ignore",
      cwd: dir,
    });
    for (let tries = 0; tries < 200; tries += 1) {
      const ready = spawnSync(join(bin, "pg_isready"), ["-h", "127.0.0.1", "-p", String(port), "-q"]);
      if (ready.status === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("PostgreSQL did not start.");
  };
  const stop = async (): Promise<void> => {
    // -m fast disconnects clients, as a server that restarts does.
    spawnSync(...asUser(join(bin, "pg_ctl"), ["-D", data, "-m", "fast", "-w", "stop"]), { cwd: dir });
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
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

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
