import { keys, numbered, numbersOf, PARTITIONS, upTo, type Behaviour } from "./behaviour.ts";
import { eventually, expectEqual } from "./expectations.ts";
import { openReader } from "./reader.ts";

/** How readers and clients begin, fail, end and come back. */
export const lifeCases: readonly Behaviour[] = [
  {
    name: "a reader of several topics hears each of them, and of no other",
    run: async ({ transport, topic, group, patienceMs }) => {
      const topics = [topic, `${topic}-second`, `${topic}-third`];
      await transport.ensureTopics(topics.map((name) => ({ name, partitions: PARTITIONS })));
      const reader = await openReader(transport, { group, topics: topics.slice(0, 2) });
      await transport.send(topics.flatMap((name) => numbered(name, "a", 1, 5)));
      await eventually(() => reader.records.length >= 10, "both topics arrive", patienceMs);
      for (const name of topics.slice(0, 2)) {
        const heard = reader.records.filter((record) => record.topic === name);
        expectEqual(numbersOf(heard, "a"), upTo(5), `records of ${name}`);
      }
      expectEqual(reader.records.length, 10, "records of both, and no other");
    },
  },
  {
    name: "members that begin at the same moment settle, and records come once",
    needs: "groups",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      await transport.send(keys.flatMap((key) => numbered(topic, key, 1, 4)));
      const readers = await Promise.all(
        [transport, other, transport, other].map((client) =>
          openReader(client, { group, topics: [topic], commits: true }),
        ),
      );
      await eventually(
        () => readers.every((reader) => reader.owned.size === PARTITIONS / readers.length),
        "each has its share",
        patienceMs,
      );
      await transport.send(keys.flatMap((key) => numbered(topic, key, 5, 8)));
      const numbers = (key: string): number[] => readers.flatMap((reader) => numbersOf(reader.records, key));
      await eventually(
        () => keys.every((key) => new Set(numbers(key)).size === 8),
        "everything is heard by somebody",
        patienceMs,
      );
      for (const key of keys)
        expectEqual(
          numbers(key)
            .filter((number) => number > 4)
            .sort(),
          [5, 6, 7, 8],
          `${key} once after they settled`,
        );
    },
  },
  {
    name: "a reader whose work fails again and again loses nothing and keeps the order",
    run: async ({ transport, topic, group, patienceMs }) => {
      let turns = 0;
      const reader = await openReader(transport, {
        group,
        topics: [topic],
        maxRecords: 1,
        commits: true,
        during: () => {
          turns += 1;
          if (turns % 3 !== 0) throw new Error("not now");
        },
      });
      await transport.send([...numbered(topic, "a", 1, 4), ...numbered(topic, "b", 1, 4)]);
      await eventually(() => reader.records.length >= 8, "all records arrive between the failures", patienceMs * 2);
      for (const key of ["a", "b"]) expectEqual(numbersOf(reader.records, key), upTo(4), `order of ${key}`);
    },
  },
  {
    name: "closing a reader twice, and readers at the same moment, ends each once",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      const readers = await Promise.all(
        [transport, other].map((client, index) => openReader(client, { group: `${group}-${index}`, topics: [topic] })),
      );
      await eventually(() => readers.every(({ owned }) => owned.size === PARTITIONS), "both have all", patienceMs);
      await Promise.all(readers.flatMap(({ subscription }) => [subscription.close(1_000), subscription.close(1_000)]));
      await eventually(() => readers.every(({ owned }) => owned.size === 0), "both have given all back", patienceMs);
    },
  },
  {
    name: "after a client is closed it sends nothing more, and says so",
    run: async ({ transport, topic }) => {
      await transport.send(numbered(topic, "a", 1, 1));
      await transport.close(1_000);
      const answer = await transport.send(numbered(topic, "a", 2, 2)).then(
        () => "it was sent",
        (error: unknown) => (error as { code?: unknown }).code,
      );
      expectEqual(answer, "closed", "the answer");
    },
  },
  {
    name: "a client that was closed is followed by another that goes on where it stood",
    needs: "multiProcess",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      await transport.send(numbered(topic, "a", 1, 5));
      const first = await openReader(transport, { group, topics: [topic], commits: true });
      await eventually(() => first.records.length === 5, "the first client has all", patienceMs);
      await transport.close(2_000);
      const second = await openReader(other, { group, topics: [topic], commits: true });
      await other.send(numbered(topic, "a", 6, 9));
      await eventually(() => second.records.length >= 4, "the second client goes on", patienceMs);
      expectEqual(numbersOf(second.records, "a"), [6, 7, 8, 9], "nothing twice, nothing missing");
    },
  },
];
