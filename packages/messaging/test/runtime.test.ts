import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { memoryTransport } from "../src/adapters/memory/index.ts";
import type { Database, Runtime } from "../src/index.ts";
import { embeddedForTests, wipe } from "./support/embedded.ts";
import { audit, cancelled, job, placed, reserved, sales, stock } from "./support/shop.ts";
import { rowsOf, running, until } from "./support/world.ts";

let database: Database;
let runtime: Runtime | undefined;
beforeAll(async () => {
  database = await embeddedForTests();
});
afterAll(async () => {
  await database.close();
});
afterEach(async () => {
  await runtime?.stop(1_000);
  runtime = undefined;
  await wipe(database);
});

describe("an event from a command to its consumers", () => {
  test("reaches every consumer once, with identity, order, cause and headers", async () => {
    const transport = memoryTransport();
    const heard: unknown[] = [];
    runtime = await running({
      database,
      transport,
      services: [
        sales(),
        stock((event) => [reserved(event.data.id)]),
        audit((event, { delivery, attempt, replay }) => {
          heard.push({ event, delivery, attempt, replay });
          return [];
        }),
      ],
    });
    await runtime
      .service("sales")
      .transact({ correlationId: "story" }, async () => ({ events: [placed("a"), placed("a", 2)], result: 1 }));
    await until(() => heard.length === 4);
    const events = heard as {
      event: { eventType: string; sequence: number; correlationId: string; causationId?: string; eventId: string };
      delivery: { headers: Record<string, string> };
    }[];
    const [first] = events.filter(({ event }) => event.eventType === "Placed");
    const replies = events.filter(({ event }) => event.eventType === "Reserved");
    expect(events.filter(({ event }) => event.eventType === "Placed").map(({ event }) => event.sequence)).toEqual([
      1, 2,
    ]);
    expect(replies.map(({ event }) => event.sequence)).toEqual([1, 2]);
    expect(replies[0]?.event).toMatchObject({ correlationId: "story", causationId: first?.event.eventId });
    expect(first?.delivery.headers).toMatchObject({
      "content-type": "application/json",
      ce_specversion: "1.0",
      ce_type: "Placed.v1",
      ce_source: "urn:shop:sales",
      ce_id: first?.event.eventId,
    });
    const traceOf = (header: string | undefined) => header?.split("-")[1];
    expect(traceOf(replies[0]?.delivery.headers["traceparent"])).toBe(traceOf(first?.delivery.headers["traceparent"]));
    expect(await rowsOf(database, "sales", "select * from outbox")).toEqual([]);
  });

  test("what jobs say of its key later, here and in another service, is of the same trace", async () => {
    const placedIds: string[] = [];
    const traces = new Map<string, string | undefined>();
    const once = <Said>(of: readonly string[], say: (id: string) => Said, from: number): Said[] =>
      traces.size === from ? of.slice(0, 1).map(say) : [];
    runtime = await running({
      database,
      transport: memoryTransport(),
      services: [
        sales(() => [], { jobs: [job("give-up", 20, async () => once(placedIds, cancelled, 2))] }),
        stock((event) => (placedIds.push(event.data.id), []), {
          jobs: [job("carrier", 20, async () => once(placedIds, reserved, 1))],
        }),
        audit((event, { delivery }) => {
          traces.set(event.eventType, delivery.headers["traceparent"]?.split("-")[1]);
          return [];
        }),
      ],
    });
    await runtime.service("sales").transact({}, async () => ({ events: [placed("a")], result: 1 }));
    await until(() => traces.size === 3);
    expect([...traces.keys()]).toEqual(["Placed", "Reserved", "Cancelled"]);
    expect(new Set(traces.values()).size).toBe(1);
  });
});
