import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { goodOrder, refusedStart, startShop, type Shop } from "./support/shop.ts";
import { until } from "./support/until.ts";

const paidOrLater = ["PAID", "CONFIRMED", "SHIPPED", "DELIVERED"] as const;
const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "shop-"));

describe("a running shop on the embedded default", () => {
  let folder: string;
  let shop: Shop;
  beforeAll(async () => {
    folder = await newFolder();
    shop = await startShop(folder);
  });
  afterAll(async () => {
    await shop.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("answers an order at once and sees it paid soon after", async () => {
    const answer = await shop.request("/orders", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(goodOrder),
    });
    expect(answer.status).toBe(201);
    const order = (await answer.json()) as { orderId: string; status: string };
    expect(order.status).toBe("CREATED");
    expect(answer.headers.get("location")).toBe(`/orders/${order.orderId}`);
    const paid = await shop.reaches(order.orderId, ...paidOrLater);
    expect(paid.timeline.map((step) => step.status).slice(0, 2)).toEqual(["CREATED", "PAID"]);
  });

  test("cancels what the customer cannot pay, and gives the goods back", async () => {
    const before = await shop.json<{ available: number }>("/stock/pour-over-kettle");
    const order = await shop.order({
      ...goodOrder,
      customerId: "bob",
      email: "bob@example.com",
      items: [{ productId: "pour-over-kettle", quantity: 1 }],
    });
    expect((await shop.reaches(order.orderId, "CANCELLED")).reason).toBe("PAYMENT_FAILED");
    await until(async () => {
      const now = await shop.json<{ available: number }>("/stock/pour-over-kettle");
      return now.available === before.available ? true : undefined;
    });
  });

  test("cancels what is out of stock, and takes no money", async () => {
    await shop.json("/stock/ceramic-mug");
    const before = await shop.json<{ balance: unknown }>("/accounts/alice");
    const order = await shop.order({ ...goodOrder, items: [{ productId: "ceramic-mug", quantity: 999 }] });
    expect((await shop.reaches(order.orderId, "CANCELLED")).reason).toBe("OUT_OF_STOCK");
    expect((await shop.json<{ balance: unknown }>("/accounts/alice")).balance).toEqual(before.balance);
  });

  test("makes one order of ten requests with one Idempotency-Key", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop.order(goodOrder, { "idempotency-key": "the-same-click" })),
    );
    expect(new Set(answers.map((answer) => answer.orderId)).size).toBe(1);
  });

  test("tells what is wrong with a request, field by field", async () => {
    const answer = await shop.request("/orders", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...goodOrder, items: [], email: "nobody" }),
    });
    expect(answer.status).toBe(400);
    const told = (await answer.json()) as { errors: { pointer: string }[] };
    expect(told.errors.map((error) => error.pointer)).toEqual(expect.arrayContaining(["/items", "/email"]));
  });

  test("refuses a second start on the same data and names who holds it", async () => {
    const second = await refusedStart(folder);
    expect(second.code).not.toBe(0);
    expect(second.output).toContain(folder);
    expect(second.output).toMatch(/process \d+|pid \d+/i);
  });
});

describe("a shop that is stopped", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("ends every order after being killed in the middle of the saga", async () => {
    const first = await startShop(folder);
    const orders = await Promise.all(Array.from({ length: 8 }, () => first.order()));
    await first.kill();
    const second = await startShop(folder);
    try {
      for (const { orderId } of orders) await second.reaches(orderId, ...paidOrLater);
    } finally {
      await second.stop();
    }
  });

  test("keeps its data and ends with 0 when it is asked to stop", async () => {
    const first = await startShop(folder);
    const { orderId } = await first.order();
    await first.reaches(orderId, ...paidOrLater);
    expect(await first.stop()).toBe(0);
    const second = await startShop(folder);
    try {
      await second.reaches(orderId, ...paidOrLater);
    } finally {
      await second.stop();
    }
  });
});
