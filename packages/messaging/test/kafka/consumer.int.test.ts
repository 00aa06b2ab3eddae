import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { closeAll, inOrderPerKey, listen, numbered, record, topicWith, transport, unique, until } from "./harness.ts";
import type { Transport } from "../../src/ports/transport.ts";

let kafka: Transport;
beforeAll(async () => {
  kafka = await transport();
});
afterAll(closeAll);

describe("delivery", () => {
  test("a new group hears everything from the beginning, in order per key", async () => {
    const topic = await topicWith(kafka, 3);
    await kafka.send(numbered(topic, 500));
    const heard = await listen(kafka, { group: unique("g"), topics: [topic] });
    await until("500 records", () => heard.records.length === 500);
    expect(inOrderPerKey(heard.records)).toBe(true);
    expect(heard.overlaps).toBe(0);
    await heard.subscription.close(5_000);
  });

  test("a group goes on where it committed, and hears again what it did not commit", async () => {
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    await kafka.send(numbered(topic, 20));
    const first = await listen(kafka, { group, topics: [topic] });
    await until("20 records", () => first.records.length === 20);
    await first.subscription.close(5_000);
    await kafka.send([record(topic, "key-1", "20")]);
    const second = await listen(kafka, { group, topics: [topic], commit: false });
    await until("the new record", () => second.records.length === 1);
    expect(second.values()).toEqual(["20"]);
    await second.subscription.close(5_000);
    const third = await listen(kafka, { group, topics: [topic] });
    await until("the uncommitted record again", () => third.records.length === 1);
    expect(third.values()).toEqual(["20"]);
    await third.subscription.close(5_000);
  });
});
