import { afterAll, beforeAll, describe, test } from "@jest/globals";
import { memoryTransport } from "../src/adapters/memory/index.ts";
import { postgresLog } from "../src/adapters/postgres-log/index.ts";
import type { Database } from "../src/index.ts";
import { conformance } from "../src/testing/index.ts";
import type { AdapterUnderTest } from "../src/testing/index.ts";
import { embeddedForTests } from "./support/embedded.ts";

let database: Database;
beforeAll(async () => {
  database = await embeddedForTests();
});
afterAll(async () => {
  await database.close();
});

const memory: AdapterUnderTest = {
  name: "memory",
  features: memoryTransport().features,
  open: async () => {
    const transport = memoryTransport();
    // One process: the second client is the same broker, whose end is the end of both.
    return { transport, other: transport, close: async () => undefined };
  },
};

const postgres: AdapterUnderTest = {
  name: "postgres-log on the embedded database",
  features: {
    persistent: true,
    multiProcess: true,
    denseOffsets: true,
    addPartitions: true,
    retention: true,
    groups: true,
    orderedFailures: true,
  },
  open: async () => {
    const options = { database, sessionMs: 300, pollMs: 20 };
    return { transport: postgresLog(options), other: postgresLog(options), close: async () => undefined };
  },
};

for (const adapter of [memory, postgres]) {
  describe(`conformance of ${adapter.name}`, () => {
    for (const { name, skipped, run } of conformance(adapter)) (skipped === undefined ? test : test.skip)(name, run);
  });
}
