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
  expire(group: string): void;
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

const REDELIVER_MS = 10;

/** What the parts of the group machinery share. */
interface Broker {
  readonly log: Log;
  readonly faults: MemoryFaults;
  readonly chance: (of: number | undefined) => boolean;
  readonly random: () => number;
}

export function createGroups(log: Log, chance: Broker["chance"], faults: MemoryFaults, random: () => number): Groups {
  const broker: Broker = { log, chance, faults, random };
  const groups = new Map<string, Group>();
  const groupOf = (name: string): Group => {
    const known = groups.get(name);
    if (known !== undefined) return known;
    const group: Group = { members: new Set(), epochs: new Map(), commits: new Map(), turn: Promise.resolve() };
    groups.set(name, group);
    return group;
  };
  log.changed.add(() => {
    for (const group of groups.values()) {
      for (const member of group.members) {
        for (const owned of member.owned.values()) void pump(broker, group, member, owned);
      }
    }
  });
  return {
    rebalance: async () => {
      await Promise.all([...groups.values()].map((group) => balance(broker, group)));
    },
    revoke: (name, place, announced) => move(broker, groupOf(name), place, announced),
    expire: (name) => {
      const group = groupOf(name);
      group.turn = Promise.resolve();
      for (const member of group.members) {
        member.gone = true;
        for (const owned of member.owned.values()) void release(member, owned, false);
      }
      group.members.clear();
    },
    committed: (name, place) => groupOf(name).commits.get(nameOf(place)),
    join: async (options, subscriber) => {
      const group = groupOf(options.group);
      const member: Member = { options, subscriber, owned: new Map(), gone: false };
      group.members.add(member);
      void balance(broker, group);
      return subscriptionOf(broker, group, member);
    },
    close: async () => {
      const members = [...groups.values()].flatMap((group) => [...group.members].map((member) => ({ group, member })));
      await Promise.all(members.map(({ group, member }) => leave(broker, group, member)));
    },
  };
}

/** Delivers what is there to one partition's member, one call at a time. */
async function pump(broker: Broker, group: Group, member: Member, owned: Owned): Promise<void> {
  if (owned.busy || owned.ended) return;
  const { chance, faults } = broker;
  owned.busy = true;
  try {
    for (
      let records = next(broker, member, owned);
      records.length > 0 && !owned.ended;
      records = next(broker, member, owned)
    ) {
      await member.subscriber.onRecords(owned.place, owned.epoch, records);
      owned.position = (records.at(-1)?.offset ?? owned.position) + 1;
      if (chance(faults.stale) && !owned.ended)
        void member.subscriber.onRecords(owned.place, owned.epoch - 1, records).catch(() => undefined);
      if (chance(faults.revoke) && !owned.ended) void move(broker, group, owned.place, !chance(faults.lose));
    }
  } catch {
    // The same records again, a moment later: nothing may pass a delivery that failed.
    setTimeout(() => void pump(broker, group, member, owned), REDELIVER_MS).unref();
  } finally {
    owned.busy = false;
  }
}

function next({ log, random }: Broker, member: Member, owned: Owned): readonly StoredRecord[] {
  const partition = log.topics.get(owned.place.topic)?.[owned.place.partition];
  if (partition === undefined) return [];
  if (owned.position < partition.begin) {
    member.subscriber.onLost(owned.place, owned.position, partition.begin);
    owned.position = partition.begin;
  }
  const from = owned.position - partition.begin;
  const size = 1 + Math.floor(random() * member.options.maxRecords);
  return partition.records.slice(from, from + size);
}

async function release(member: Member, owned: Owned, announced: boolean): Promise<void> {
  if (!announced) owned.ended = true;
  const answered = member.subscriber.onRevoke(owned.place, owned.epoch, !announced);
  // What is lost is lost: nobody waits for the member to say so.
  if (announced) await answered;
  owned.ended = true;
  if (member.owned.get(nameOf(owned.place)) === owned) member.owned.delete(nameOf(owned.place));
}

async function assign(broker: Broker, group: Group, member: Member, place: TopicPartition): Promise<void> {
  const name = nameOf(place);
  const epoch = (group.epochs.get(name) ?? 0) + 1;
  group.epochs.set(name, epoch);
  const begin = broker.log.topics.get(place.topic)?.[place.partition]?.begin ?? 0;
  const owned: Owned = { place, epoch, position: group.commits.get(name) ?? begin, busy: true, ended: false };
  member.owned.set(name, owned);
  await member.subscriber.onAssign(place, epoch);
  owned.busy = false;
  void pump(broker, group, member, owned);
}

/** Brings everybody to their share: partitions in order, members in order of joining, in turn. */
function balance({ log, ...rest }: Broker, group: Group): Promise<void> {
  return inTurn(group, async () => {
    const members = [...group.members];
    const wanted = new Map<Member, Set<string>>(members.map((member) => [member, new Set<string>()]));
    const places = [...new Set(members.flatMap((member) => member.options.topics))]
      .sort()
      .flatMap((topic) => (log.topics.get(topic) ?? []).map((_, partition) => ({ topic, partition })));
    places.forEach((place, index) => {
      const able = members.filter((member) => member.options.topics.includes(place.topic));
      const chosen = able[index % Math.max(1, able.length)];
      if (chosen !== undefined) wanted.get(chosen)?.add(nameOf(place));
    });
    const has = (member: Member, place: TopicPartition): boolean => wanted.get(member)?.has(nameOf(place)) === true;
    for (const member of members) {
      const surplus = [...member.owned.values()].filter((owned) => !has(member, owned.place));
      await Promise.all(surplus.map((owned) => release(member, owned, true)));
    }
    for (const member of members) {
      const missing = places.filter((place) => has(member, place) && !member.owned.has(nameOf(place)));
      for (const place of missing) if (!member.gone) await assign({ log, ...rest }, group, member, place);
    }
  });
}

/** Takes a partition away and gives it out anew, to the same member. */
function move(broker: Broker, group: Group, place: TopicPartition, announced: boolean): Promise<void> {
  return inTurn(group, async () => {
    const member = [...group.members].find((one) => one.owned.has(nameOf(place)));
    const owned = member?.owned.get(nameOf(place));
    if (member === undefined || owned === undefined) return;
    await release(member, owned, announced);
    if (!member.gone) await assign(broker, group, member, place);
  });
}

/** One change of a group at a time. */
function inTurn(group: Group, change: () => Promise<void>): Promise<void> {
  group.turn = group.turn.then(change, change);
  return group.turn;
}

function subscriptionOf(broker: Broker, group: Group, member: Member): Subscription {
  return {
    commit: async (place, offset, epoch) => {
      const name = nameOf(place);
      if (group.epochs.get(name) !== epoch || !member.owned.has(name)) return "fenced";
      group.commits.set(name, Math.max(group.commits.get(name) ?? 0, offset));
      return "committed";
    },
    close: () => leave(broker, group, member),
  };
}

async function leave(broker: Broker, group: Group, member: Member): Promise<void> {
  if (member.gone) return;
  member.gone = true;
  await inTurn(group, async () => {
    await Promise.all([...member.owned.values()].map((owned) => release(member, owned, true)));
    group.members.delete(member);
  });
  await balance(broker, group);
}
