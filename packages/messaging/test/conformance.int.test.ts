import { afterAll, describe, test } from "@jest/globals";
import { postgresLog } from "../src/adapters/postgres-log/index.ts";
import { openDatabase } from "../src/index.ts";
import { conformance } from "../src/testing/index.ts";
import { postgresForTests } from "../../../scripts/postgres/server.ts";

const server = await postgresForTests();
afterAll(async () => {
  await server?.close();
});

(server === undefined ? describe.skip : describe)(
  "conformance of postgres-log on a PostgreSQL server, two clients with pools of their own",
  () => {
    const features = {
      persistent: true,
      multiProcess: true,
      denseOffsets: true,
      addPartitions: true,
      retention: true,
      groups: true,
      orderedFailures: true,
    };
    const cases = conformance({
      name: "postgres-log",
      features,
      open: async () => {
        const url = server?.url ?? "";
        const [one, two] = [await openDatabase({ url }), await openDatabase({ url })];
        const options = { sessionMs: 600, pollMs: 20 };
        return {
          transport: postgresLog({ database: one, ...options }),
          other: postgresLog({ database: two, ...options }),
          close: async () => {
            await one.close();
            await two.close();
          },
        };
      },
    });
    for (const { name, skipped, run } of cases) {
      (skipped === undefined ? test : test.skip)(name, run);
    }
  },
);
