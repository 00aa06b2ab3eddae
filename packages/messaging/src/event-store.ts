import { sql } from "kysely";
import { MessagingError } from "./errors.ts";
import type { Context } from "./service.ts";

/** An event of a stream as given by a service: its own type name and data. */
export interface StoredEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

export type Recorded<Event extends StoredEvent> = Event & { readonly version: number; readonly recordedAt: Date };

export interface EventStore<Event extends StoredEvent> {
  /**
   * Appends after `expectedVersion` (0 for a new stream) and answers the new version. Rejects with the
   * retryable `stream-conflict` when somebody else was first; the transaction stays usable.
   */
  append(stream: string, expectedVersion: number, events: readonly Event[]): Promise<number>;
  /** Events in order; `after` a version (exclusive), `asOf` a version or a moment (inclusive). */
  load(
    stream: string,
    options?: { readonly after?: number; readonly asOf?: number | Date },
  ): Promise<readonly Recorded<Event>[]>;
  /** State and version by folding, from the newest fitting snapshot when there is one. Version 0: no such stream. */
  fold<State>(
    stream: string,
    options: FoldOptions<State, Event>,
  ): Promise<{ readonly state: State; readonly version: number }>;
}

export interface FoldOptions<State, Event extends StoredEvent> {
  readonly initial: State;
  readonly evolve: (state: State, event: Recorded<Event>) => State;
  readonly asOf?: number | Date;
  /** Keeps a snapshot every so many events, as JSON. `name` changes whenever the shape of the state does. */
  readonly snapshot?: { readonly name: string; readonly every: number };
}

/** The event store of the service whose `context` it is: `eventStore<OrderEvent>(context)`. */
export function eventStore<Event extends StoredEvent>(context: Pick<Context, "db" | "now">): EventStore<Event> {
  const { db, now } = context;
  const load: EventStore<Event>["load"] = async (stream, { after = 0, asOf } = {}) => {
    const { rows } = await sql<{ version: number; type: string; data: unknown; recorded_at: Date }>`
      select version, type, data, recorded_at from stream_events
      where stream = ${stream} and version > ${after}
        and version <= ${typeof asOf === "number" ? asOf : Number.MAX_SAFE_INTEGER}::bigint
        and (${asOf instanceof Date ? asOf.toISOString() : null}::timestamptz is null
          or recorded_at <= ${asOf instanceof Date ? asOf.toISOString() : null}::timestamptz)
      order by version`.execute(db);
    return rows.map((row) => recorded<Event>(row));
  };
  return {
    load,
    append: async (stream, expectedVersion, events) => {
      if (events.length === 0) return expectedVersion;
      // Time never runs backwards within a stream, whatever the writers' clocks say: "as of" stays unambiguous.
      const { numAffectedRows } = await sql`
        insert into stream_events (stream, version, type, data, recorded_at)
        select ${stream}, ${expectedVersion}::bigint + e.n, e.event ->> 'type', e.event -> 'data',
          greatest(${now.toISOString()}::timestamptz,
            (select recorded_at from stream_events where stream = ${stream} and version = ${expectedVersion}::bigint))
        from jsonb_array_elements(${JSON.stringify(events)}::jsonb) with ordinality as e(event, n)
        where ${expectedVersion}::bigint = (select coalesce(max(version), 0) from stream_events where stream = ${stream})
        on conflict do nothing`.execute(db);
      if (Number(numAffectedRows ?? 0) !== events.length) {
        throw new MessagingError("stream-conflict", `Stream ${stream} is no longer at version ${expectedVersion}.`);
      }
      return expectedVersion + events.length;
    },
    fold: async (stream, { initial, evolve, asOf, snapshot }) => {
      const start = snapshot === undefined ? undefined : await newestSnapshot(context, stream, snapshot.name, asOf);
      const events = await load(stream, { after: start?.version ?? 0, ...(asOf === undefined ? {} : { asOf }) });
      const state = events.reduce(evolve, start === undefined ? initial : (start.state as typeof initial));
      const version = events.at(-1)?.version ?? start?.version ?? 0;
      const last = events.at(-1);
      if (
        snapshot !== undefined &&
        last !== undefined &&
        asOf === undefined &&
        version - (start?.version ?? 0) >= snapshot.every
      ) {
        await sql`insert into stream_snapshots (stream, name, version, state, recorded_at)
          values (${stream}, ${snapshot.name}, ${version}, ${JSON.stringify(state)}::jsonb, ${last.recordedAt.toISOString()}::timestamptz)
          on conflict do nothing`.execute(db);
      }
      return { state, version };
    },
  };
}

async function newestSnapshot(
  { db }: Pick<Context, "db">,
  stream: string,
  name: string,
  asOf: number | Date | undefined,
): Promise<{ readonly version: number; readonly state: unknown } | undefined> {
  const moment = asOf instanceof Date ? asOf.toISOString() : null;
  const { rows } = await sql<{ version: number; state: unknown }>`
    select version, state from stream_snapshots
    where stream = ${stream} and name = ${name}
      and version <= ${typeof asOf === "number" ? asOf : Number.MAX_SAFE_INTEGER}::bigint
      and (${moment}::timestamptz is null or recorded_at <= ${moment}::timestamptz)
    order by version desc limit 1`.execute(db);
  return rows[0];
}

/** The database keeps what was appended: its rows have the shape of the events that went in. */
function recorded<Event extends StoredEvent>(row: {
  version: number;
  type: string;
  data: unknown;
  recorded_at: Date;
}): Recorded<Event> {
  return {
    type: row.type,
    data: row.data,
    version: row.version,
    recordedAt: row.recorded_at,
  } as unknown as Recorded<Event>;
}
