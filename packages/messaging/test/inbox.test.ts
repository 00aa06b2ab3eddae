import { describe, expect, test } from "@jest/globals";
import { inboxWindow } from "../src/runtime/housekeeping.ts";
import { cleanInbox } from "../src/runtime/inbox-store.ts";
import { keyStates, Outdated, saveKeys } from "../src/runtime/key-store.ts";
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

  test("two consumers racing on one event: the second to move its key on is told that somebody has", async () => {
    await bed.run([stock(() => [])]);
    const read = () =>
      bed.database.transaction({ schema: "stock" }, async (session) => {
        const key = (await keyStates(session, "sales-events", ["a"])).get("a");
        if (key === undefined) throw new Error("Every key asked for is answered.");
        return key;
      });
    const move = (key: Awaited<ReturnType<typeof read>>, last: number) =>
      bed.database.transaction({ schema: "stock" }, (session) =>
        saveKeys(session, "sales-events", new Map([["a", { was: key.last, now: { ...key, last }, trace: undefined }]])),
      );
    const [first, second] = [await read(), await read()];
    await move(first, 1);
    await expect(move(second, 1)).rejects.toThrow(Outdated);
    const [third, fourth] = [await read(), await read()];
    expect(third.last).toBe(1);
    await move(third, 2);
    await expect(move(fourth, 2)).rejects.toThrow(Outdated);
    expect((await read()).last).toBe(2);
  });

  test("a number that was used twice is not swallowed as a duplicate: the second event goes to the dead letters", async () => {
    const heard: string[] = [];
    const { runtime, transport } = await bed.run([stock((event) => (heard.push(event.eventId), []))]);
    const say = (sequence: number, eventId: string) =>
      transport.inject({
        topic: "sales-events",
        key: Buffer.from("a"),
        value: bytesOf("Placed", "a", sequence, { eventId }),
      });
    for (const [sequence, eventId] of [
      [1, "one"],
      [2, "two"],
      [1, "one"],
      [2, "two of a producer restored from its backup"],
      [3, "three"],
    ] as const)
      say(sequence, eventId);
    await quiet(runtime, "stock");
    expect(heard).toEqual(["one", "two", "three"]);
    expect(await runtime.service("stock").deadLetters.list()).toMatchObject([
      { code: "out-of-order", eventId: "two of a producer restored from its backup" },
    ]);
  });

  test("copies of an event that is parked, was parked or waits behind one that is have no second effect", async () => {
    const heard: string[] = [];
    const { runtime, transport, advanceUntil } = await bed.run([
      stock((event, { attempt }) => {
        if (event.sequence === 1 && attempt < 3) throw new Error("not yet");
        heard.push(event.eventId);
        return [];
      }),
    ]);
    const say = (sequence: number) =>
      transport.inject({ topic: "sales-events", key: Buffer.from("a"), value: bytesOf("Placed", "a", sequence) });
    for (const sequence of [1, 1, 2, 2, 1]) say(sequence);
    await quiet(runtime, "stock");
    expect(await runtime.service("stock").parked()).toHaveLength(2);
    say(2);
    await quiet(runtime, "stock");
    expect(await runtime.service("stock").parked()).toHaveLength(2);
    await advanceUntil(async () => (await runtime.service("stock").parked()).length === 0);
    for (const sequence of [1, 2, 3]) say(sequence);
    await quiet(runtime, "stock");
    expect(heard).toEqual(["Placed-a-1", "Placed-a-2", "Placed-a-3"]);
    expect(await runtime.service("stock").deadLetters.depth()).toBe(0);
  });

  test("an event that an operator let in by hand has no second effect when it comes through the log, and leaves no gap", async () => {
    const heard: string[] = [];
    const { runtime, transport } = await bed.run([stock((event) => (heard.push(event.eventId), []))]);
    const say = (value: Uint8Array) => transport.inject({ topic: "sales-events", key: Buffer.from("a"), value });
    say(bytesOf("Placed", "a", 1));
    say(Buffer.from("unreadable"));
    const { deadLetters } = runtime.service("stock");
    await until(async () => (await deadLetters.depth()) === 1);
    const [letter] = await deadLetters.list();
    await deadLetters.redrive(letter?.id ?? "", { by: "ada", edited: bytesOf("Placed", "a", 3) });
    await until(() => heard.length === 2);
    for (const sequence of [2, 3, 4]) say(bytesOf("Placed", "a", sequence));
    await quiet(runtime, "stock");
    expect(heard).toEqual(["Placed-a-1", "Placed-a-3", "Placed-a-2", "Placed-a-4"]);
    expect([await deadLetters.depth(), (await runtime.service("stock").parked()).length]).toEqual([0, 0]);
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
    expect(await rowsOf(bed.database, "stock", "select 1 from taken")).toEqual([]);
    const copy = transport.records("sales-events")[0]!;
    // The very same records again, as after a lost offset; and a copy at a new offset, as from a confused producer.
    transport.inject({ topic: copy.topic, key: copy.key, value: copy.value });
    await quiet(runtime, "stock");
    expect(heard).toEqual([1, 2, 3]);
    const [letter] = await runtime.service("stock").deadLetters.list();
    expect(letter).toMatchObject({ code: "out-of-order", eventId: expect.any(String) });
  });
});
