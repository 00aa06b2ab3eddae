import { keys, numbered, numbersOf, PARTITIONS, upTo, type Behaviour } from "./behaviour.ts";
import { eventually, expectEqual } from "./expectations.ts";
import { openReader } from "./reader.ts";

/** What is written stays as it was, where it belongs. */
export const logCases: readonly Behaviour[] = [
  {
    name: "value, key and headers arrive byte by byte as they were sent",
    run: async ({ transport, topic, group, patienceMs }) => {
      const value = new Uint8Array([0, 255, 10, 13, 34, 92, 0x80, 0]);
      const headers = { "content-type": "application/json", ce_id: "1", empty: "", umlaut: "Grüße, 世界" };
      const [result] = await transport.send([{ topic, key: "schlüssel", value, headers }]);
      expectEqual(result?.ok, true, "the send");
      const reader = await openReader(transport, { group, topics: [topic] });
      await eventually(() => reader.records.length === 1, "the record arrives", patienceMs);
      const record = reader.records[0];
      expectEqual([...(record?.value ?? [])], [...value], "the value");
      expectEqual(new TextDecoder().decode(record?.key ?? new Uint8Array()), "schlüssel", "the key");
      expectEqual({ ...record?.headers }, headers, "the headers");
      if (result?.ok === true)
        expectEqual([record?.partition, record?.offset], [result.partition, result.offset], "the place");
    },
  },
  {
    name: "a key keeps its partition, whoever sends",
    run: async ({ transport, other, topic }) => {
      const first = await transport.send(keys.flatMap((key) => numbered(topic, key, 1, 1)));
      const second = await other.send(keys.flatMap((key) => numbered(topic, key, 2, 2)));
      const partitions = (results: typeof first) => results.map((result) => (result.ok ? result.partition : -1));
      expectEqual(partitions(second), partitions(first), "the partitions");
      expectEqual(new Set(partitions(first)).size > 1, true, "keys spread over partitions");
    },
  },
  {
    name: "results come in the order of the batch, offsets of a key grow",
    run: async ({ transport, topic }) => {
      const batch = upTo(20).flatMap((number) => keys.flatMap((key) => numbered(topic, key, number, number)));
      const results = await transport.send(batch);
      expectEqual(results.length, batch.length, "one result per record");
      const last = new Map<string, number>();
      results.forEach((result, index) => {
        if (!result.ok) throw result.error;
        const key = batch[index]?.key ?? "";
        expectEqual(result.offset > (last.get(key) ?? -1), true, `offsets of ${key} grow`);
        last.set(key, result.offset);
      });
    },
  },
  {
    name: "offsets have no gaps and follow the order of commits, with many writers",
    needs: "denseOffsets",
    run: async ({ transport, other, topic }) => {
      await Promise.all(
        upTo(20).map((number) =>
          (number % 2 === 0 ? transport : other).send(keys.flatMap((key) => numbered(topic, key, number, number))),
        ),
      );
      let total = 0;
      for (const { partition, begin, end } of await transport.bounds(topic)) {
        const records = await transport.read({ topic, partition }, begin, 1_000);
        expectEqual(
          records.map((record) => record.offset),
          upTo(end).map((n) => n - 1),
          `offsets of partition ${partition}`,
        );
        total += records.length;
      }
      expectEqual(total, 20 * keys.length, "nothing lost between writers");
    },
  },
  {
    name: "a record that cannot be sent fails alone; later ones of its key fail with it",
    needs: "orderedFailures",
    run: async ({ transport, topic }) => {
      const nowhere = `${topic}-nowhere`;
      const results = await transport.send([
        ...numbered(topic, "a", 1, 1),
        ...numbered(nowhere, "b", 1, 2),
        ...numbered(topic, "c", 1, 1),
      ]);
      expectEqual(
        results.map((result) => result.ok),
        [true, false, false, true],
        "the results",
      );
    },
  },
  {
    name: "bounds tell what can be read, and reading needs no group",
    run: async ({ transport, topic, group }) => {
      await transport.send(numbered(topic, "a", 1, 10));
      const bounds = await transport.bounds(topic);
      expectEqual(bounds.length, PARTITIONS, "every partition has bounds");
      const place = bounds.find(({ begin, end }) => end > begin);
      if (place === undefined) throw new Error("No partition holds the records.");
      const records = await transport.read(place, place.begin + 4, 3);
      expectEqual(numbersOf(records, "a"), [5, 6, 7], "a page from the middle");
      expectEqual(
        (await transport.lag(group, [topic])).reduce((sum, { lag }) => sum + lag, 0),
        10,
        "nothing was committed by reading",
      );
    },
  },
  {
    name: "partitions can be added to a living topic, and its readers find them",
    needs: "addPartitions",
    run: async ({ transport, topic, group, patienceMs }) => {
      const reader = await openReader(transport, { group, topics: [topic] });
      await eventually(() => reader.owned.size === PARTITIONS, "the first partitions are owned", patienceMs);
      await transport.ensureTopics([{ name: topic, partitions: PARTITIONS + 2 }]);
      await eventually(() => reader.owned.size === PARTITIONS + 2, "the new partitions are owned", patienceMs);
      const many = Array.from({ length: 60 }, (_, index) => `key-${index}`);
      await transport.send(many.flatMap((key) => numbered(topic, key, 1, 1)));
      await eventually(() => reader.records.length === many.length, "records of all partitions arrive", patienceMs);
      expectEqual(
        new Set(reader.records.map((record) => record.partition)).size > PARTITIONS,
        true,
        "new partitions are used",
      );
    },
  },
];
