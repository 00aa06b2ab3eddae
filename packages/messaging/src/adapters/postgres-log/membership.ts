import type { Session } from "../../ports/database.ts";
import type { TopicPartition } from "../../ports/transport.ts";

export interface Owned extends TopicPartition {
  readonly epoch: number;
}

export interface Taken extends Owned {
  /** Where to begin: what was committed, else nothing. */
  readonly committed: number | undefined;
}

/** Tells the group that this member lives, and clears away those that have fallen silent. Database time. */
export async function announce(
  session: Session,
  group: string,
  member: string,
  topics: readonly string[],
  sessionMs: number,
): Promise<void> {
  await session.query(
    `insert into broker.members (group_name, member, topics, until) values ($1, $2, $3::text[], clock_timestamp() + $4 * interval '1 ms')
     on conflict (group_name, member) do update set until = excluded.until, topics = excluded.topics`,
    [group, member, topics, sessionMs],
  );
  await session.query(
    // Silent, or to live on for many sessions: then the server's own clock was set back.
    `delete from broker.members where group_name = $1 and member <> $2
       and until not between clock_timestamp() and clock_timestamp() + $3 * interval '10 ms'`,
    [group, member, sessionMs],
  );
  await session.query(
    `insert into broker.assignments (group_name, topic, partition) select $1, topic, partition from broker.partitions where topic = any($2::text[])
     on conflict do nothing`,
    [group, topics],
  );
}

/** Renews the leases of what a member owns; answers what it still owns. What is missing was taken by another. */
export async function renew(
  session: Session,
  group: string,
  member: string,
  owned: readonly Owned[],
  sessionMs: number,
): Promise<readonly Owned[]> {
  if (owned.length === 0) return [];
  const { rows } = await session.query<Owned>(
    `update broker.assignments a set until = clock_timestamp() + $3 * interval '1 ms'
     from unnest($4::text[], $5::int[], $6::bigint[]) as o(topic, partition, epoch)
     where a.group_name = $1 and a.owner = $2 and a.topic = o.topic and a.partition = o.partition and a.epoch = o.epoch
     returning a.topic, a.partition, a.epoch`,
    [
      group,
      member,
      sessionMs,
      owned.map((one) => one.topic),
      owned.map((one) => one.partition),
      owned.map((one) => one.epoch),
    ],
  );
  return rows;
}

/** The partitions that are this member's share: members in order of joining, partitions dealt in turn. */
export async function share(session: Session, group: string, member: string): Promise<readonly TopicPartition[]> {
  const { rows: members } = await session.query<{ member: string; topics: readonly string[] }>(
    "select member, topics from broker.members where group_name = $1 order by joined_at, member",
    [group],
  );
  const { rows: places } = await session.query<TopicPartition>(
    "select topic, partition from broker.assignments where group_name = $1 order by topic, partition",
    [group],
  );
  return deal(members, places).get(member) ?? [];
}

/** Deals partitions to members that read their topic, in turn over all topics. Pure. */
export function deal(
  members: readonly { readonly member: string; readonly topics: readonly string[] }[],
  places: readonly TopicPartition[],
): ReadonlyMap<string, readonly TopicPartition[]> {
  const shares = new Map<string, TopicPartition[]>(members.map(({ member }) => [member, []]));
  places.forEach((place, index) => {
    const able = members.filter(({ topics }) => topics.includes(place.topic));
    const chosen = able[index % Math.max(1, able.length)];
    if (chosen !== undefined) shares.get(chosen.member)?.push(place);
  });
  return shares;
}

/** Takes those of `wanted` that nobody owns, or whose owner fell silent. The epoch grows, so the owner before is fenced. */
export async function take(
  session: Session,
  group: string,
  member: string,
  wanted: readonly TopicPartition[],
  sessionMs: number,
): Promise<readonly Taken[]> {
  if (wanted.length === 0) return [];
  const { rows } = await session.query<Owned & { committed: number | null }>(
    `update broker.assignments a set owner = $2, epoch = epoch + 1, until = clock_timestamp() + $3 * interval '1 ms'
     from unnest($4::text[], $5::int[]) as w(topic, partition)
     where a.group_name = $1 and a.topic = w.topic and a.partition = w.partition and (a.owner is null or a.until not between clock_timestamp() and clock_timestamp() + $3 * interval '10 ms')
     returning a.topic, a.partition, a.epoch, a.committed`,
    [group, member, sessionMs, wanted.map((one) => one.topic), wanted.map((one) => one.partition)],
  );
  return rows.map((row) => ({ ...row, committed: row.committed ?? undefined }));
}

/** Gives a partition back, unless another has it already. */
export async function giveBack(
  session: Pick<Session, "query">,
  group: string,
  { topic, partition, epoch }: Owned,
): Promise<void> {
  await session.query(
    "update broker.assignments set owner = null, until = null where group_name = $1 and topic = $2 and partition = $3 and epoch = $4",
    [group, topic, partition, epoch],
  );
}

/** Moves a group's offset forwards; false when `epoch` is not the owner's. */
export async function commitOffset(
  session: Pick<Session, "query">,
  group: string,
  { topic, partition }: TopicPartition,
  offset: number,
  epoch: number,
): Promise<boolean> {
  const { affected } = await session.query(
    `update broker.assignments set committed = greatest(committed, $5) where group_name = $1 and topic = $2 and partition = $3 and epoch = $4 and owner is not null`,
    [group, topic, partition, epoch, offset],
  );
  return affected > 0;
}

export async function leave(session: Session, group: string, member: string): Promise<void> {
  await session.query("update broker.assignments set owner = null, until = null where group_name = $1 and owner = $2", [
    group,
    member,
  ]);
  await session.query("delete from broker.members where group_name = $1 and member = $2", [group, member]);
}
