// From `POST /orders` to OrderDelivered, over HTTP, with the whole shop in one process of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

export interface SagaFigures {
  /** Orders one after the other on an idle shop: to the answer, to CONFIRMED, to DELIVERED. Milliseconds. */
  readonly idle: { readonly post: Latency; readonly confirmed: Latency; readonly delivered: Latency };
  /** So many orders at once. */
  readonly burst: {
    readonly orders: number;
    readonly post: Latency;
    readonly delivered: Latency;
    readonly ordersPerSecond: number;
    readonly cpuMsPerOrder: number;
  };
  /** Of one core, with nothing to do. */
  readonly idleCpuPercent: number;
  readonly rssMb: number;
}

interface Usage {
  readonly rss: number;
  readonly heapUsed: number;
  readonly cpuMs: number;
}

interface Shop {
  readonly url: string;
  usage(): Promise<Usage>;
  close(): Promise<void>;
}

/** Parcels are fetched and delivered at once, so that what is measured is the runtime and not a carrier. */
const CARRIER = { CARRIER_PICK_UP_MS: "1", CARRIER_DELIVER_MS: "1" };

async function openShop(environment: Readonly<Record<string, string>>): Promise<Shop> {
  const dataDir = mkdtempSync(join(tmpdir(), "eventpact-bench-"));
  const child = spawn(process.execPath, ["--no-warnings", join(import.meta.dirname, "shop-process.ts")], {
    env: { ...process.env, ...CARRIER, DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "warn", ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** The next answer; what the shop logs meanwhile is passed over. */
  const next = async <T>(has: keyof T & string): Promise<T> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("The shop ended.");
      const said = JSON.parse(value) as T & object;
      if (has in said) return said;
      process.stderr.write(`${value}\n`);
    }
  };
  const { url } = await next<{ url: string }>("url");
  return {
    url,
    usage: () => {
      child.stdin.write("usage\n");
      return next<Usage>("rss");
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

interface Placed {
  readonly orderId: string;
  readonly at: number;
  readonly answeredMs: number;
}

interface Order {
  readonly status: string;
  readonly timeline: readonly { readonly status: string; readonly at: string }[];
}

/** Twenty customers, so that they do not all wait for one account. */
const customers = Array.from({ length: 20 }, (_, index) => `bench-${index}`);
let wishes = 0;
const wish = (): string =>
  JSON.stringify({
    customerId: customers[(wishes += 1) % customers.length],
    email: "bench@example.com",
    items: [{ productId: "ceramic-mug", quantity: 1 }],
    shippingAddress: { name: "B. Ench", line1: "1 Main Street", city: "Lyon", postalCode: "69003", country: "FR" },
  });

/** Nobody runs out of money or mugs. */
async function provide(url: string): Promise<void> {
  const ask = async (method: string, path: string, body: object): Promise<void> => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`);
  };
  await ask("PUT", "/stock/ceramic-mug", { available: 1_000_000 });
  for (const customer of customers)
    await ask("POST", `/accounts/${customer}/deposits`, { amount: 10_000_000, currency: "EUR" });
}

async function place(url: string): Promise<Placed> {
  const [at, since] = [Date.now(), performance.now()];
  const answer = await fetch(`${url}/orders`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: wish(),
  });
  const { orderId, detail } = (await answer.json()) as { orderId?: string; detail?: string };
  if (orderId === undefined) throw new Error(`The order was refused: ${detail ?? answer.status}`);
  return { orderId, at, answeredMs: performance.now() - since };
}

/** Read rarely, so that asking is no load: the moments come from the order's own timeline. */
async function finished(url: string, orderId: string, everyMs: number): Promise<Order> {
  const deadline = performance.now() + 300_000;
  while (performance.now() < deadline) {
    const order = (await (await fetch(`${url}/orders/${orderId}`)).json()) as Order;
    if (order.status === "DELIVERED") return order;
    if (order.status === "CANCELLED") throw new Error(`Order ${orderId} was cancelled.`);
    await delay(everyMs);
  }
  throw new Error(`Order ${orderId} was not delivered within five minutes.`);
}

const reached = (order: Order, status: string, since: number): number =>
  Math.max(0, Date.parse(order.timeline.find((step) => step.status === status)?.at ?? "") - since);

function latency(values: readonly number[]): Latency {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

async function oneByOne(url: string, count: number): Promise<SagaFigures["idle"]> {
  const post: number[] = [];
  const confirmed: number[] = [];
  const delivered: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const placed = await place(url);
    const order = await finished(url, placed.orderId, 100);
    post.push(placed.answeredMs);
    confirmed.push(reached(order, "CONFIRMED", placed.at));
    delivered.push(reached(order, "DELIVERED", placed.at));
  }
  return { post: latency(post), confirmed: latency(confirmed), delivered: latency(delivered) };
}

async function burst(shop: Shop, orders: number): Promise<SagaFigures["burst"]> {
  const before = await shop.usage();
  const begun = Date.now();
  const placed = await Promise.all(Array.from({ length: orders }, () => place(shop.url)));
  const delivered: number[] = [];
  let last = begun;
  for (const { orderId, at } of placed) {
    const took = reached(await finished(shop.url, orderId, 500), "DELIVERED", at);
    delivered.push(took);
    last = Math.max(last, at + took);
  }
  const after = await shop.usage();
  return {
    orders,
    post: latency(placed.map(({ answeredMs }) => answeredMs)),
    delivered: latency(delivered),
    ordersPerSecond: orders / ((last - begun) / 1_000),
    cpuMsPerOrder: (after.cpuMs - before.cpuMs) / orders,
  };
}

const IDLE_MS = 10_000;

/** Opens the shop in `environment`, warms it up, and measures. */
export async function measureSaga(
  environment: Readonly<Record<string, string>>,
  options: { readonly single: number; readonly orders: number },
): Promise<SagaFigures> {
  const shop = await openShop(environment);
  try {
    await provide(shop.url);
    await oneByOne(shop.url, 3);
    const quiet = await shop.usage();
    await delay(IDLE_MS);
    const idleCpuPercent = (((await shop.usage()).cpuMs - quiet.cpuMs) / IDLE_MS) * 100;
    const idle = await oneByOne(shop.url, options.single);
    const figures = { idle, burst: await burst(shop, options.orders), idleCpuPercent };
    return { ...figures, rssMb: (await shop.usage()).rss / 1e6 };
  } finally {
    await shop.close();
  }
}
