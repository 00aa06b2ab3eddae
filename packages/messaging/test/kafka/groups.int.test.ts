import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Transport } from "../../src/ports/transport.ts";
import { admin, closeAll, inOrderPerKey, listen, numbered, topicWith, transport, unique } from "./harness.ts";
import { until } from "./waiting.ts";

let kafka: Transport;
beforeAll(async () => {
  kafka = await transport();
}, 60_000);
afterAll(closeAll);

const committedOf = async (group: string, topic: string): Promise<number[]> =>
  (await kafka.lag(group, [topic])).map(({ committed }) => committed);

describe("rebalance", () => {
  test("two members share the partitions, and everything is heard by exactly one of them", async () => {
    const topic = await topicWith(kafka, 4);
    const group = unique("g");
    const one = await listen(kafka, { group, topics: [topic] });
    await until("all partitions", () => one.assigned.size === 4);
    const two = await listen(await transport(), { group, topics: [topic] });
    await until("two each", () => one.assigned.size === 2 && two.assigned.size === 2);
    await kafka.send(numbered(topic, 200, 40));
    await until("200 records", () => one.records.length + two.records.length === 200);
    expect(one.records.length).toBeGreaterThan(0);
    expect(two.records.length).toBeGreaterThan(0);
    expect(inOrderPerKey(one.records) && inOrderPerKey(two.records)).toBe(true);
    await Promise.all([one.subscription.close(5_000), two.subscription.close(5_000)]);
  });

  test("a partition that moves is finished and committed first: nothing is heard twice", async () => {
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    const gate = Promise.withResolvers<void>();
    await kafka.send(numbered(topic, 40, 10));
    const one = await listen(kafka, { group, topics: [topic], maxRecords: 5, handle: () => gate.promise });
    await until("work on both partitions", () => one.assigned.size === 2 && one.busy());
    const two = await listen(await transport(), { group, topics: [topic] });
    // The second member is in the group now and waits for the first to finish its batch.
    await until("the revoke has begun", () => one.leaving() > 0);
    expect(two.records).toEqual([]);
    gate.resolve();
    await until("40 records", () => one.records.length + two.records.length >= 40);
    const all = [...one.values(), ...two.values()].map(Number).sort((a, b) => a - b);
    expect(all).toEqual([...Array(40).keys()]);
    expect(one.revoked.every(({ lost }) => !lost)).toBe(true);
    await Promise.all([one.subscription.close(5_000), two.subscription.close(5_000)]);
  });

  test("a partition that stays keeps its epoch and goes on while another moves", async () => {
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    const slow = Promise.withResolvers<void>();
    const one = await listen(kafka, { group, topics: [topic], onRevoke: () => slow.promise });
    await until("both partitions", () => one.assigned.size === 2);
    const before = new Map(one.assigned);
    const two = await listen(await transport(), { group, topics: [topic] });
    await until("the revoke has begun", () => one.leaving() === 1);
    await kafka.send(numbered(topic, 40, 20));
    await until("records of the partition that stays", () => one.records.length > 0);
    slow.resolve();
    await until("one each", () => two.assigned.size === 1 && one.assigned.size === 1);
    await until("40 records", () => one.records.length + two.records.length === 40);
    const [kept] = [...one.assigned];
    expect(before.get(kept?.[0] ?? -1)).toBe(kept?.[1]);
    await Promise.all([one.subscription.close(5_000), two.subscription.close(5_000)]);
  });

  test("a commit under an old epoch is fenced and changes nothing: no zombie commits", async () => {
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    await kafka.send(numbered(topic, 40, 10));
    const one = await listen(kafka, { group, topics: [topic] });
    await until("everything", () => one.records.length === 40);
    const epochs = new Map(one.assigned);
    const two = await listen(await transport(), { group, topics: [topic] });
    await until("one each", () => one.assigned.size === 1 && two.assigned.size === 1);
    const before = await committedOf(group, topic);
    const moved = one.revoked[0]?.partition ?? -1;
    const stale = { topic, partition: moved };
    expect(await one.subscription.commit(stale, 1_000_000, epochs.get(moved) ?? -1)).toBe("fenced");
    expect(await two.subscription.commit(stale, 1_000_000, 999)).toBe("fenced");
    expect(await committedOf(group, topic)).toEqual(before);
    await Promise.all([one.subscription.close(5_000), two.subscription.close(5_000)]);
  });

  test("a lower commit never passes a higher one, however they overlap", async () => {
    const topic = await topicWith(kafka, 1);
    const group = unique("g");
    await kafka.send(numbered(topic, 50, 1));
    const heard = await listen(kafka, { group, topics: [topic], commit: false });
    await until("50 records", () => heard.records.length === 50);
    const epoch = heard.assigned.get(0) ?? -1;
    const offsets = [50, 10, 30, 49, 1, 50];
    const answers = await Promise.all(
      offsets.map((at) => heard.subscription.commit({ topic, partition: 0 }, at, epoch)),
    );
    expect(new Set(answers)).toEqual(new Set(["committed"]));
    expect(await heard.subscription.commit({ topic, partition: 0 }, 5, epoch)).toBe("committed");
    expect(await committedOf(group, topic)).toEqual([50]);
    await heard.subscription.close(5_000);
  });

  test("more members than partitions: the idle one is healthy and takes over when another leaves", async () => {
    const topic = await topicWith(kafka, 1);
    const group = unique("g");
    const one = await listen(kafka, { group, topics: [topic] });
    await until("the partition", () => one.assigned.size === 1);
    const two = await listen(await transport(), { group, topics: [topic] });
    await kafka.send(numbered(topic, 5, 1));
    await until("5 records", () => one.records.length + two.records.length === 5);
    const [owner, idle] = one.assigned.size === 1 ? [one, two] : [two, one];
    expect(idle.assigned.size).toBe(0);
    await owner.subscription.close(5_000);
    await kafka.send(numbered(topic, 5, 1));
    await until("5 more records", () => one.records.length + two.records.length === 10);
    await idle.subscription.close(5_000);
  });

  test("a handler that hangs past the deadline loses its partition, and its late commit is fenced", async () => {
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    const gate = Promise.withResolvers<void>();
    const impatient = await transport({ revokeDeadlineMs: 500 });
    await kafka.send(numbered(topic, 40, 10));
    const one = await listen(impatient, { group, topics: [topic], commit: false, handle: () => gate.promise });
    await until("work on both partitions", () => one.assigned.size === 2 && one.busy());
    const epochs = new Map(one.assigned);
    const two = await listen(await transport(), { group, topics: [topic] });
    await until("the second member works on the moved partition", () => two.records.length > 0);
    const moved = two.records[0]?.partition ?? -1;
    expect(await one.subscription.commit({ topic, partition: moved }, 1, epochs.get(moved) ?? -1)).toBe("fenced");
    gate.resolve();
    await Promise.all([one.subscription.close(5_000), two.subscription.close(5_000)]);
  });

  test("added partitions are noticed by the group and by the sender", async () => {
    const topic = await topicWith(kafka, 1);
    const group = unique("g");
    const one = await listen(kafka, { group, topics: [topic] });
    const two = await listen(await transport(), { group, topics: [topic] });
    await until("one partition", () => one.assigned.size + two.assigned.size === 1);
    await (await admin()).addPartitions(topic, 4);
    await until("four partitions", () => one.assigned.size === 2 && two.assigned.size === 2);
    await until("the sender uses them", async () => {
      const results = await kafka.send(numbered(topic, 20, 20));
      return new Set(results.map((result) => (result.ok ? result.partition : -1))).size === 4;
    });
    const bounds = await kafka.bounds(topic);
    const sent = bounds.reduce((sum, { end }) => sum + end, 0);
    await until("everything sent", () => one.records.length + two.records.length === sent);
    await Promise.all([one.subscription.close(5_000), two.subscription.close(5_000)]);
  });

  test("members come and go while records flow: nothing lost, order per key holds", async () => {
    const topic = await topicWith(kafka, 6);
    const group = unique("g");
    const members = [await listen(kafka, { group, topics: [topic] })];
    let sent = 0;
    for (const step of ["join", "join", "leave", "join", "leave"]) {
      const batch = numbered(topic, 60, 20).map((each, at) => ({ ...each, value: Buffer.from(String(sent + at)) }));
      sent += batch.length;
      await kafka.send(batch);
      if (step === "join") members.push(await listen(await transport(), { group, topics: [topic] }));
      else
        await members
          .shift()
          ?.subscription.close(5_000)
          .then(() => undefined);
      const live = members;
      await until(`the group settles after a ${step}`, () => {
        return (
          live.reduce((sum, { assigned }) => sum + assigned.size, 0) === 6 && live.every((m) => m.assigned.size > 0)
        );
      });
    }
    await until("no lag", async () => (await kafka.lag(group, [topic])).every(({ lag }) => lag === 0));
    expect(members.every(({ overlaps, revoked }) => overlaps === 0 && revoked.every(({ lost }) => !lost))).toBe(true);
    await Promise.all(members.map(({ subscription }) => subscription.close(5_000)));
  });
});

