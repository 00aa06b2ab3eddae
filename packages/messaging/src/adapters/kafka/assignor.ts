import type { GroupPartitionsAssigner } from "@platformatic/kafka";
import { placeName } from "./batches.ts";

/** A member as it introduces itself when it joins: what it wants, what it has, and since which generation. */
export interface Joining {
  readonly topics: readonly string[];
  readonly owned: readonly Place[];
  readonly generation: number;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

const disputed = Symbol("disputed");

/** Who has each partition: the claim of the newest generation. Two of the same generation are both mistrusted. */
function ownersOf(members: ReadonlyMap<string, Joining>): Map<string, string | typeof disputed> {
  const claims = [...members].flatMap(([id, { topics, owned, generation }]) =>
    owned
      .filter(({ topic }) => topics.includes(topic))
      .map(({ topic, partition }) => ({ id, generation, name: placeName(topic, partition) })),
  );
  return new Map(
    [...Map.groupBy(claims, ({ name }) => name)].map(([name, list]) => {
      const newest = Math.max(...list.map(({ generation }) => generation));
      const [first, ...others] = list.filter(({ generation }) => generation === newest);
      return [name, first === undefined || others.length > 0 ? disputed : first.id];
    }),
  );
}

/** How many partitions a member has: of all topics, then of this one. */
const load = (places: readonly Place[], topic: string): [number, number] => [
  places.length,
  places.filter((place) => place.topic === topic).length,
];

/** Members that want `topic`, the least loaded first; the same order everywhere. */
function byLoad(shares: Map<string, Place[]>, members: ReadonlyMap<string, Joining>, topic: string): string[] {
  const wanting = [...members.keys()].filter((id) => members.get(id)?.topics.includes(topic)).sort();
  return wanting
    .map((id) => ({ id, load: load(shares.get(id) ?? [], topic) }))
    .sort((a, b) => a.load[0] - b.load[0] || a.load[1] - b.load[1])
    .map(({ id }) => id);
}

/** Moves one partition from a member with at least two more than another; answers whether it did. */
function moveOne(shares: Map<string, Place[]>, members: ReadonlyMap<string, Joining>): boolean {
  const givers = [...shares].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  for (const [giver, places] of givers) {
    // From the topic of which it has most, so that each topic is spread as well.
    const spread = [...places].sort((a, b) => load(places, b.topic)[1] - load(places, a.topic)[1]);
    for (const place of spread) {
      const taker = byLoad(shares, members, place.topic)[0] ?? giver;
      const share = shares.get(taker) ?? [];
      if (places.length - share.length < 2) continue;
      places.splice(places.indexOf(place), 1);
      share.push(place);
      return true;
    }
  }
  return false;
}

/**
 * Shares partitions out as evenly as they go (shares differ by one at most among members that want the same topics),
 * moving as few as possible. A partition that another member still has is given to nobody in this round: its owner sees
 * that it is missing, finishes, joins again, and only then it goes to the next (KIP-429, "cooperative-sticky").
 */
export function assign(members: ReadonlyMap<string, Joining>, partitions: readonly Place[]): Map<string, Place[]> {
  const shares = new Map<string, Place[]>([...members.keys()].sort().map((id) => [id, []]));
  const owners = ownersOf(members);
  const ownerOf = ({ topic, partition }: Place): string | typeof disputed | undefined =>
    owners.get(placeName(topic, partition));
  const free: Place[] = [];
  for (const place of partitions) {
    const owner = ownerOf(place);
    if (typeof owner === "string") shares.get(owner)?.push(place);
    else free.push(place);
  }
  for (const place of free) {
    const [taker] = byLoad(shares, members, place.topic);
    if (taker !== undefined) shares.get(taker)?.push(place);
  }
  while (moveOne(shares, members));
  return new Map([...shares].map(([id, places]) => [id, places.filter((place) => (ownerOf(place) ?? id) === id)]));
}

/**
 * The assignor of the client. Its own `cooperative-sticky` leaves a third member idle beside two with two partitions
 * each: it moves partitions only to members below the average rounded down.
 */
export const balancedAssignor: GroupPartitionsAssigner = (_current, members, topics, metadata) => {
  const joining = new Map(
    [...members].map(([id, { topics: wanted = [], ownedPartitions = [], generationId = -1 }]): [string, Joining] => [
      id,
      {
        topics: wanted,
        owned: ownedPartitions.flatMap(({ topic, partitions }) =>
          partitions.map((partition) => ({ topic, partition })),
        ),
        generation: generationId,
      },
    ]),
  );
  const partitions = [...topics].sort().flatMap((topic) =>
    Array.from({ length: metadata.topics.get(topic)?.partitionsCount ?? 0 }, (_, partition) => ({
      topic,
      partition,
    })),
  );
  return [...assign(joining, partitions)].map(([memberId, places]) => ({
    memberId,
    assignments: new Map(
      [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, list]) => [
        topic,
        { topic, partitions: list.map(({ partition }) => partition).sort((a, b) => a - b) },
      ]),
    ),
  }));
};
