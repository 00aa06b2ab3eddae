import { sql } from "kysely";
import type { Database, HandlerContext, Service } from "../../src/index.ts";
import { checkHistory } from "../../src/testing/index.ts";
import type { Verdict } from "../../src/testing/index.ts";
import { audit, reserved, sales, stock } from "./shop.ts";

const migrations = new URL("./effects/", import.meta.url);

/**
 * The shop, whose services write every effect into a table, in the transaction of the effect. `before` is what stock does
 * first, with each attempt.
 */
export function witnesses(
  before: (eventId: string, context: HandlerContext) => Promise<void> = () => Promise.resolve(),
): readonly Service[] {
  const note = async (
    event: { eventId: string; sequence: number; eventType: string; data: { id: string } },
    db: Parameters<ReturnType<typeof sql>["execute"]>[0],
  ) => {
    await sql`insert into effects (key, sequence, event_id) values (${`${event.eventType === "Reserved" ? "stock" : "sales"} ${event.data.id}`}, ${event.sequence}, ${event.eventId})`.execute(
      db,
    );
  };
  return [
    sales(async (event, { db }) => (await note(event, db), []), { migrations }),
    stock(
      async (event, context) => {
        await before(event.eventId, context);
        await note(event, context.db);
        return [reserved(event.data.id)];
      },
      { migrations },
    ),
    audit(async (event, { db }) => (await note(event, db), []), { migrations }),
  ];
}

/** Judges what was committed: every event in the log against the effects of those who hear it. */
export async function judge(database: Database): Promise<Verdict> {
  const read = async <T>(schema: string, text: string): Promise<readonly T[]> =>
    database.transaction({ schema }, async (session) => (await session.query<T>(text)).rows);
  const log = await read<{ topic: string; value: Uint8Array }>(
    "broker",
    `select topic, value from records where topic in ('sales-events', 'stock-events') order by topic, partition, "offset"`,
  );
  const events = new Map<string, { key: string; sequence: number; eventId: string; topic: string }>();
  for (const { topic, value } of log) {
    const { eventId, sequence, data } = JSON.parse(new TextDecoder().decode(value)) as {
      eventId: string;
      sequence: number;
      data: { id: string };
    };
    events.set(eventId, {
      eventId,
      sequence,
      key: `${topic === "sales-events" ? "sales" : "stock"} ${data.id}`,
      topic,
    });
  }
  const verdicts = await Promise.all(
    [
      ["sales", "stock-events"],
      ["stock", "sales-events"],
      ["audit", undefined],
    ].map(async ([consumer = "", topic]) => {
      const effects = await read<{ key: string; sequence: number; event_id: string }>(
        consumer,
        "select key, sequence, event_id from effects order by n",
      );
      return checkHistory({
        sent: [...events.values()].filter((event) => topic === undefined || event.topic === topic),
        effects: effects.map((effect) => ({
          consumer,
          key: effect.key,
          sequence: effect.sequence,
          eventId: effect.event_id,
        })),
      });
    }),
  );
  return {
    valid: verdicts.every(({ valid }) => valid),
    anomalies: verdicts.flatMap(({ anomalies }) => anomalies),
    sent: events.size,
    effects: verdicts.reduce((sum, { effects }) => sum + effects, 0),
    consumers: verdicts.length,
  };
}
