// What one would write by hand over the broker's client to have each effect once: an inbox row and a commit per record.
import { Client } from "pg";
import { rawConsume } from "./raw.ts";

/** Records per second of a consumer that parses, and marks each record in a transaction of its own. Unvalidated, unordered. */
export async function byHand(url: string, brokers: readonly string[], topic: string, count: number): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("create table if not exists by_hand (event_id text primary key, at timestamptz not null)");
    await client.query("truncate by_hand");
    return await rawConsume(brokers, topic, count, {
      commitEvery: 500,
      each: async (value) => {
        const { eventId } = JSON.parse(value.toString()) as { eventId: string };
        await client.query("begin");
        await client.query("insert into by_hand values ($1, now()) on conflict do nothing", [eventId]);
        await client.query("commit");
      },
    });
  } finally {
    await client.end();
  }
}
