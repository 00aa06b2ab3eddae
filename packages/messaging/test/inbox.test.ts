import { describe, expect, test } from "@jest/globals";
import { cleanInbox, markInbox } from "../src/runtime/consumer-store.ts";
import { inboxWindow } from "../src/runtime/housekeeping.ts";
import { readRecord } from "../src/runtime/incoming.ts";
import { defaults } from "../src/runtime/settings.ts";
import { bench, stuckAt, until } from "./support/bench.ts";
import { audit, bytesOf, catalog, codecOver, placed, sales, stock } from "./support/shop.ts";
import { rowsOf, send } from "./support/world.ts";

const bed = bench();
const quiet = async (
  runtime: { service(name: string): { lag(): Promise<readonly { lag: number }[]> } },
  name: string,
) => until(async () => (await runtime.service(name).lag()).every(({ lag }) => lag === 0));

describe("the inbox, where others fell", () => {
  test("a crash after the transaction before the offset commit: delivered again, one effect", async () => {
    const heard: string[] = [];
    const listener = () => stock((event) => (heard.push(event.data.id), []));
    const stuck = stuckAt("consumer.after_tx", "stock");
    const first = await bed.run([sales(), listener()], { failpoints: stuck.failpoints });
    await send(first.runtime, "sales", placed("a"));
    await stuck.reached;
    first.crash();
    const second = await bed.run([listener()], { transport: first.transport });
    stuck.release();
    await quiet(second.runtime, "stock");
    expect(heard).toEqual(["a"]);
  });

  test("the same event sent again at another offset has no second effect", async () => {
    const heard: string[] = [];
    const { runtime, transport } = await bed.run([sales(), stock((event) => (heard.push(event.eventId), []))], {
      memory: { faults: { duplicate: 0.5 }, seed: 3 },
    });
    await send(runtime, "sales", ...Array.from({ length: 40 }, (_, index) => placed(`k${index % 7}`)));
    await until(() => heard.length === 40);
    await quiet(runtime, "stock");
    expect(transport.records("sales-events").length).toBeGreaterThan(45);
    expect(new Set(heard).size).toBe(40);
    expect(heard).toHaveLength(40);
  });

  test("deduplication is per consumer: another service hears the same event", async () => {
    const heard: string[] = [];
    const { runtime } = await bed.run([
      sales(),
      stock(() => (heard.push("stock"), [])),
      audit(() => (heard.push("audit"), [])),
    ]);
    await send(runtime, "sales", placed("a"));
    await until(() => heard.length === 2);
    expect(heard.sort()).toEqual(["audit", "stock"]);
  });

  test("two consumers racing on one event: one takes it, the transaction of the other stays usable", async () => {
    const { runtime } = await bed.run([stock(() => [])]);
    const record = {
      topic: "sales-events",
      partition: 0,
      offset: 7,
      key: Buffer.from("a"),
      value: bytesOf("Placed", "a", 1),
      headers: {},
      timestamp: 0,
    };
    const incoming = readRecord(runtime.service("stock").service, record);
    const take = () =>
      bed.database.transaction({ schema: "stock" }, async (session) => {
        const fresh = await markInbox(session, [incoming], new Date());
        await session.query("select 1");
        return fresh.size;
      });
    expect((await Promise.all([take(), take()])).sort()).toEqual([0, 1]);
  });

  test("marks are kept at least as long as the longest retention of what is heard", () => {
    const retentionMs = 400 * 86_400_000;
    const long = codecOver({
      ...catalog,
      topics: { ...catalog.topics, "sales-events": { ...catalog.topics["sales-events"]!, retentionMs } },
    });
    expect(inboxWindow({ service: stock(() => [], { events: long }), settings: defaults })).toBe(retentionMs);
    expect(inboxWindow({ service: stock(() => []), settings: defaults })).toBe(defaults.inboxWindowMs);
    const forEver = codecOver({
      ...catalog,
      topics: { ...catalog.topics, "sales-events": { ...catalog.topics["sales-events"]!, retentionMs: -1 } },
    });
    const window = inboxWindow({ service: stock(() => [], { events: forEver }), settings: defaults });
    expect(new Date(Date.now() - window).getTime()).toBeLessThan(0);
  });

  test("cleaning up never lets an event in again", async () => {
    const heard: number[] = [];
    const { runtime, transport } = await bed.run([sales(), stock((event) => (heard.push(event.sequence), []))]);
    await send(runtime, "sales", placed("a"), placed("a"), placed("a"));
    await until(() => heard.length === 3);
    await quiet(runtime, "stock");
    await bed.database.transaction({ schema: "stock" }, (session) => cleanInbox(session, new Date("2030-01-01")));
    expect(await rowsOf(bed.database, "stock", "select 1 from inbox")).toEqual([]);
    const copy = transport.records("sales-events")[0]!;
    // The very same records again, as after a lost offset; and a copy at a new offset, as from a confused producer.
    await rowsOf(bed.database, "stock", "select 1");
    transport.inject({ topic: copy.topic, key: copy.key, value: copy.value });
    await quiet(runtime, "stock");
    expect(heard).toEqual([1, 2, 3]);
    const [letter] = await runtime.service("stock").deadLetters.list();
    expect(letter).toMatchObject({ code: "out-of-order", eventId: expect.any(String) });
  });
});
