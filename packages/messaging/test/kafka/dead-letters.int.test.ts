import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Database, Transport } from "../../src/index.ts";
import { embeddedForTests } from "../support/embedded.ts";
import { bytesOf, catalog, codecOver, stock } from "../support/shop.ts";
import { running } from "../support/world.ts";
import { admin, closeAll, listen, transport, unique } from "./harness.ts";
import { until } from "./waiting.ts";

let kafka: Transport;
let database: Database;
beforeAll(async () => {
  kafka = await transport();
  database = await embeddedForTests();
}, 60_000);
afterAll(async () => {
  await database?.close();
  await closeAll();
});

/** Longer than the broker's own default of seven days. */
const retentionMs = 30 * 86_400_000;

/** The catalogue with a topic of this test's own: brokers outlive tests. */
function own(topic: string) {
  const events = Object.fromEntries(
    Object.entries(catalog.events).map(([name, event]) => [
      name,
      event.topic === "sales-events" ? { ...event, topic } : event,
    ]),
  );
  const { "sales-events": sales, ...others } = catalog.topics;
  return codecOver({
    ...catalog,
    events,
    topics: { ...others, ...(sales === undefined ? {} : { [topic]: { ...sales, retentionMs } }) },
  });
}

test("a dead letter is copied to <topic>.<service>.dlq with its bytes, key and headers, and what it died of, and kept as long as the event", async () => {
  const topic = unique("sales-events");
  const letters = `${topic}.stock.dlq`;
  const service = stock(
    () => {
      throw Object.assign(new Error("no shelf\nfor this"), { retryable: false });
    },
    { events: own(topic) },
  );
  const runtime = await running({ database, transport: kafka, services: [service] });
  try {
    const heard = await listen(kafka, { group: unique("operators"), topics: [letters] });
    expect(await (await admin()).config(letters, "retention.ms")).toBe(String(retentionMs));
    const garbage = Buffer.from([0, 255, 128]);
    await kafka.send([
      { topic, key: "ключ", value: garbage, headers: { ce_id: "7", "x-trace": "ü" } },
      { topic, key: "a", value: bytesOf("Placed", "a", 1), headers: { traceparent: "00-1-2-03" } },
    ]);
    // Without key and value, as only a stranger writes them.
    await (await admin()).produceRaw(topic, [["who", "stranger"]]);
    await until("three copies", () => heard.records.length === 3, 60_000);
    const copies = new Map(heard.records.map((record) => [record.headers["dead-letter-code"], record]));
    const unreadable = heard.records.find(({ headers }) => headers["ce_id"] === "7");
    expect(Buffer.from(unreadable?.value ?? []).equals(garbage)).toBe(true);
    expect(Buffer.from(unreadable?.key ?? []).toString()).toBe("ключ");
    expect(unreadable?.headers).toMatchObject({
      ce_id: "7",
      "x-trace": "ü",
      "dead-letter-topic": topic,
      "dead-letter-group": "stock",
      "dead-letter-code": "message-unreadable",
      "dead-letter-attempts": "0",
    });
    const failed = copies.get("handler-failed");
    expect(Buffer.from(failed?.value ?? []).equals(bytesOf("Placed", "a", 1))).toBe(true);
    expect(failed?.headers).toMatchObject({
      traceparent: "00-1-2-03",
      "dead-letter-attempts": "1",
      "dead-letter-message": expect.stringContaining("no shelf for this"),
      "dead-letter-partition": expect.stringMatching(/^\d$/),
      "dead-letter-offset": expect.stringMatching(/^\d$/),
      "dead-letter-time": expect.stringMatching(/^\d{4}-/),
    });
    const empty = heard.records.find(({ headers }) => headers["who"] === "stranger");
    expect(empty?.headers).toMatchObject({ "dead-letter-key": "null", "dead-letter-value": "null" });
    // The durable rows came first, and have what the copies have.
    expect(await runtime.service("stock").deadLetters.depth()).toBe(3);
    const rows = await runtime.service("stock").deadLetters.list();
    expect(rows.map(({ value }) => (value === null ? 0 : value.length)).sort()).toEqual(
      [0, garbage.length, bytesOf("Placed", "a", 1).length].sort(),
    );
    await heard.subscription.close(5_000);
  } finally {
    await runtime.stop(5_000);
  }
});

test("processes that start at once on topics nobody made yet all start", async () => {
  const topics = [1, 2, 3].map((number) => ({ name: unique(`new-${number}`), partitions: 3 }));
  const processes = await Promise.all(Array.from({ length: 5 }, () => transport()));
  await Promise.all(processes.map((one) => one.ensureTopics(topics)));
  for (const { name } of topics) expect(await kafka.bounds(name)).toHaveLength(3);
});
