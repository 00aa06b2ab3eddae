import { parse, protocol, type PGlite } from "@electric-sql/pglite";
import type { QueryResult } from "../ports/database.ts";

type Messages = Parameters<typeof parse.parseResults>[0];

/** A statement that the database has analysed and planned. */
interface Prepared {
  readonly name: string;
  /** Type oids of its parameters. */
  readonly types: readonly number[];
  /** What describes its rows, in front of which results are read. */
  readonly shape: Messages;
}

export interface Statements {
  query(schema: string, text: string, parameters: readonly unknown[]): Promise<QueryResult<never>>;
  /** Several statements without parameters. */
  execute(text: string): Promise<void>;
  /** The same, sent together with whatever is sent next, which fails if they do. */
  defer(text: string): void;
  /** Something about tables may have changed: what was learnt of statements is not to be relied on. */
  forget(): Promise<void>;
}

const HOLDS_BREATH_MS = 4;

/**
 * The database answers within the turn of the event loop that asked: a chain of statements would never end that turn,
 * and sockets and timers would wait until all work is done. So every few milliseconds they are let in.
 */
function breather(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < HOLDS_BREATH_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  };
}

/** Texts that services build at run time must not fill the memory: the longest unused goes. */
const KEPT = 500;

const { serialize } = protocol;

/**
 * Statements over PGlite's wire protocol, prepared once per schema and text. PGlite's own `query` analyses and plans
 * every statement anew, in six calls: four times the time for the small statements that a runtime lives on.
 */
export function statementsOver(pglite: PGlite): Statements {
  const known = new Map<string, Prepared>();
  let count = 0;
  const { send, defer } = sender(pglite);
  const prepare = async (place: string, text: string): Promise<Prepared> => {
    const name = `s${(count += 1)}`;
    const answers = await send(
      serialize.parse({ name, text }),
      serialize.describe({ type: "S", name }),
      serialize.sync(),
    );
    const shape = answers.filter((message) => message.name === "rowDescription");
    const prepared = { name, types: parse.parseDescribeStatementResults(answers), shape };
    known.set(place, prepared);
    const oldest = known.size > KEPT ? known.entries().next().value : undefined;
    if (oldest !== undefined) {
      known.delete(oldest[0]);
      await send(serialize.close({ type: "S", name: oldest[1].name }), serialize.sync());
    }
    return prepared;
  };
  const prepared = async (schema: string, text: string): Promise<Prepared> => {
    const place = `${schema}\n${text}`;
    const found = known.get(place);
    if (found === undefined) return prepare(place, text);
    known.delete(place);
    known.set(place, found);
    return found;
  };
  return {
    query: async (schema, text, parameters) => {
      const { name, types, shape } = await prepared(schema, text);
      const values = parameters.map((value, index) => written(pglite, types[index] ?? 0, value));
      const answers = await send(
        serialize.bind({ statement: name, values }),
        serialize.execute({}),
        serialize.sync(),
      ).catch((error: unknown) => {
        // The columns of `select *` changed under a statement: the next time it is learnt anew.
        if (error instanceof Error && "code" in error && error.code === STALE) known.delete(`${schema}\n${text}`);
        throw error;
      });
      const [result] = parse.parseResults([...shape, ...answers], pglite.parsers);
      return { rows: (result?.rows ?? []) as never[], affected: result?.affectedRows ?? 0 };
    },
    execute: async (text) => {
      await send(serialize.query(text));
    },
    defer: (text) => defer(serialize.query(text)),
    forget: async () => {
      if (known.size === 0) return;
      const gone = [...known.values()].map(({ name }) => serialize.close({ type: "S", name }));
      known.clear();
      await send(...gone, serialize.sync());
    },
  };
}

interface Sender {
  /** Sends messages, and before them whatever was deferred; answers what the former were answered. */
  send(...parts: readonly Uint8Array[]): Promise<Messages>;
  defer(part: Uint8Array): void;
}

function sender(pglite: PGlite): Sender {
  const breathe = breather();
  let deferred: Uint8Array[] = [];
  return {
    defer: (part) => void deferred.push(part),
    send: (...parts) =>
      pglite.runExclusive(async () => {
        await breathe();
        const before = deferred;
        deferred = [];
        const answers = await pglite.execProtocolStream(Buffer.concat([...before, ...parts]), { syncToFs: false });
        return answersAfter(answers, before.length);
      }),
  };
}

/** What follows the answers to so many simple queries: each ends with one message that the database is ready. */
function answersAfter(answers: Messages, queries: number): Messages {
  let start = 0;
  for (let left = queries; left > 0 && start < answers.length; start += 1)
    if (answers[start]?.name === "readyForQuery") left -= 1;
  return start === 0 ? answers : answers.slice(start);
}

function written(pglite: PGlite, type: number, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const serializer = pglite.serializers[type];
  return serializer === undefined ? String(value) : serializer(value);
}

/** SQLSTATE feature_not_supported: "cached plan must not change result type". */
const STALE = "0A000";
const INT8 = 20;
const BYTEA = 17;

/** PGlite's own go digit by digit; these are what a log of bytes needs. */
export const parsers = {
  [INT8]: Number,
  [BYTEA]: (text: string): Uint8Array => new Uint8Array(Buffer.from(text.slice(2), "hex")),
};

export const serializers = {
  [BYTEA]: (value: unknown): string => {
    if (!(value instanceof Uint8Array)) throw new TypeError("A bytea parameter takes a Uint8Array.");
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}`;
  },
};
