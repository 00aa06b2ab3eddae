// What the measurements stand on: one real PostgreSQL and one real Kafka for all of them.
import { Client } from "pg";
import { postgresForTests } from "../../postgres/server.ts";
import { startKafka } from "../../kafka/start.ts";

export interface Place {
  readonly url: string;
  readonly brokers: readonly string[];
  /** Makes an empty database on the same server and answers its address. */
  newDatabase(name: string): Promise<string>;
  close(): Promise<void>;
}

/** PostgreSQL (`DATABASE_URL`, or one of our own that waits for the disk at every commit) and Kafka. */
export async function openPlace(): Promise<Place> {
  const server = await postgresForTests({ durable: true });
  if (server === undefined)
    throw new Error("There is no PostgreSQL: set DATABASE_URL or install one (Debian: postgresql).");
  try {
    const kafka = await startKafka({ tell: (line) => console.error(line) });
    return {
      url: server.url,
      brokers: kafka.brokers,
      newDatabase: async (name) => {
        const client = new Client({ connectionString: server.url });
        await client.connect();
        await client.query(`create database ${name}`);
        await client.end();
        return new URL(name, server.url).href;
      },
      close: async () => {
        await kafka.close();
        await server.close();
      },
    };
  } catch (error) {
    await server.close();
    throw error;
  }
}
