/** The client against the whole shop, which is killed while an order is followed. */
import { rm } from "node:fs/promises";
import { expect, test } from "@jest/globals";
import { startShop } from "../../../e2e/support/shop.ts";
import { newFolder } from "../../../e2e/support/stories.ts";
import { followOrder } from "../src/index.ts";

test("an order is followed to its end through a kill -9 of the shop, each step once", async () => {
  const folder = await newFolder();
  const env = { KAFKA_BROKERS: "", DATABASE_URL: "" };
  const first = await startShop(folder, env);
  const { orderId } = await first.order();
  const statuses: string[] = [];
  let second: typeof first | undefined;
  for await (const { status, sequence } of followOrder(first.url, orderId)) {
    statuses.push(`${sequence} ${status}`);
    if (status !== "PAID") continue;
    await first.kill();
    second = await startShop(folder, { ...env, PORT: new URL(first.url).port });
  }
  expect(statuses).toEqual(["1 CREATED", "2 PAID", "3 CONFIRMED", "4 SHIPPED", "5 DELIVERED"]);
  await second?.stop();
  await rm(folder, { recursive: true, force: true });
});
