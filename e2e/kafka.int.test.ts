/** The same stories where it counts: on a real Kafka and a real PostgreSQL, in one process and in many. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { postgresForTests, type TestServer } from "../scripts/postgres/server.ts";
import { sharedKafka } from "../scripts/kafka/shared.ts";
import { startService, type RunningService } from "../scripts/start/service-process.ts";
import { goodOrder } from "./support/shop.ts";
import { newFolder, storiesOfARunningShop, storiesOfAStoppedShop, storiesOfSilence } from "./support/stories.ts";
import { until } from "./support/until.ts";

let server: TestServer | undefined;
let place: Record<string, string> = {};
beforeAll(async () => {
  server = await postgresForTests();
  if (server === undefined) throw new Error("These stories need a PostgreSQL server: set DATABASE_URL.");
  place = { DATABASE_URL: server.url, KAFKA_BROKERS: (await sharedKafka()).join(",") };
});
afterAll(() => server?.close());

describe("a running shop on Kafka and PostgreSQL", () => {
  storiesOfARunningShop(() => place);
});

describe("a shop on Kafka and PostgreSQL that is stopped", () => {
  storiesOfAStoppedShop(() => place);
});

describe("a shop on Kafka and PostgreSQL that waits for nobody", () => {
  storiesOfSilence(() => place);
});

describe("every service as a process of its own, inventory twice", () => {
  const names = ["order", "inventory", "inventory", "payment", "shipping", "email", "tracking", "analytics", "audit"];
  let folder: string;
  let services: RunningService[];
  const urlOf = (name: string): string => services.find((service) => service.name === name)?.url ?? "";
  beforeAll(async () => {
    folder = await newFolder();
    services = await Promise.all(names.map((name) => startService(name, { ...place, DATA_DIR: folder })));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const place12 = () =>
    Promise.all(
      Array.from({ length: 12 }, async () => {
        const answer = await fetch(`${urlOf("order")}/orders`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(goodOrder),
        });
        return ((await answer.json()) as { orderId: string }).orderId;
      }),
    );
  const isDelivered = async (orderId: string): Promise<true | undefined> => {
    const order = (await (await fetch(`${urlOf("order")}/orders/${orderId}`)).json()) as { status: string };
    return order.status === "DELIVERED" ? true : undefined;
  };

  test("carries an order from one service to the next", async () => {
    for (const orderId of await place12()) {
      await until(() => isDelivered(orderId), { seconds: 90, describe: () => `order ${orderId} was not delivered` });
    }
  });

  test("shares a service's partitions among its instances", async () => {
    const instances = services.filter(({ name }) => name === "inventory");
    const handledBy = async ({ url }: RunningService): Promise<number> =>
      Number(/outcome="handled"[^\n]* (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? 0);
    await until(
      async () => {
        await place12();
        const counts = await Promise.all(instances.map(handledBy));
        return counts.every((count) => count > 0) ? counts : undefined;
      },
      { seconds: 60, describe: () => "one instance did all the work" },
    );
  });

  test("ends every process with 0 when asked to stop", async () => {
    expect(await Promise.all(services.map((service) => service.stop()))).toEqual(names.map(() => 0));
  });
});