describe("closing", () => {
  test("a closed member leaves the group at once: others need not wait for its session to end", async () => {
    const topic = await topicWith(kafka, 2);
    const group = unique("g");
    const patient = { sessionTimeoutMs: 60_000, rebalanceTimeoutMs: 60_000 };
    const one = await listen(await transport(patient), { group, topics: [topic] });
    await until("both partitions", () => one.assigned.size === 2);
    await one.subscription.close(5_000);
    const two = await listen(await transport(patient), { group, topics: [topic] });
    await until("both partitions", () => two.assigned.size === 2, 10_000);
    await two.subscription.close(5_000);
  });

  test("closing waits for the batch in hand and commits it", async () => {
    const topic = await topicWith(kafka, 1);
    const group = unique("g");
    const gate = Promise.withResolvers<void>();
    await kafka.send(numbered(topic, 10, 1));
    const heard = await listen(kafka, { group, topics: [topic], maxRecords: 4, handle: () => gate.promise });
    await until("a batch in hand", () => heard.busy());
    const closed = heard.subscription.close(10_000);
    gate.resolve();
    await closed;
    expect(heard.records).toHaveLength(4);
    expect(await committedOf(group, topic)).toEqual([4]);
  });

  test("closing ends at its deadline though a handler hangs", async () => {
    const topic = await topicWith(kafka, 1);
    const gate = Promise.withResolvers<void>();
    await kafka.send(numbered(topic, 10, 1));
    const heard = await listen(kafka, { group: unique("g"), topics: [topic], handle: () => gate.promise });
    await until("a batch in hand", () => heard.busy());
    const started = performance.now();
    await heard.subscription.close(700);
    expect(performance.now() - started).toBeLessThan(2_000);
    gate.resolve();
  });

  test("a subscription to a topic that does not exist yet begins when it does", async () => {
    const topic = unique("later");
    const heard = await listen(kafka, { group: unique("g"), topics: [topic] });
    await kafka.ensureTopics([{ name: topic, partitions: 2 }]);
    await kafka.send(numbered(topic, 10));
    await until("10 records", () => heard.records.length === 10);
    await heard.subscription.close(5_000);
  });
});
