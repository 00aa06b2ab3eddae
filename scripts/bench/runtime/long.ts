// A long way through the consumer, inbox on: does memory grow, and was anything lost or done twice?
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createRuntime, openDatabase, type Envelope } from "@eventpact/messaging";
import { openKafka } from "@eventpact/messaging/kafka";
import { ProduceAcks, Producer, stringSerializers } from "@platformatic/kafka";
import { pino } from "pino";
import { orders, trivial } from "./events.ts";
import type { Place } from "./place.ts";
import { BATCH } from "./raw.ts";

export interface Sample {
  readonly events: number;
  readonly heapMb: number;
  readonly rssMb: number;
}

export interface LongRun {
  readonly events: number;
  readonly perSecond: number;
  readonly samples: readonly Sample[];
  /** Events the handler never saw, saw more than once, or saw out of order; and the marks that were committed. */
  readonly lost: number;
  readonly doubled: number;
  readonly disordered: number;
  readonly marks: number;
}

const KEYS = 10_000;
const topic = "orders-long";

const digits = (value: number): string => value.toString(16).padStart(12, "0");
const keyOf = (index: number): string => `0197a000-0000-7000-8000-${digits(index % KEYS)}`;
const idOf = (index: number): string => `0197b000-0000-7000-8000-${digits(index)}`;
const indexOf = (eventId: string): number => Number.parseInt(eventId.slice(-12), 16);

/** The bytes that an order service would write for the event of that number. */
function recordOf(index: number, data: object) {
  const key = keyOf(index);
  const envelope: Envelope = {
    eventId: idOf(index),
    eventType: "OrderCreated",
    version: 2,
    timestamp: new Date().toISOString(),
    sequence: Math.floor(index / KEYS) + 1,
    correlationId: key,
    data: { ...data, orderId: key },
  };
  const headers = { "content-type": "application/json", ce_id: envelope.eventId, ce_type: "OrderCreated.v2" };
  return { topic, key, value: JSON.stringify(envelope), headers };
}

async function fill(brokers: readonly string[], count: number, tell: (line: string) => void): Promise<void> {
  const producer = new Producer({
    clientId: "bench-long",
    bootstrapBrokers: [...brokers],
    serializers: stringSerializers,
    idempotent: true,
    acks: ProduceAcks.ALL,
  });
  const [one] = orders(1);
  try {
    for (let at = 0; at < count; at += BATCH) {
      const size = Math.min(BATCH, count - at);
      await producer.send({
        messages: Array.from({ length: size }, (_, index) => recordOf(at + index, one?.data as object)),
      });
      if (at % 100_000 === 0) tell(`${at.toLocaleString("en")} events written`);
    }
  } finally {
    await producer.close(true);
  }
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is still held after everything that can go has gone. */
function sample(events: number): Sample {
  collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return { events, heapMb: heapUsed / 1e6, rssMb: rss / 1e6 };
}

/** Writes `count` events with ten thousand keys, hears them with a handler that only counts, and looks at memory forty times. */
export async function longRun(
  { url, brokers }: Pick<Place, "url" | "brokers">,
  count: number,
  tell: (line: string) => void,
): Promise<LongRun> {
  const database = await openDatabase({ url });
  const transport = await openKafka({ brokers });
  await transport.ensureTopics([{ name: topic, partitions: 6 }]);
  await fill(brokers, count, tell);
  const seen = new Uint8Array(count);
  const last = new Int32Array(KEYS);
  let [heard, disordered, since] = [0, 0, 0];
  const samples: Sample[] = [];
  const every = Math.max(1, Math.floor(count / 40));
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const service = trivial("inventory", topic, ({ eventId, sequence }: Envelope) => {
    const index = indexOf(eventId);
    seen[index] = (seen[index] ?? 0) + 1;
    if (sequence !== (last[index % KEYS] ?? 0) + 1) disordered += 1;
    last[index % KEYS] = sequence;
    heard += 1;
    if (heard % every === 0) samples.push(sample(heard));
    return [];
  });
  const runtime = createRuntime({
    services: [service],
    database,
    transport,
    logger: pino({ level: "silent" }),
    failpoints: {
      hit: (point) => {
        if (point === "consumer.before_tx" && since === 0) since = performance.now();
        if (point === "consumer.after_tx" && heard >= count) resolve();
      },
    },
  });
  try {
    await runtime.start();
    const telling = setInterval(() => tell(`${heard.toLocaleString("en")} of ${count.toLocaleString("en")}`), 10_000);
    await done.finally(() => clearInterval(telling));
    const perSecond = count / ((performance.now() - since) / 1_000);
    await runtime.stop();
    const { rows } = await database.query<{ marks: number }>("select count(*)::int as marks from inventory.taken");
    return {
      events: count,
      perSecond,
      samples,
      lost: seen.filter((times) => times === 0).length,
      doubled: seen.filter((times) => times > 1).length,
      disordered,
      marks: rows[0]?.marks ?? 0,
    };
  } finally {
    await runtime.stop(1_000);
    await transport.close(5_000);
    await database.close();
  }
}

/** A straight line through (x, y), and how uncertain its slope is: ordinary least squares. */
export function line(points: readonly (readonly [x: number, y: number])[]): { slope: number; error: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx;
  const rest = points.reduce((sum, [x, y]) => sum + (y - my - slope * (x - mx)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / Math.max(1, points.length - 2) / sxx) };
}

/** The verdict as Markdown. The first fifth is left out: caches fill and code is compiled there. */
export function longText(run: LongRun): string {
  const settled = run.samples.filter(({ events }) => events > run.events / 5);
  const per = 1_000_000;
  const of = (pick: (one: Sample) => number): string => {
    const { slope, error } = line(settled.map((one) => [one.events / per, pick(one)]));
    const values = settled.map(pick);
    const grows = slope > 3 * error && (slope * run.events) / per > 0.05 * (values[0] ?? 0);
    return `${Math.min(...values).toFixed(0)} – ${Math.max(...values).toFixed(0)} MB, ${slope >= 0 ? "+" : ""}${slope.toFixed(1)} ± ${error.toFixed(1)} MB per million events: ${grows ? "**it grows**" : "it does not grow"}`;
  };
  const whole = (value: number): string => Math.round(value).toLocaleString("en");
  const sound = run.lost + run.doubled + run.disordered === 0 && run.marks === run.events;
  return [
    `${whole(run.events)} events with ${whole(KEYS)} keys through the consumer, inbox on, at ${whole(run.perSecond)} a second:`,
    "",
    `- ${sound ? "none was lost, doubled or out of order" : `**${run.lost} lost, ${run.doubled} doubled, ${run.disordered} out of order**`}; ${whole(run.marks)} marks in the inbox`,
    `- heap after a full collection, ${settled.length} samples: ${of(({ heapMb }) => heapMb)}`,
    `- resident memory at the same moments: ${of(({ rssMb }) => rssMb)}`,
  ].join("\n");
}
