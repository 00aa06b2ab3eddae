import { keys, numbered, numbersOf, PARTITIONS, upTo, type Behaviour } from "./behaviour.ts";
import { eventually, expectEqual } from "./expectations.ts";
import { openReader, type Reader } from "./reader.ts";

const total = (readers: readonly Reader[]): number => readers.reduce((sum, reader) => sum + reader.records.length, 0);
const ownedBy = (readers: readonly Reader[]): string[] => readers.flatMap((reader) => [...reader.owned.keys()]).sort();

/** How members share, take over, and are fenced. */
export const groupCases: readonly Behaviour[] = [
  {
    name: "every group sees every record",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      const readers = await Promise.all([
        openReader(transport, { group: `${group}-1`, topics: [topic] }),
        openReader(other, { group: `${group}-2`, topics: [topic] }),
      ]);
      await transport.send(keys.flatMap((key) => numbered(topic, key, 1, 3)));
      await eventually(
        () => readers.every((reader) => reader.records.length >= 3 * keys.length),
        "both groups have all",
        patienceMs,
      );
      for (const reader of readers)
        for (const key of keys) expectEqual(numbersOf(reader.records, key), [1, 2, 3], `order of ${key}`);
    },
  },
  {
    name: "members of a group share the partitions: each has exactly one owner, and records come once",
    needs: "groups",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      const readers = [
        await openReader(transport, { group, topics: [topic], commits: true }),
        await openReader(other, { group, topics: [topic], commits: true }),
      ];
      await eventually(
        () => readers.every((reader) => reader.owned.size === PARTITIONS / 2),
        "partitions are shared evenly",
        patienceMs,
      );
      expectEqual(new Set(ownedBy(readers)).size, PARTITIONS, "no partition has two owners");
      await transport.send(keys.flatMap((key) => numbered(topic, key, 1, 10)));
      await eventually(() => total(readers) >= 10 * keys.length, "all records arrive", patienceMs);
      expectEqual(total(readers), 10 * keys.length, "none comes twice");
      for (const key of keys)
        expectEqual(
          readers.map((reader) => numbersOf(reader.records, key)).filter((numbers) => numbers.length > 0),
          [upTo(10)],
          `${key} at one member`,
        );
    },
  },
  {
    name: "more members than partitions: the surplus is idle, and takes over when one leaves",
    needs: "groups",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      const readers: Reader[] = [];
      for (let index = 0; index <= PARTITIONS; index += 1)
        readers.push(await openReader(index % 2 === 0 ? transport : other, { group, topics: [topic], commits: true }));
      await eventually(
        () =>
          ownedBy(readers).length === PARTITIONS &&
          new Set(ownedBy(readers)).size === PARTITIONS &&
          readers.filter((reader) => reader.owned.size === 1).length === PARTITIONS,
        "one partition each",
        patienceMs,
      );
      const [leaver] = readers.filter((reader) => reader.owned.size === 1);
      await leaver?.subscription.close(1_000);
      const rest = readers.filter((reader) => reader !== leaver);
      await eventually(() => ownedBy(rest).length === PARTITIONS, "the idle one takes over", patienceMs);
      await transport.send(keys.flatMap((key) => numbered(topic, key, 1, 2)));
      await eventually(() => total(rest) >= 2 * keys.length, "records arrive after the change", patienceMs);
    },
  },
  {
    name: "a partition goes to the next member only when the revocation has been answered",
    needs: "groups",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      const gate = Promise.withResolvers<void>();
      let revoked = 0;
      const first = await openReader(transport, {
        group,
        topics: [topic],
        onRevoke: async () => ((revoked += 1), gate.promise),
      });
      await eventually(() => first.owned.size === PARTITIONS, "the first owns all", patienceMs);
      const second = await openReader(other, { group, topics: [topic] });
      await eventually(() => revoked > 0, "a revocation is asked for", patienceMs);
      const early = second.owned.size;
      gate.resolve();
      await eventually(() => second.owned.size === PARTITIONS / 2, "the second has its share", patienceMs);
      expectEqual(early, 0, "partitions given away before the answer");
    },
  },
  {
    name: "a commit under an old epoch is refused and changes nothing",
    needs: "groups",
    run: async ({ transport, other, topic, group, patienceMs }) => {
      await transport.send(keys.flatMap((key) => numbered(topic, key, 1, 5)));
      const first = await openReader(transport, { group, topics: [topic] });
      await eventually(() => first.records.length === 5 * keys.length, "the first has all", patienceMs);
      const stale = [...first.batches];
      const second = await openReader(other, { group, topics: [topic] });
      await eventually(
        () => second.owned.size === PARTITIONS / 2 && first.owned.size === PARTITIONS / 2,
        "partitions moved",
        patienceMs,
      );
      const moved = stale.filter(({ place }) => second.owned.has(`${place.topic}/${place.partition}`));
      expectEqual(moved.length > 0, true, "some partition with records moved");
      for (const { place, epoch, records } of moved) {
        expectEqual(
          await first.subscription.commit(place, (records.at(-1)?.offset ?? 0) + 1, epoch),
          "fenced",
          "the zombie commit",
        );
      }
      const lag = (await other.lag(group, [topic])).filter((one) => second.owned.has(`${one.topic}/${one.partition}`));
      expectEqual(
        lag.every((one) => one.lag === one.end),
        true,
        "nothing was committed for it",
      );
    },
  },
  {
    name: "commits never move backwards, and lag is end minus committed for every partition",
    run: async ({ transport, topic, group, patienceMs }) => {
      await transport.send(numbered(topic, "a", 1, 8));
      const reader = await openReader(transport, { group, topics: [topic] });
      await eventually(() => reader.records.length === 8, "all records arrive", patienceMs);
      const batch = reader.batches[0];
      if (batch === undefined) throw new Error("No delivery.");
      const offsets = reader.records.map((record) => record.offset);
      await reader.subscription.commit(batch.place, (offsets[5] ?? 0) + 1, batch.epoch);
      await reader.subscription.commit(batch.place, (offsets[2] ?? 0) + 1, batch.epoch);
      const lags = await transport.lag(group, [topic]);
      expectEqual(lags.length, PARTITIONS, "every partition has a lag");
      expectEqual(lags.map(({ lag }) => lag).sort(), [0, 0, 0, 2], "the lag");
      expectEqual(
        lags.every(({ end, committed, lag }) => lag === end - committed && lag >= 0),
        true,
        "lag is end minus committed",
      );
    },
  },
];
