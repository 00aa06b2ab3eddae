import { keys, numbered, numbersOf, upTo, type Behaviour } from "./behaviour.ts";
import { eventually, expectEqual } from "./expectations.ts";
import { openReader } from "./reader.ts";

/** How records come to one reader. */
export const deliveryCases: readonly Behaviour[] = [
  {
    name: "a new group sees what was there before it",
    run: async ({ transport, topic, group, patienceMs }) => {
      await transport.send(numbered(topic, "a", 1, 25));
      const reader = await openReader(transport, { group, topics: [topic], maxRecords: 10 });
      await eventually(() => reader.records.length >= 25, "all old records arrive", patienceMs);
      expectEqual(numbersOf(reader.records, "a"), upTo(25), "old records, in order");
    },
  },
  {
    name: "records of a key come in the order sent, while others send too",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      const reader = await openReader(transport, { group, topics: [topic], maxRecords: 7 });
      const sendAll = async (client: typeof transport, mine: readonly string[]): Promise<void> => {
        for (const number of upTo(15)) await client.send(mine.flatMap((key) => numbered(topic, key, number, number)));
      };
      await Promise.all([sendAll(transport, keys.slice(0, 6)), sendAll(other, keys.slice(6))]);
      await eventually(() => reader.records.length >= 15 * keys.length, "all records arrive", patienceMs);
      for (const key of keys) expectEqual(numbersOf(reader.records, key), upTo(15), `order of ${key}`);
    },
  },
  {
    name: "no second delivery of a partition begins before the first is done",
    run: async ({ transport, topic, group, patienceMs }) => {
      await transport.send(numbered(topic, "a", 1, 30));
      const reader = await openReader(transport, {
        group,
        topics: [topic],
        maxRecords: 3,
        during: () => new Promise((resolve) => setImmediate(resolve)),
      });
      await eventually(() => reader.records.length >= 30, "all records arrive", patienceMs);
      expectEqual(reader.overlap, 1, "deliveries of one partition at a time");
      expectEqual(
        reader.batches.every(({ records }) => records.length <= 3),
        true,
        "no delivery is larger than asked for",
      );
    },
  },
  {
    name: "a delivery that fails is made again, before anything later",
    run: async ({ transport, topic, group, patienceMs }) => {
      await transport.send(numbered(topic, "a", 1, 5));
      let failures = 2;
      const reader = await openReader(transport, {
        group,
        topics: [topic],
        maxRecords: 2,
        during: () => {
          if ((failures -= 1) >= 0) throw new Error("not now");
        },
      });
      await eventually(() => reader.records.length >= 5, "all records arrive after the failures", patienceMs);
      expectEqual(numbersOf(reader.records, "a"), upTo(5), "order after failures");
    },
  },
  {
    name: "what was not committed comes again after a close, what was committed does not",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      await transport.send(numbered(topic, "a", 1, 10));
      const first = await openReader(transport, { group, topics: [topic], maxRecords: 5 });
      await eventually(() => first.records.length === 10, "the first reader has all", patienceMs);
      const place = first.batches[0]?.place ?? { topic, partition: 0 };
      const epoch = first.batches[0]?.epoch ?? 0;
      const sixth = first.records[5]?.offset ?? 0;
      expectEqual(await first.subscription.commit(place, sixth, epoch), "committed", "the commit");
      await first.subscription.close(1_000);
      const second = await openReader(other, { group, topics: [topic] });
      await eventually(() => second.records.length >= 5, "the rest arrives", patienceMs);
      expectEqual(numbersOf(second.records, "a"), [6, 7, 8, 9, 10], "only the rest comes again");
    },
  },
  {
    name: "nothing is delivered after a close, and a reader can come back",
    run: async ({ transport, topic, group, patienceMs }) => {
      const first = await openReader(transport, { group, topics: [topic], commits: true });
      await transport.send(numbered(topic, "a", 1, 3));
      await eventually(() => first.records.length === 3, "the first records arrive", patienceMs);
      await first.subscription.close(1_000);
      await transport.send(numbered(topic, "a", 4, 6));
      const second = await openReader(transport, { group, topics: [topic], commits: true });
      await eventually(() => second.records.length >= 3, "the reader that came back has the rest", patienceMs);
      expectEqual(
        [numbersOf(first.records, "a"), numbersOf(second.records, "a")],
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        "each has its part",
      );
    },
  },
];
