// The same through our runtime: validated on both ends, outbox, relay, inbox, order of keys, fenced offsets.
import { createRuntime, type Database, type Failpoints, type Transport } from "@eventpact/messaging";
import { pino } from "pino";
import { orders, trivial } from "./events.ts";
import { BATCH } from "./raw.ts";

const logger = pino({ level: process.env["BENCH_LOG_LEVEL"] ?? "silent" });
const perSecond = (count: number, since: number): number => count / ((performance.now() - since) / 1_000);

interface Counted {
  readonly failpoints: Failpoints;
  /** Resolves when that many events passed. */
  readonly reached: Promise<void>;
  /** When the first of them began. */
  since(): number;
}

function counting(begins: string, ends: string, service: string, count: number): Counted {
  const { promise, resolve } = Promise.withResolvers<void>();
  let [left, since] = [count, 0];
  return {
    reached: promise,
    since: () => since,
    failpoints: {
      hit: (point, detail) => {
        if (detail.service !== service) return;
        if (point === begins && since === 0) since = performance.now();
        if (point === ends && (left -= detail.events.length) <= 0) resolve();
      },
    },
  };
}

export interface Produced {
  /** Events per second from the first command to the last row that the relay has sent and marked. */
  readonly whole: number;
  /** Rows per second of the relay alone, over a full outbox. */
  readonly drain: number;
}

/** `count` events as commands of 500 while the relay runs beside; then as many again, held back and drained. */
export async function ourProduce(
  database: Database,
  transport: Transport,
  topic: string,
  count: number,
): Promise<Produced> {
  const whole = await commands(database, transport, topic, count);
  const drain = await drained(database, transport, `${topic}-drain`, count);
  return { whole, drain };
}

async function commands(database: Database, transport: Transport, topic: string, count: number): Promise<number> {
  const counted = counting("relay.before_send", "relay.after_mark", "order", count);
  const services = [trivial("order", topic)];
  const runtime = createRuntime({ services, database, transport, logger, failpoints: counted.failpoints });
  await runtime.start();
  try {
    const since = performance.now();
    await write(runtime, count);
    await counted.reached;
    return perSecond(count, since);
  } finally {
    await runtime.stop();
  }
}

async function drained(database: Database, transport: Transport, topic: string, count: number): Promise<number> {
  const counted = counting("relay.after_send", "relay.after_mark", "order", count);
  const gate = Promise.withResolvers<void>();
  const failpoints: Failpoints = {
    hit: (point, detail) => (point === "relay.before_send" ? gate.promise : counted.failpoints.hit(point, detail)),
  };
  const runtime = createRuntime({ services: [trivial("order", topic)], database, transport, logger, failpoints });
  await runtime.start();
  try {
    await write(runtime, count);
    const since = performance.now();
    gate.resolve();
    await counted.reached;
    return perSecond(count, since);
  } finally {
    gate.resolve();
    await runtime.stop();
  }
}

async function write(runtime: ReturnType<typeof createRuntime>, count: number): Promise<void> {
  const all = orders(count);
  for (let at = 0; at < count; at += BATCH) {
    const events = all.slice(at, at + BATCH);
    await runtime.service("order").transact({}, async () => ({ events, result: undefined }));
  }
}

/** Hears `count` events with a handler that does nothing. Events per second, from the first on to the last commit. */
export async function ourConsume(
  database: Database,
  transport: Transport,
  topic: string,
  count: number,
): Promise<number> {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  let [heard, since] = [0, 0];
  const services = [trivial("inventory", topic, () => ((heard += 1), []))];
  const failpoints: Failpoints = {
    hit: (point) => {
      if (point === "consumer.before_tx" && since === 0) since = performance.now();
      if (point === "consumer.after_tx" && heard >= count) resolve();
    },
  };
  const runtime = createRuntime({ services, database, transport, logger, failpoints });
  await runtime.start();
  try {
    await reached;
    return perSecond(count, since);
  } finally {
    await runtime.stop();
  }
}
