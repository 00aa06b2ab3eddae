/** `npm start -- --split --kafka`: one command, ten processes and a Kafka, through a crash and a restart of everything. */
import { chmod, rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startShop, type Shop } from "./support/shop.ts";
import { newFolder } from "./support/stories.ts";
import { until } from "./support/until.ts";

/** Nothing of what this machine may offer: the command brings a Kafka and a PostgreSQL of its own. */
const alone = { KAFKA_BROKERS: "", DATABASE_URL: "", CARRIER_PICK_UP_MS: "2000", CARRIER_DELIVER_MS: "500" };

const processesOf = (shop: Shop): Map<string, number> =>
  new Map(
    [...shop.output().matchAll(/^(\w+) listens on \S+ \(process (\d+)\)/gm)].map(([, name, pid]) => [
      name ?? "",
      Number(pid),
    ]),
  );

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a shop whose services run apart, on a Kafka and a PostgreSQL of its own", () => {
  let folder: string;
  let shop: Shop;
  let orderId: string;
  const start = () => startShop(folder, alone, ["--split", "--kafka"]);
  beforeAll(async () => {
    folder = await newFolder();
    // PostgreSQL runs as a user of its own where the tests run as root.
    await chmod(folder, 0o755);
    shop = await start();
  });
  afterAll(async () => {
    await shop.stop();
    // A Kafka whose command was killed needs a moment to close its files.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
  });
  const letters = () => shop.json<{ template: string }[]>(`/emails?orderId=${orderId}`);

  test("tells of every process it starts, and closes all of them, saying which, when one is killed", async () => {
    expect([...processesOf(shop).keys()].toSorted()).toEqual(
      ["analytics", "audit", "email", "inventory", "order", "payment", "shipping", "tracking"].toSorted(),
    );
    ({ orderId } = await shop.order());
    await shop.reaches(orderId, "PAID", "CONFIRMED");
    process.kill(processesOf(shop).get("shipping") ?? 0, "SIGKILL");
    expect(await shop.ended()).toBe(1);
    expect(shop.output()).toContain("shipping ended with SIGKILL");
    expect([...processesOf(shop).values()].filter(isAlive)).toEqual([]);
  });

  test("goes on where it was when it is started again, and carries the order to the customer", async () => {
    shop = await start();
    const order = await shop.reaches(orderId, "DELIVERED");
    expect(order.timeline.map(({ status }) => status)).toEqual([
      "CREATED",
      "PAID",
      "CONFIRMED",
      "SHIPPED",
      "DELIVERED",
    ]);
    const stream = await (await shop.request(`/orders/${orderId}/stream`)).text();
    expect([...stream.matchAll(/"status":"([A-Z]+)"/g)].map(([, status]) => status)).toEqual(
      order.timeline.map(({ status }) => status),
    );
    await until(async () => ((await letters()).length === 3 ? true : undefined));
  });

  test("ends with 0 when asked to stop, and keeps its data", async () => {
    expect(await shop.stop()).toBe(0);
    shop = await start();
    expect((await shop.reaches(orderId, "DELIVERED")).orderId).toBe(orderId);
    expect(await letters()).toHaveLength(3);
    const next = await shop.order();
    await shop.reaches(next.orderId, "DELIVERED");
  });

  test("leaves no process behind when it is killed itself", async () => {
    const processes = [...processesOf(shop).values()];
    await shop.kill();
    await until(() => (processes.some(isAlive) ? undefined : true), {
      seconds: 60,
      describe: () => `still there: ${processes.filter(isAlive).join(", ")}`,
    });
  });
});
