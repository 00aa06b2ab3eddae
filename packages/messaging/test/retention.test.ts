import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { postgresLog } from "../src/adapters/postgres-log/index.ts";
import { trim } from "../src/adapters/postgres-log/log.ts";
import type { Database } from "../src/index.ts";
import { embeddedForTests } from "./support/embedded.ts";

let database: Database;
beforeAll(async () => {
  database = await embeddedForTests();
});
afterAll(() => database.close());

test("the log in PostgreSQL removes what is older than its topic keeps, and nothing of a topic that keeps for ever", async () => {
  const transport = postgresLog({ database });
  const topics = [
    { name: "short", partitions: 1, retentionMs: 3_600_000 },
    { name: "for-ever", partitions: 1, retentionMs: -1 },
    { name: "unsaid", partitions: 1 },
  ];
  await transport.ensureTopics(topics);
  const record = (topic: string) => ({ topic, key: "a", value: new Uint8Array([1]), headers: {} });
  await transport.send(topics.flatMap(({ name }) => [record(name), record(name)]));
  await database.query(`update broker.records set at = at - interval '10 years' where "offset" = 0`);
  expect(await trim(database)).toBe(1);
  const kept = await Promise.all(topics.map(async ({ name }) => (await transport.bounds(name))[0]?.begin));
  expect(kept).toEqual([1, 0, 0]);
  await transport.close(1_000);
});
