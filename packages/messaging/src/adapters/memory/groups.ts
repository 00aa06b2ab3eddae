import type {
  StoredRecord,
  SubscribeOptions,
  Subscriber,
  Subscription,
  TopicPartition,
} from "../../ports/transport.ts";
import type { Log, MemoryFaults } from "./index.ts";

/** Consumer groups of the memory broker: who has which partition, and what was committed. */
export interface Groups {
  join(options: SubscribeOptions, subscriber: Subscriber): Promise<Subscription>;
  rebalance(): Promise<void>;
  revoke(group: string, place: TopicPartition, announced: boolean): Promise<void>;
  committed(group: string, place: TopicPartition): number | undefined;
  close(deadlineMs: number): Promise<void>;
}

interface Member {
  readonly options: SubscribeOptions;
  readonly subscriber: Subscriber;
  readonly owned: Map<string, Owned>;
  gone: boolean;
}

interface Owned {
  readonly place: TopicPartition;
  readonly epoch: number;
  position: number;
  busy: boolean;
  ended: boolean;
}

interface Group {
  readonly members: Set<Member>;
  readonly epochs: Map<string, number>;
  readonly commits: Map<string, number>;
  turn: Promise<void>;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export function createGroups(
  log: Log,
  chance: (of: number | undefined) => boolean,
  faults: MemoryFaults,
  random: () => number,
): Groups {
  const groups = new Map<string, Group>();
  const groupOf = (name: string): Group => {
    const group = groups.get(name) ?? {
      members: new Set(),
      epochs: new Map(),
      commits: new Map(),
      turn: Promise.resolve(),
    };
    groups.set(name, group);
    return group;
  };

  /** Delivers what is there to one partition's member, one call at a time. */
  const pump = async (group: Group, member: Member, owned: Owned): Promise<void> => {
    if (owned.busy || owned.ended) return;
    owned.busy = true;
    try {
      for (let records = next(member, owned); records.length > 0 && !owned.ended; records = next(member, owned)) {
        await member.subscriber.onRecords(owned.place, owned.epoch, records);
        owned.position = (records.at(-1)?.offset ?? owned.position) + 1;
        if (chance(faults.stale) && !owned.ended)
          void member.subscriber.onRecords(owned.place, owned.epoch - 1, records);
        if (chance(faults.revoke) && !owned.ended) void move(group, owned.place, !chance(faults.lose));
      }
    } finally {
      owned.busy = false;
    }
  };
  const next = (member: Member, owned: Owned): readonly StoredRecord[] => {
    const partition = log.topics.get(owned.place.topic)?.[owned.place.partition];
    if (partition === undefined) return [];
    if (owned.position < partition.begin) {
      member.subscriber.onLost(owned.place, owned.position, partition.begin);
      owned.position = partition.begin;
    }
    const from = owned.position - partition.begin;
    const size = 1 + Math.floor(random() * member.options.maxRecords);
    return partition.records.slice(from, from + size);
  };

  const release = async (member: Member, owned: Owned, announced: boolean): Promise<void> => {
    if (!announced) owned.ended = true;
    await member.subscriber.onRevoke(owned.place, owned.epoch, !announced);
    owned.ended = true;
    if (member.owned.get(nameOf(owned.place)) === owned) member.owned.delete(nameOf(owned.place));
  };
  const assign = async (group: Group, member: Member, place: TopicPartition): Promise<void> => {
    const name = nameOf(place);
    const epoch = (group.epochs.get(name) ?? 0) + 1;
    group.epochs.set(name, epoch);
    const begin = log.topics.get(place.topic)?.[place.partition]?.begin ?? 0;
    const owned: Owned = { place, epoch, position: group.commits.get(name) ?? begin, busy: true, ended: false };
    member.owned.set(name, owned);
    await member.subscriber.onAssign(place, epoch);
    owned.busy = false;
    void pump(group, member, owned);
  };

  /** Brings everybody to their share: partitions in order, members in order of joining, round robin. */
  const balance = (group: Group): Promise<void> =>
    inTurn(group, async () => {
      const wanted = new Map<Member, Set<string>>([...group.members].map((member) => [member, new Set<string>()]));
      const places = [...new Set([...group.members].flatMap((member) => member.options.topics))]
        .sort()
        .flatMap((topic) => (log.topics.get(topic) ?? []).map((_, partition) => ({ topic, partition })));
      const members = [...group.members];
      places.forEach((place, index) => {
        const able = members.filter((member) => member.options.topics.includes(place.topic));
        const chosen = able[index % Math.max(1, able.length)];
        if (chosen !== undefined) wanted.get(chosen)?.add(nameOf(place));
      });
      for (const member of members) {
        await Promise.all(
          [...member.owned.values()]
            .filter((owned) => !wanted.get(member)?.has(nameOf(owned.place)))
            .map((owned) => release(member, owned, true)),
        );
      }
      for (const member of members) {
        for (const place of places) {
          if (!member.gone && wanted.get(member)?.has(nameOf(place)) && !member.owned.has(nameOf(place)))
            await assign(group, member, place);
        }
      }
    });
  const move = (group: Group, place: TopicPartition, announced: boolean): Promise<void> =>
    inTurn(group, async () => {
      const member = [...group.members].find((one) => one.owned.has(nameOf(place)));
      const owned = member?.owned.get(nameOf(place));
      if (member === undefined || owned === undefined) return;
      await release(member, owned, announced);
      if (!member.gone) await assign(group, member, place);
    });

  log.changed.add(() => {
    for (const group of groups.values())
      for (const member of group.members) for (const owned of member.owned.values()) void pump(group, member, owned);
  });
  return {
    rebalance: async () => {
      await Promise.all([...groups.values()].map(balance));
    },
    revoke: (name, place, announced) => move(groupOf(name), place, announced),
    committed: (name, place) => groupOf(name).commits.get(nameOf(place)),
    join: async (options, subscriber) => {
      const group = groupOf(options.group);
      const member: Member = { options, subscriber, owned: new Map(), gone: false };
      group.members.add(member);
      void balance(group);
      return subscriptionOf(group, member, balance, release);
    },
    close: async () => {
      await Promise.all(
        [...groups.values()].flatMap((group) =>
          [...group.members].map((member) => leave(group, member, balance, release)),
        ),
      );
    },
  };
}

/** One change of a group at a time. */
function inTurn(group: Group, change: () => Promise<void>): Promise<void> {
  group.turn = group.turn.then(change, change);
  return group.turn;
}

type Release = (member: Member, owned: Owned, announced: boolean) => Promise<void>;

function subscriptionOf(
  group: Group,
  member: Member,
  balance: (group: Group) => Promise<void>,
  release: Release,
): Subscription {
  return {
    commit: (place, offset, epoch) => {
      const name = nameOf(place);
      if (group.epochs.get(name) !== epoch || !member.owned.has(name)) return Promise.resolve("fenced");
      group.commits.set(name, Math.max(group.commits.get(name) ?? 0, offset));
      return Promise.resolve("committed");
    },
    close: () => leave(group, member, balance, release),
  };
}

async function leave(
  group: Group,
  member: Member,
  balance: (group: Group) => Promise<void>,
  release: Release,
): Promise<void> {
  if (member.gone) return;
  member.gone = true;
  await inTurn(group, async () => {
    await Promise.all([...member.owned.values()].map((owned) => release(member, owned, true)));
    group.members.delete(member);
  });
  await balance(group);
}
