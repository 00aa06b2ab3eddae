import { MessagingError, type ErrorCode } from "../errors.ts";
import type { Session } from "../ports/database.ts";
import type { Headers } from "../ports/transport.ts";
import type {
  AuditEntry,
  DeadLetter,
  DeadLetterCause,
  DeadLetterQuery,
  DeadLetters,
  Signed,
} from "./dead-letter-types.ts";
import { audit } from "./dead-letter-store.ts";
import { readRecord } from "./incoming.ts";
import { park } from "./parked-store.ts";
import type { Parts } from "./parts.ts";
import { valueAt } from "./pointer.ts";

interface Raw {
  id: string;
  topic: string;
  partition: number;
  offset: number;
  key: string;
  key_bytes: Uint8Array | null;
  value: Uint8Array | null;
  headers: Headers;
  event_id: string | null;
  event: string | null;
  code: ErrorCode;
  message: string;
  stack: string | null;
  attempts: number;
  recorded_at: Date;
  first_tried_at: Date;
  died_at: Date;
  status: DeadLetter["status"];
}

/** Letters held at once while many are settled. */
const PAGE = 100;

/** The dead letters of one service. `redriven` is called after a redrive, so that it is noticed at once. */
export function createDeadLetters(parts: Parts, redriven: () => void): DeadLetters {
  const { database, service, clock } = parts;
  const schema = service.name;
  const list = (query: DeadLetterQuery = {}): Promise<readonly DeadLetter[]> =>
    database.transaction({ schema, readOnly: true }, (session) => select(session, schema, query));
  const settle = (
    id: string,
    signed: Signed,
    edited: Uint8Array | undefined,
    status: "redriven" | "discarded",
  ): Promise<boolean> =>
    database.transaction({ schema }, async (session) => {
      const now = clock.now();
      const { affected } = await session.query(
        `update dead_letters set status = $2 where id = $1 and status = 'open'`,
        [id, status],
      );
      const [letter] = await select(session, schema, { id });
      if (letter === undefined)
        throw new MessagingError("dead-letter-not-found", `Service "${schema}" has no dead letter ${id}.`);
      if (affected === 0) return false;
      if (status === "redriven") await requeue(parts, session, letter, edited, now);
      if (edited !== undefined) await audit(session, id, now, signed.by, "edited", signed.note ?? "");
      await audit(session, id, now, signed.by, status, signed.note ?? "");
      return true;
    });
  const redrive: DeadLetters["redrive"] = async (id, { edited, ...signed }) => {
    const done = await settle(id, signed, edited, "redriven");
    if (done) redriven();
    return done;
  };
  return {
    list,
    redrive,
    show: async (id) => {
      const [letter] = await database.transaction({ schema, readOnly: true }, (session) =>
        select(session, schema, { id }),
      );
      if (letter === undefined)
        throw new MessagingError("dead-letter-not-found", `Service "${schema}" has no dead letter ${id}.`);
      return letter;
    },
    redriveAll: async (query, signed) => {
      let redone = 0;
      for await (const { id } of openOnes(list, query)) redone += (await redrive(id, signed)) ? 1 : 0;
      return redone;
    },
    discard: (id, signed) => settle(id, signed, undefined, "discarded"),
    causes: () => database.transaction({ schema, readOnly: true }, causesOf),
    depth: () =>
      database.transaction({ schema, readOnly: true }, async (session) => {
        const { rows } = await session.query<{ depth: number }>(
          `select count(*)::int as depth from dead_letters where status = 'open'`,
        );
        return rows[0]?.depth ?? 0;
      }),
  };
}

/** The open letters that fit, page by page. Each once: what dies again meanwhile lies behind. */
async function* openOnes(
  list: DeadLetters["list"],
  { limit = Infinity, ...query }: DeadLetterQuery,
): AsyncGenerator<DeadLetter> {
  let { after } = query;
  for (let left = limit; left > 0;) {
    const most = Math.min(PAGE, left);
    const letters = await list({ ...query, status: "open", limit: most, ...(after === undefined ? {} : { after }) });
    yield* letters;
    if (letters.length < most) return;
    left -= letters.length;
    after = letters.at(-1)?.id;
  }
}

/** Puts a letter back into the order of its key, ahead of what waits there with a higher sequence. */
async function requeue(
  parts: Parts,
  session: Session,
  letter: DeadLetter,
  edited: Uint8Array | undefined,
  now: Date,
): Promise<void> {
  const { topic, partition, offset, key, headers, recordedAt } = letter;
  const record = {
    topic,
    partition,
    offset,
    key,
    headers,
    timestamp: recordedAt.getTime(),
    value: edited ?? letter.value,
  };
  const incoming = readRecord(parts.service, record);
  if (edited !== undefined)
    requireSameIdentity(parts, letter, incoming.kind.name === "refuse" ? incoming.kind.error : undefined, edited);
  const known = letter.eventId !== undefined && incoming.eventId === letter.eventId;
  await park(
    session,
    [
      {
        incoming,
        why: "redrive",
        reason: known ? "redriven" : "redriven with a new identity",
        attempts: 0,
        dueAt: now,
        deadLetter: letter.id,
        newIdentity: !known && incoming.eventId !== undefined,
      },
    ],
    now,
  );
}

