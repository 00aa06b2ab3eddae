import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { until } from "./until.ts";

const root = join(import.meta.dirname, "..", "..");

export interface Order {
  readonly orderId: string;
  readonly status: "CREATED" | "PAID" | "CONFIRMED" | "SHIPPED" | "DELIVERED" | "CANCELLED";
  readonly reason?: string;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly timeline: readonly { readonly status: string; readonly at: string }[];
}

export interface Shop {
  readonly url: string;
  /** Everything the process printed so far. */
  output(): string;
  request(path: string, init?: RequestInit): Promise<Response>;
  json<T>(path: string, init?: RequestInit): Promise<T>;
  order(body?: Readonly<Record<string, unknown>>, headers?: Readonly<Record<string, string>>): Promise<Order>;
  /** Waits until the order has the status, and gives it. */
  reaches(orderId: string, ...statuses: Order["status"][]): Promise<Order>;
  /** The exit code, once it has ended by itself. */
  ended(): Promise<number>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number>;
  /** SIGKILL: nothing is tidied up. */
  kill(): Promise<void>;
}

export const goodOrder = {
  customerId: "alice",
  email: "alice@example.com",
  items: [{ productId: "ceramic-mug", quantity: 1 }],
  shippingAddress: {
    name: "Alice Martin",
    line1: "12 Rue des Lilas",
    city: "Lyon",
    postalCode: "69003",
    country: "FR",
  },
};

function launch(
  dataDir: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [join(root, "scripts", "start.ts"), ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: "", PORT: "0", EVENTPACT_REFERENCE: "0", DATA_DIR: dataDir, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const collect = (chunk: Buffer): void => {
    printed += chunk.toString();
  };
  child.stdout?.on("data", collect);
  child.stderr?.on("data", collect);
  return { child, output: () => printed };
}

async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode ?? -1;
}

/** Starts the shop expecting it to refuse; gives its exit code and what it printed. */
export async function refusedStart(dataDir: string): Promise<{ code: number; output: string }> {
  const { child, output } = launch(dataDir, {});
  const code = await ended(child);
  return { code, output: output() };
}

/** Starts the whole shop as a process of its own on a free port, and waits until it is ready. */
export async function startShop(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<Shop> {
  const { child, output } = launch(dataDir, env, args);
  const url = await until(
    () => {
      if (child.exitCode !== null) throw new Error(`The shop ended with ${child.exitCode}:\n${output()}`);
      return /The shop is open: (http:\S+)/.exec(output())?.[1];
    },
    { seconds: 150, describe: () => `the shop did not say where it listens:\n${output()}` },
  );
  const request = (path: string, init?: RequestInit): Promise<Response> => fetch(url + path, init);
  const json = async <T>(path: string, init?: RequestInit): Promise<T> =>
    (await (await request(path, init)).json()) as T;
  return {
    url,
    output,
    request,
    json,
    order: (body = goodOrder, headers = {}) =>
      json("/orders", {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    reaches(orderId, ...statuses) {
      let seen = "nothing";
      return until(
        async () => {
          const order = await json<Order>(`/orders/${orderId}`);
          seen = order.status;
          return statuses.includes(order.status) ? order : undefined;
        },
        // A killed member of a Kafka group is missed only after its session, 30 s.
        {
          seconds: 75,
          describe: () => `order ${orderId} is ${seen}, not ${statuses.join(" or ")}\n${output().slice(-4000)}`,
        },
      );
    },
    ended: () => ended(child),
    async stop() {
      child.kill("SIGTERM");
      return ended(child);
    },
    async kill() {
      child.kill("SIGKILL");
      await ended(child);
    },
  };
}
