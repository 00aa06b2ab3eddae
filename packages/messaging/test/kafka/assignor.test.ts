import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { assign, type Joining } from "../../src/adapters/kafka/assignor.ts";

type Place = Joining["owned"][number];

const partitionsOf = (topic: string, count: number): Place[] =>
  Array.from({ length: count }, (_, partition) => ({ topic, partition }));

const sizes = (shares: ReadonlyMap<string, readonly Place[]>): number[] =>
  [...shares.values()].map((places) => places.length).sort((a, b) => a - b);

/** Rounds of assignment until nothing changes, as members give away what they no longer get and join again. */
function settle(
  start: ReadonlyMap<string, Joining>,
  partitions: readonly Place[],
): { shares: Map<string, Place[]>; rounds: number } {
  let members = start;
  for (let rounds = 1; rounds <= 10; rounds += 1) {
    const shares = assign(members, partitions);
    const owners = [...shares.values()].flat().map(({ topic, partition }) => `${topic}/${partition}`);
    expect(new Set(owners).size).toBe(owners.length);
    if (owners.length === partitions.length) return { shares, rounds };
    members = new Map(
      [...members].map(([id, { topics }]) => [id, { topics, owned: shares.get(id) ?? [], generation: rounds }]),
    );
  }
  throw new Error("the group never settles");
}

const fresh = (...ids: string[]): Map<string, Joining> =>
  new Map(ids.map((id) => [id, { topics: ["t"], owned: [], generation: -1 }]));

describe("sharing partitions out", () => {
  test.each([
    [4, 3, [1, 1, 2]],
    [4, 5, [0, 1, 1, 1, 1]],
    [12, 5, [2, 2, 2, 3, 3]],
    [1, 2, [0, 1]],
  ])("%i partitions among %i new members come out even", (count, people, expected) => {
    const ids = Array.from({ length: people }, (_, at) => `m${at}`);
    expect(sizes(settle(fresh(...ids), partitionsOf("t", count)).shares)).toEqual(expected);
  });

  test("a third member gets its share from two that have two each, and nothing else moves", () => {
    const [a, b, c, d] = partitionsOf("t", 4) as [Place, Place, Place, Place];
    const members = new Map<string, Joining>([
      ["one", { topics: ["t"], owned: [a, b], generation: 3 }],
      ["two", { topics: ["t"], owned: [c, d], generation: 3 }],
      ["new", { topics: ["t"], owned: [], generation: -1 }],
    ]);
    const { shares, rounds } = settle(members, [a, b, c, d]);
    expect(sizes(shares)).toEqual([1, 1, 2]);
    expect(rounds).toBe(2);
    const stayed = [...(shares.get("one") ?? []), ...(shares.get("two") ?? [])];
    expect(stayed).toHaveLength(3);
  });

  test("a partition that another member still has is given to nobody yet", () => {
    const members = new Map<string, Joining>([
      ["one", { topics: ["t"], owned: partitionsOf("t", 2), generation: 3 }],
      ["new", { topics: ["t"], owned: [], generation: -1 }],
    ]);
    expect(sizes(assign(members, partitionsOf("t", 2)))).toEqual([0, 1]);
  });

  test("of two that claim the same partition, the newer generation is believed; of equals, neither", () => {
    const place = partitionsOf("t", 1);
    const claim = (generation: number): Joining => ({ topics: ["t"], owned: place, generation });
    expect(
      assign(
        new Map([
          ["old", claim(4)],
          ["new", claim(5)],
        ]),
        place,
      ).get("new"),
    ).toEqual(place);
    expect(
      sizes(
        assign(
          new Map([
            ["a", claim(5)],
            ["b", claim(5)],
          ]),
          place,
        ),
      ),
    ).toEqual([0, 0]);
  });

  test("members that want different topics get only what they want", () => {
    const members = new Map<string, Joining>([
      ["both", { topics: ["a", "b"], owned: [], generation: -1 }],
      ["only-b", { topics: ["b"], owned: [], generation: -1 }],
    ]);
    const { shares } = settle(members, [...partitionsOf("a", 2), ...partitionsOf("b", 4)]);
    expect(shares.get("only-b")?.every(({ topic }) => topic === "b")).toBe(true);
    expect(sizes(shares)).toEqual([3, 3]);
  });

  test("whoever had what before, shares settle within three rounds and differ by one at most", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 0, max: 14 }),
        fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 14, maxLength: 14 }),
        (people, count, owners) => {
          const partitions = partitionsOf("t", count);
          const members = new Map<string, Joining>(
            Array.from({ length: people }, (_, at) => [
              `m${at}`,
              { topics: ["t"], owned: partitions.filter(({ partition }) => owners[partition] === at), generation: 1 },
            ]),
          );
          const { shares, rounds } = settle(members, partitions);
          const [least = 0, ...rest] = sizes(shares);
          expect((rest.at(-1) ?? least) - least).toBeLessThanOrEqual(1);
          expect(rounds).toBeLessThanOrEqual(3);
        },
      ),
    );
  });
});
