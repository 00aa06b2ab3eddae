// The adapters as the conformance suite opens them: two clients each, as two processes would have them.
import { openDatabase, type Features } from "@eventpact/messaging";
import { memoryTransport } from "@eventpact/messaging/memory";
import { postgresLog } from "@eventpact/messaging/postgres-log";
import type { AdapterUnderTest } from "@eventpact/messaging/testing";
import { features as kafkaFeatures } from "../../packages/messaging/src/adapters/kafka/transport.ts";
import { features as logFeatures } from "../../packages/messaging/src/adapters/postgres-log/index.ts";
import { quick } from "../../packages/messaging/test/kafka/timing.ts";
import { embeddedForTests } from "../../packages/messaging/test/support/embedded.ts";
import { postgresForTests } from "../postgres/server.ts";
import { startKafka } from "../kafka/start.ts";

export interface Column {
  readonly title: string;
  readonly features: Features;
  /** Starts what the adapter stands on. */
  open(tell: (line: string) => void): Promise<{ readonly adapter: AdapterUnderTest; close(): Promise<void> }>;
}

const nothing = async (): Promise<void> => undefined;

const memory: Column = {
  title: "memory",
  features: memoryTransport().features,
  open: async () => {
    const open = async () => {
      const transport = memoryTransport();
      return { transport, other: transport, close: nothing };
    };
    return { adapter: { name: "memory", features: memory.features, open }, close: nothing };
  },
};

const embedded: Column = {
  title: "postgres-log, embedded",
  features: logFeatures,
  open: async () => {
    const database = await embeddedForTests();
    const options = { database, sessionMs: 1_000, pollMs: 20 };
    const open = async () => ({ transport: postgresLog(options), other: postgresLog(options), close: nothing });
    const adapter = { name: "postgres-log", features: logFeatures, open, patienceMs: 20_000 };
    return { adapter, close: () => database.close() };
  },
};

const server: Column = {
  title: "postgres-log, server",
  features: logFeatures,
  open: async () => {
    const postgres = await postgresForTests();
    if (postgres === undefined) throw new Error("There is no PostgreSQL: set DATABASE_URL or install one.");
    const open = async () => {
      const [one, two] = [await openDatabase({ url: postgres.url }), await openDatabase({ url: postgres.url })];
      const options = { sessionMs: 2_000, pollMs: 20 };
      return {
        transport: postgresLog({ database: one, ...options }),
        other: postgresLog({ database: two, ...options }),
        close: async () => {
          await one.close();
          await two.close();
        },
      };
    };
    const adapter = { name: "postgres-log", features: logFeatures, open, patienceMs: 20_000 };
    return { adapter, close: () => postgres.close() };
  },
};

const kafka: Column = {
  title: "kafka",
  features: kafkaFeatures,
  open: async (tell) => {
    const { openKafka } = await import("@eventpact/messaging/kafka");
    const broker = await startKafka({ tell });
    const client = () => openKafka({ brokers: broker.brokers, tuning: quick });
    const open = async () => ({ transport: await client(), other: await client(), close: nothing });
    const adapter = { name: "kafka", features: kafkaFeatures, open, patienceMs: 30_000 };
    return { adapter, close: () => broker.close() };
  },
};

export const columns: readonly Column[] = [memory, embedded, server, kafka];