function requireSameIdentity(
  { service }: Parts,
  letter: DeadLetter,
  refused: MessagingError | undefined,
  edited: Uint8Array,
): void {
  if (refused !== undefined)
    throw new MessagingError("payload-conflict", `The edited bytes are refused: ${refused.message}`, {
      cause: refused,
    });
  const decoded = service.events.decode(edited);
  if (!decoded.ok)
    throw new MessagingError("payload-conflict", `The edited bytes are not an event: ${decoded.message}`);
  const before = parsedOrNothing(letter.value);
  for (const name of ["eventId", "eventType", "sequence"]) {
    const was = valueAt(before, `/${name}`);
    const is = valueAt(decoded.envelope, `/${name}`);
    if (was !== undefined && was !== is) {
      throw new MessagingError(
        "payload-conflict",
        `The edited event has ${name} ${JSON.stringify(is)}; it must keep ${JSON.stringify(was)}.`,
      );
    }
  }
}

function parsedOrNothing(value: Uint8Array | null): unknown {
  try {
    return value === null ? undefined : JSON.parse(new TextDecoder().decode(value));
  } catch {
    return undefined;
  }
}

async function select(
  session: Session,
  group: string,
  query: DeadLetterQuery & { readonly id?: string },
): Promise<readonly DeadLetter[]> {
  const { rows } = await session.query<Raw>(
    `select * from dead_letters where ($1::text is null or id = $1) and ($2::text is null or status = $2) and ($3::text is null or topic = $3)
       and ($4::text is null or key = $4) and ($5::text is null or event = $5) and ($6::text is null or code = $6)
       and ($7::text is null or (topic, key, coalesce(sequence, -1), id) >
         (select a.topic, a.key, coalesce(a.sequence, -1), a.id from dead_letters a where a.id = $7))
     order by topic, key, coalesce(sequence, -1), id limit $8`,
    [
      query.id ?? null,
      query.status ?? null,
      query.topic ?? null,
      query.key ?? null,
      query.event ?? null,
      query.code ?? null,
      query.after ?? null,
      Math.min(Math.max(query.limit ?? 100, 1), 1_000),
    ],
  );
  if (rows.length === 0 && query.after !== undefined) await requireLetter(session, group, query.after);
  const trails = await trailsOf(
    session,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    group,
    topic: row.topic,
    partition: row.partition,
    offset: row.offset,
    key: row.key_bytes,
    value: row.value,
    headers: row.headers,
    eventId: row.event_id ?? undefined,
    event: row.event ?? undefined,
    code: row.code,
    message: row.message,
    stack: row.stack ?? undefined,
    attempts: row.attempts,
    recordedAt: row.recorded_at,
    firstTriedAt: row.first_tried_at,
    diedAt: row.died_at,
    status: row.status,
    audit: trails.get(row.id) ?? [],
  }));
}

async function causesOf(session: Session): Promise<readonly DeadLetterCause[]> {
  const { rows } = await session.query<
    Pick<Raw, "code" | "event" | "topic" | "message"> & { count: number; newest: Date }
  >(
    `select code, event, topic, count(*)::int as count, max(died_at) as newest,
       (array_agg(message order by died_at desc))[1] as message
     from dead_letters where status = 'open' group by code, event, topic order by count desc, newest desc limit 200`,
  );
  return rows.map(({ event, newest, ...cause }) => ({ ...cause, event: event ?? undefined, newestAt: newest }));
}

/** A page after a letter that is not there would be empty, as a last page is. */
async function requireLetter(session: Session, group: string, id: string): Promise<void> {
  const { rows } = await session.query("select 1 from dead_letters where id = $1", [id]);
  if (rows.length === 0)
    throw new MessagingError("dead-letter-not-found", `Service "${group}" has no dead letter ${id} to go on after.`);
}

async function trailsOf(
  session: Session,
  letters: readonly string[],
): Promise<ReadonlyMap<string, readonly AuditEntry[]>> {
  const { rows } = await session.query<{
    dead_letter: string;
    at: Date;
    by: string;
    action: AuditEntry["action"];
    note: string;
  }>(
    "select dead_letter, at, by, action, note from dead_letter_audit where dead_letter = any($1::text[]) order by id",
    [letters],
  );
  return Map.groupBy(rows, (row) => row.dead_letter) as ReadonlyMap<string, readonly AuditEntry[]>;
}
