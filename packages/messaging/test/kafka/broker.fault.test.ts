import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isMessagingError } from "../../src/errors.ts";
import type { OutgoingRecord, StoredRecord, Transport } from "../../src/ports/transport.ts";
import { startKafka, type Kafka } from "../../../../scripts/kafka/start.ts";
import { closeAll, listen, numbered, record, topicWith, transport, unique } from "./harness.ts";
import { until } from "./waiting.ts";
import { sessionMs } from "./timing.ts";

let broker: Kafka;
let named: string | undefined;
beforeAll(async () => {
  named = process.env["KAFKA_BROKERS"];
  // A broker of our own: it is going to suffer.
  delete process.env["KAFKA_BROKERS"];
  broker = await startKafka();
  process.env["KAFKA_BROKERS"] = broker.brokers.join(",");
}, 120_000);
afterEach(closeAll);
afterAll(async () => {
  if (named === undefined) delete process.env["KAFKA_BROKERS"];
  else process.env["KAFKA_BROKERS"] = named;
  await broker?.close();
}, 60_000);

/** Sends like a relay: a batch that failed is sent again, and nothing after it before. */
function relay(kafka: Transport, topic: string): { sent: () => number; failures: () => number; stop(): Promise<void> } {
  let next = 0;
  let failures = 0;
  const stop = new AbortController();
  const batch = (): OutgoingRecord[] =>
    Array.from({ length: 10 }, (_, at) => record(topic, `key-${(next + at) % 7}`, String(next + at)));
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        const results = await kafka.send(batch());
        if (results.every(({ ok }) => ok)) next += 10;
        else failures += 1;
      } catch (error) {
        expect(isMessagingError(error, "broker-unavailable")).toBe(true);
        failures += 1;
      }
      await new Promise((done) => setImmediate(done));
    }
  };
  const running = run();
  return {
    sent: () => next,
    failures: () => failures,
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

/** Nothing lost; per key, first hearings in order: what an inbox makes of it has every effect once and in order. */
function judge(records: readonly StoredRecord[], sent: number): { lost: number; disordered: number } {
  const heard = new Set(records.map(({ value }) => Number(String(value))));
  const seen = new Set<number>();
  const last = new Map<string, number>();
  let disordered = 0;
  for (const { key, value } of records) {
    const number = Number(String(value));
    if (seen.has(number)) continue;
    seen.add(number);
    if (number < (last.get(String(key)) ?? -1)) disordered += 1;
    last.set(String(key), number);
  }
  return { lost: [...Array(sent).keys()].filter((number) => !heard.has(number)).length, disordered };
}

const faults: [string, () => Promise<void>][] = [
  [
    "stopped and started",
    async () => {
      await broker.stop();
      await broker.restart();
    },
  ],
  [
    "killed and started",
    async () => {
      await broker.kill();
      await broker.restart();
    },
  ],
];

describe("a broker that", () => {
  test.each(faults)("is %s under load costs time, and neither records nor their order", async (_, suffer) => {
    const kafka = await transport({ sendTimeoutMs: 5_000 });
    const topic = await topicWith(kafka, 3);
    const group = unique("g");
    // In the order of hearing, whoever heard: partitions may change hands.
    const all: StoredRecord[] = [];
    const handle = async (records: readonly StoredRecord[]): Promise<void> => void all.push(...records);
    await listen(kafka, { group, topics: [topic], handle });
    await listen(await transport(), { group, topics: [topic], handle });
    const heard = (): readonly StoredRecord[] => all;
    const load = relay(kafka, topic);
    await until("records flow", () => heard().length > 100);
    await suffer();
    const after = load.sent();
    await until("records flow again", () => load.sent() > after + 100, 60_000);
    await load.stop();
    await until(
      "everything is heard",
      () => new Set(heard().map(({ value }) => String(value))).size >= load.sent(),
      60_000,
    );
    expect(judge(heard(), load.sent())).toEqual({ lost: 0, disordered: 0 });
    await until("no lag", async () => (await kafka.lag(group, [topic])).every(({ lag }) => lag === 0));
  });

  test("hangs makes sends fail in time, and everything goes on when it answers again", async () => {
    const kafka = await transport({ sendTimeoutMs: 1_500 });
    const topic = await topicWith(kafka, 2);
    const heard = await listen(kafka, { group: unique("g"), topics: [topic] });
    await kafka.send(numbered(topic, 10));
    await until("10 records", () => heard.records.length === 10);
    broker.pause();
    const started = performance.now();
    try {
      await expect(kafka.send(numbered(topic, 10))).rejects.toMatchObject({ code: "broker-unavailable" });
      expect(performance.now() - started).toBeLessThan(6_000);
    } finally {
      broker.resume();
    }
    await until("sending works", async () => {
      const results = await kafka.send([record(topic, "after", "99")]).catch(() => []);
      return results.length > 0 && results.every(({ ok }) => ok);
    });
    await until("hearing works", () => heard.values().includes("99"), 30_000);
  });
});

describe("while the broker is away", () => {
  test("a member can begin, another can be closed in time, and the first hears everything when it is back", async () => {
    const kafka = await transport();
    const topic = await topicWith(kafka, 2);
    await kafka.send(numbered(topic, 20));
    const early = await listen(kafka, { group: unique("g"), topics: [topic] });
    await until("20 records", () => early.records.length === 20);
    const waiting = await transport();
    await broker.stop();
    const heard = await listen(waiting, { group: unique("g"), topics: [topic] });
    const started = performance.now();
    await kafka.close(2_000);
    expect(performance.now() - started).toBeLessThan(3_000);
    await broker.restart();
    await until("20 records", () => heard.records.length === 20, 30_000);
  });
});

test("a start waits for a broker that is away, and for topics that it does not know yet; not for ever", async () => {
  const [patient, twin, hasty] = [
    await transport({ startTimeoutMs: 90_000 }),
    await transport({ startTimeoutMs: 90_000 }),
    await transport({ startTimeoutMs: 300 }),
  ];
  const topics = [{ name: unique("late"), partitions: 2 }];
  await broker.stop();
  const starting = Promise.all([patient.ensureTopics(topics), twin.ensureTopics(topics)]);
  starting.catch(() => undefined);
  try {
    await expect(hasty.ensureTopics(topics)).rejects.toMatchObject({
      code: "broker-unavailable",
      message: expect.stringContaining("creating topic late-"),
    });
  } finally {
    await broker.restart();
  }
  await starting;
  expect(await patient.bounds(topics[0]?.name ?? "")).toHaveLength(2);
});

interface Line {
  readonly what: string;
  readonly partition: number;
  readonly epoch: number;
  readonly value?: string;
  readonly lost?: boolean;
}

describe("a member that", () => {
  test("is frozen past its session loses its partitions, commits nothing when it wakes, and joins again", async () => {
    const kafka = await transport();
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    const script = join(import.meta.dirname, "member-process.ts");
    const child = spawn(process.execPath, [script, broker.brokers.join(","), group, topic], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    const lines: Line[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line) as Line));
    try {
      await until("the child has both partitions", () => lines.filter(({ what }) => what === "assigned").length === 2);
      await kafka.send(numbered(topic, 200, 20));
      await until("the child is at work", () => lines.some(({ what }) => what === "committed"));
      child.kill("SIGSTOP");
      const started = performance.now();
      const other = await listen(kafka, { group, topics: [topic] });
      await until("the other takes over", () => other.assigned.size === 2, 30_000);
      expect(performance.now() - started).toBeGreaterThan(sessionMs / 2);
      await until("the other hears the rest", async () =>
        (await kafka.lag(group, [topic])).every(({ lag }) => lag === 0),
      );
      const before = lines.length;
      child.kill("SIGCONT");
      await until(
        "the child comes back",
        () => {
          const woken = lines.slice(before);
          return woken.some(({ what }) => what === "assigned") && other.assigned.size === 1;
        },
        30_000,
      );
      const asleep = new Set(lines.slice(0, before).map(({ epoch }) => epoch));
      const zombie = lines.slice(before).filter(({ epoch }) => asleep.has(epoch));
      // Of each partition, at most the record in hand is finished (its commit was answered before the freeze, or is
      // fenced); none of the buffered ones follows.
      for (const partition of [0, 1]) {
        const of = (kind: string): Line[] =>
          zombie.filter((line) => line.what === kind && line.partition === partition);
        expect(of("heard").length + of("committed").length + of("fenced").length).toBeLessThanOrEqual(2);
      }
      expect(zombie.filter(({ what }) => what === "revoked").map(({ lost }) => lost)).toEqual([true, true]);
      expect((await kafka.lag(group, [topic])).map(({ lag }) => lag)).toEqual([0, 0]);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("hears nothing of its coordinator for too long begins anew, and goes on where it was", async () => {
    const silent = {
      sessionTimeoutMs: 3_000,
      rebalanceTimeoutMs: 3_000,
      revokeDeadlineMs: 1_000,
      sendTimeoutMs: 3_000,
    };
    const kafka = await transport({ ...silent, callTimeoutMs: 3_000 });
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    const heard = await listen(kafka, { group, topics: [topic] });
    await kafka.send(numbered(topic, 20));
    await until("20 records", () => heard.records.length === 20);
    const silentFor = (): number => {
      const { member } = (heard.subscription.describe?.() ?? {}) as { member?: { silentForMs: number } };
      return member?.silentForMs ?? 0;
    };
    broker.pause();
    try {
      await until("the member gives up on its client", () => silentFor() > 8_500, 30_000);
      await until("another client", () => silentFor() < 5_000, 30_000);
    } finally {
      broker.resume();
    }
    await until("sending works", async () =>
      (await kafka.send([record(topic, "after", "99")]).catch(() => [])).some(({ ok }) => ok),
    );
    await until("hearing works", () => heard.values().includes("99"), 60_000);
    await until("no lag", async () => (await kafka.lag(group, [topic])).every(({ lag }) => lag === 0), 60_000);
  });

  test("dies without a word is replaced after its session, and nothing is lost", async () => {
    const kafka = await transport();
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    const script = join(import.meta.dirname, "member-process.ts");
    const child = spawn(process.execPath, [script, broker.brokers.join(","), group, topic], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    const lines: Line[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(JSON.parse(line) as Line));
    await kafka.send(numbered(topic, 200, 20));
    await until("the child is at work", () => lines.some(({ what }) => what === "committed"));
    child.kill("SIGKILL");
    const other = await listen(kafka, { group, topics: [topic] });
    await until(
      "everything is heard",
      () => {
        const all = [...other.values(), ...lines.filter(({ what }) => what === "heard").map(({ value }) => value)];
        return new Set(all).size === 200;
      },
      30_000,
    );
  });
});
