import type { Session } from "../ports/database.ts";
import type { TopicPartition } from "../ports/transport.ts";
import { MessagingError } from "../errors.ts";

/**
 * Makes this owner the only one: whoever holds an earlier token fails from now on. `clean` is false when the owner
 * before did not give the partition back, so that it may have died over one of the next records.
 */
export async function takeToken(
  session: Session,
  { topic, partition }: TopicPartition,
): Promise<{ readonly token: number; readonly clean: boolean }> {
  const { rows } = await session.query<{ token: number; clean: boolean | null }>(
    `with before as (select clean from consumer_tokens where topic = $1 and partition = $2)
     insert into consumer_tokens as t (topic, partition, token) values ($1, $2, 1)
     on conflict (topic, partition) do update set token = t.token + 1, clean = false
     returning token, (select clean from before) as clean`,
    [topic, partition],
  );
  return { token: rows[0]?.token ?? 0, clean: rows[0]?.clean ?? true };
}

/** Nothing is left half done: whoever takes over need not be careful. */
export async function leaveClean(session: Session, { topic, partition }: TopicPartition, token: number): Promise<void> {
  await session.query(
    `with mine as (update consumer_tokens set clean = true where topic = $1 and partition = $2 and token = $3 returning topic, partition)
     delete from in_flight f using mine where f.topic = mine.topic and f.partition = mine.partition`,
    [topic, partition, token],
  );
}

export interface Fenced {
  /** Something waits in the service, of whatever key. */
  readonly parked: boolean;
  /** Some dead letter of the topic was redriven under an identity that was new. */
  readonly redriven: boolean;
}

/** Rejects with `fenced` unless `token` is the newest; keeps anybody from taking over until the transaction ends. */
export async function requireToken(
  session: Session,
  { topic, partition }: TopicPartition,
  token: number,
): Promise<Fenced> {
  const { rows } = await session.query<Fenced>(
    `select exists (select 1 from parked) as parked, exists (select 1 from inbox where topic = $1 and redriven) as redriven
     from consumer_tokens where topic = $1 and partition = $2 and token = $3 for share of consumer_tokens`,
    [topic, partition, token],
  );
  const [fenced] = rows;
  if (fenced === undefined) throw new MessagingError("fenced", `Another member owns ${topic}/${partition} now.`);
  return fenced;
}

export interface InFlight {
  readonly first: number;
  readonly last: number;
  readonly starts: number;
}

/** Notes that records are being handled; `starts` counts how often this one record was begun. */
export async function markInFlight(
  session: Session,
  { topic, partition }: TopicPartition,
  mark: InFlight,
): Promise<void> {
  await session.query(
    `insert into in_flight values ($1, $2, $3, $4, $5)
     on conflict (topic, partition) do update set first = excluded.first, last = excluded.last, starts = excluded.starts`,
    [topic, partition, mark.first, mark.last, mark.starts],
  );
}

/** The record noted before is done, and the one at `offset` is next. */
export async function moveInFlight(
  session: Session,
  { topic, partition }: TopicPartition,
  offset: number,
): Promise<void> {
  await session.query("update in_flight set first = $3, last = $3, starts = 1 where topic = $1 and partition = $2", [
    topic,
    partition,
    offset,
  ]);
}

export async function clearInFlight(session: Session, { topic, partition }: TopicPartition): Promise<void> {
  await session.query("delete from in_flight where topic = $1 and partition = $2", [topic, partition]);
}

export async function readInFlight(
  session: Session,
  { topic, partition }: TopicPartition,
): Promise<InFlight | undefined> {
  const { rows } = await session.query<InFlight>(
    "select first, last, starts from in_flight where topic = $1 and partition = $2",
    [topic, partition],
  );
  return rows[0];
}
