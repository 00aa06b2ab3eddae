import { EnvironmentError, readEnvironment } from "./environment.ts";
import { startHost, type Host, type Hosted, type HostOptions } from "./host.ts";

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const complain = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Ends the process on SIGTERM and SIGINT: drained and closed → 0, deadline passed → 1, a second signal → at once. */
export function closeOnSignals(host: Host): void {
  let closing = false;
  const close = async (): Promise<void> => {
    if (closing) process.exit(130);
    closing = true;
    say("Stopping: finishing what runs, then closing …");
    const { drained } = await host.close();
    if (!drained) complain("Not everything was finished in time; it will be done again at the next start.");
    process.exit(drained ? 0 : 1);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void close());
}

/**
 * Starts a host, prints where it listens, and ends with the process.
 * A start that is refused prints why, without a stack, and ends with 2.
 */
export async function runHost(options: () => HostOptions): Promise<Host | undefined> {
  try {
    const host = await startHost(options());
    closeOnSignals(host);
    return host;
  } catch (error) {
    const known = error instanceof EnvironmentError || (error instanceof Error && "code" in error);
    complain(known ? (error as Error).message : String((error as Error).stack ?? error));
    process.exitCode = 2;
    return undefined;
  }
}

/** One service as a process of its own: what its `main.ts` does when it is started directly. */
export async function runAlone(hosted: Hosted, defaultPort: number): Promise<void> {
  const { name } = hosted.service;
  const host = await runHost(() => ({
    services: [hosted],
    environment: readEnvironment(process.env, { port: defaultPort, dataDir: `.data/${name}` }),
  }));
  if (host) say(`${name} listens on ${host.url}`);
}
