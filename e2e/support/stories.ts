import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { goodOrder, startShop, type Shop } from "./shop.ts";
import { until } from "./until.ts";

const paidOrLater = ["PAID", "CONFIRMED", "SHIPPED", "DELIVERED"] as const;
export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), "shop-"));

/** Where the shop runs: what its environment needs, known only when the suite has begun. */
export type Place = () => Readonly<Record<string, string>>;

/** What holds of every running shop, wherever its events and data are kept. */
export function storiesOfARunningShop(place: Place, args: readonly string[] = []): void {
  let folder: string;
  let shop: Shop;
  beforeAll(async () => {
    folder = await newFolder();
    shop = await startShop(folder, place(), args);
  });
  afterAll(async () => {
    await shop.stop();
    await rm(folder, { recursive: true, force: true });
  });
  storiesOfMoney(() => shop);
  storiesOfDelivery(() => shop);
  storiesOfCancelling(() => shop);
  storiesOfRequests(() => shop);
  storiesOfThePast(() => shop);
}

function storiesOfMoney(shop: () => Shop): void {
  test("answers an order at once and sees it paid soon after", async () => {
    const answer = await shop().request("/orders", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(goodOrder),
    });
    expect(answer.status).toBe(201);
    const order = (await answer.json()) as { orderId: string; status: string };
    expect(order.status).toBe("CREATED");
    expect(answer.headers.get("location")).toBe(`/orders/${order.orderId}`);
    const paid = await shop().reaches(order.orderId, ...paidOrLater);
    expect(paid.timeline.map((step) => step.status).slice(0, 2)).toEqual(["CREATED", "PAID"]);
  });

  test("cancels what the customer cannot pay, and gives the goods back", async () => {
    const before = await shop().json<{ available: number }>("/stock/pour-over-kettle");
    const order = await shop().order({
      ...goodOrder,
      customerId: "bob",
      email: "bob@example.com",
      items: [{ productId: "pour-over-kettle", quantity: 1 }],
    });
    expect((await shop().reaches(order.orderId, "CANCELLED")).reason).toBe("PAYMENT_FAILED");
    await until(async () => {
      const now = await shop().json<{ available: number }>("/stock/pour-over-kettle");
      return now.available === before.available ? true : undefined;
    });
  });

  test("cancels what is out of stock, and takes no money", async () => {
    const before = await shop().json<{ balance: unknown }>("/accounts/alice");
    const order = await shop().order({ ...goodOrder, items: [{ productId: "ceramic-mug", quantity: 999 }] });
    expect((await shop().reaches(order.orderId, "CANCELLED")).reason).toBe("OUT_OF_STOCK");
    expect((await shop().json<{ balance: unknown }>("/accounts/alice")).balance).toEqual(before.balance);
  });
}

function storiesOfDelivery(shop: () => Shop): void {
  test("carries a paid order to the customer, step by step in the live stream, and writes about it", async () => {
    const order = await shop().order();
    await shop().reaches(order.orderId, "DELIVERED");
    const stream = await (await shop().request(`/orders/${order.orderId}/stream`)).text();
    const steps = [...stream.matchAll(/"status":"([A-Z]+)"/g)].map((match) => match[1]);
    expect(steps).toEqual(["CREATED", "PAID", "CONFIRMED", "SHIPPED", "DELIVERED"]);
    await until(async () => {
      const letters = await shop().json<{ template: string }[]>(`/emails?orderId=${order.orderId}`);
      return letters.length === 3 ? letters : undefined;
    });
  });

  test("resumes a stream after the last step a client has, and tells it when no more will come", async () => {
    const order = await shop().order();
    await shop().reaches(order.orderId, "DELIVERED");
    const resume = (id: string) =>
      shop().request(`/orders/${order.orderId}/stream`, { headers: { "last-event-id": id } });
    expect([...(await (await resume("3")).text()).matchAll(/^id: (\d+)/gm)].map((match) => match[1])).toEqual([
      "4",
      "5",
    ]);
    expect((await resume("5")).status).toBe(204);
  });

  test("tells one order's whole story, every event after its cause", async () => {
    const order = await shop().order();
    await shop().reaches(order.orderId, "DELIVERED");
    const steps = await until(async () => {
      const { steps: told } = await shop().json<{ steps: { event: string }[] }>(`/audit/orders/${order.orderId}/trace`);
      return told?.some(({ event }) => event === "OrderDelivered.v1") ? told.map(({ event }) => event) : undefined;
    });
    expect(steps[0]).toBe("OrderCreated.v2");
    const happyWay = [
      "InventoryReserved.v1",
      "PaymentCompleted.v1",
      "OrderPaid.v1",
      "ShipmentDispatched.v1",
      "OrderDelivered.v1",
    ];
    expect(steps.filter((event) => happyWay.includes(event))).toEqual(happyWay);
  });
}

function storiesOfCancelling(shop: () => Shop): void {
  test("cancels at the customer's wish, and gives money and goods back", async () => {
    const before = await shop().json<{ balance: unknown }>("/accounts/alice");
    const order = await shop().order({ ...goodOrder, items: [{ productId: "hand-grinder", quantity: 1 }] });
    await shop().reaches(order.orderId, "PAID", "CONFIRMED");
    expect((await shop().request(`/orders/${order.orderId}/cancel`, { method: "POST" })).status).toBe(202);
    expect((await shop().reaches(order.orderId, "CANCELLED")).reason).toBe("CUSTOMER_REQUEST");
    await until(async () => {
      const now = await shop().json<{ balance: unknown }>("/accounts/alice");
      return JSON.stringify(now.balance) === JSON.stringify(before.balance) ? now : undefined;
    });
    expect((await shop().request(`/orders/${order.orderId}/cancel`, { method: "POST" })).status).toBe(202);
  });

  test.each(["SHIPPED", "DELIVERED"] as const)("does not cancel what is %s, and delivers it", async (status) => {
    const order = await shop().order();
    await shop().reaches(order.orderId, status);
    const answer = await shop().request(`/orders/${order.orderId}/cancel`, { method: "POST" });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      409,
      expect.stringContaining("application/problem+json"),
    ]);
    expect((await answer.json()) as object).toMatchObject({ code: "TOO_LATE" });
    await shop().reaches(order.orderId, "DELIVERED");
  });

  test("cancels in the very moment of ordering, and keeps nothing", async () => {
    const before = await shop().json<unknown>("/stock/pour-over-kettle");
    const order = await shop().order({ ...goodOrder, items: [{ productId: "pour-over-kettle", quantity: 1 }] });
    expect((await shop().request(`/orders/${order.orderId}/cancel`, { method: "POST" })).status).toBe(202);
    expect((await shop().reaches(order.orderId, "CANCELLED")).reason).toBe("CUSTOMER_REQUEST");
    await until(async () => {
      const now = await shop().json<unknown>("/stock/pour-over-kettle");
      return JSON.stringify(now) === JSON.stringify(before) ? now : undefined;
    });
  });
}

function storiesOfRequests(shop: () => Shop): void {
  test("makes one order of ten requests with one Idempotency-Key", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop().order(goodOrder, { "idempotency-key": "the-same-click" })),
    );
    expect(new Set(answers.map((answer) => answer.orderId)).size).toBe(1);
  });

  test("tells what is wrong with a request, field by field", async () => {
    const answer = await shop().request("/orders", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...goodOrder, items: [], email: "nobody" }),
    });
    expect(answer.status).toBe(400);
    const told = (await answer.json()) as { errors: { pointer: string }[] };
    expect(told.errors.map((error) => error.pointer)).toEqual(expect.arrayContaining(["/items", "/email"]));
  });
}

const idsIn = (text: string): string[] => [...text.matchAll(/^id: (\d+)/gm)].map((match) => match[1] ?? "");

function storiesOfThePast(shop: () => Shop): void {
  test("shows an order and an account as they were at any moment", async () => {
    const deposit = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"amount":9000,"currency":"EUR"}',
    };
    expect((await shop().request("/accounts/carol/deposits", deposit)).status).toBe(201);
    const begin = new Date().toISOString();
    const { orderId, total } = await shop().order({ ...goodOrder, customerId: "carol" });
    const { timeline } = await shop().reaches(orderId, "DELIVERED");
    const at = (path: string, moment: string) => shop().request(`${path}?asOf=${encodeURIComponent(moment)}`);
    for (const [index, step] of timeline.entries()) {
      // Steps of one transaction have one moment; the last of them is what was seen then.
      const last = timeline.findLast((other) => other.at === step.at) ?? step;
      const then = (await (await at(`/orders/${orderId}`, step.at)).json()) as { status: string; timeline: unknown[] };
      expect(then.status).toBe(last.status);
      expect(then.timeline.length).toBeGreaterThan(index);
    }
    const beforeThat = new Date(Date.parse(timeline[0]?.at ?? begin) - 1).toISOString();
    expect((await at(`/orders/${orderId}`, beforeThat)).status).toBe(404);
    const history = await shop().json<{ eventType: string }[]>(`/orders/${orderId}/history`);
    expect(history.map(({ eventType }) => eventType)).toEqual([
      "OrderCreated",
      "OrderPaid",
      "OrderConfirmed",
      "OrderShipped",
      "OrderDelivered",
    ]);
    const balance = async (moment: string): Promise<number> =>
      ((await (await at("/accounts/carol", moment)).json()) as { balance: { amount: number } }).balance.amount;
    expect(await balance(begin)).toBe(9000);
    expect(await balance(timeline.at(-1)?.at ?? begin)).toBe(9000 - total.amount);
  });
}

/** What holds when answers do not come in time: the carrier never comes, and nobody is waited for. */
export function storiesOfSilence(place: Place): void {
  let folder: string;
  let shop: Shop;
  beforeAll(async () => {
    folder = await newFolder();
    const impatient = { ORDER_STEP_TIMEOUT_MS: "50", ORDER_DISPATCH_TIMEOUT_MS: "500", CARRIER_PICK_UP_MS: "3600000" };
    shop = await startShop(folder, { ...place(), ...impatient });
  });
  afterAll(async () => {
    await shop.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("gives up on every order, and undoes every answer that came too late", async () => {
    const books = async () => [await shop.json<unknown>("/stock"), await balanceOf("alice")];
    const balanceOf = async (account: string) =>
      (await shop.json<{ balance: unknown }>(`/accounts/${account}`)).balance;
    const before = JSON.stringify(await books());
    const orders = await Promise.all(Array.from({ length: 10 }, () => shop.order()));
    for (const { orderId } of orders) expect((await shop.reaches(orderId, "CANCELLED")).reason).toBe("TIMEOUT");
    await until(async () => (JSON.stringify(await books()) === before ? true : undefined), {
      seconds: 75,
      describe: () => "money or goods of an order that was given up did not come back",
    });
  });
}

/** What holds of a shop that is killed or asked to stop. */
export function storiesOfAStoppedShop(place: Place): void {
  let folder: string;
  beforeEach(async () => {
    folder = await newFolder();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test("ends every order after being killed in the middle of the saga", async () => {
    const first = await startShop(folder, place());
    const orders = await Promise.all(Array.from({ length: 8 }, () => first.order()));
    await first.kill();
    const second = await startShop(folder, place());
    try {
      for (const { orderId } of orders) await second.reaches(orderId, ...paidOrLater);
    } finally {
      await second.stop();
    }
  });

  test("resumes a live stream after being killed: no step is missing and none comes twice", async () => {
    const first = await startShop(folder, place());
    const { orderId } = await first.order();
    const before: string[] = [];
    const stream = await first.request(`/orders/${orderId}/stream`);
    const text = new TextDecoderStream();
    const reading = stream.body?.pipeThrough(text).getReader();
    while (before.length === 0) {
      const piece = await reading?.read();
      before.push(...idsIn(piece?.value ?? ""));
    }
    await first.kill();
    await reading?.cancel().catch(() => undefined);
    const second = await startShop(folder, place());
    try {
      const answer = await second.request(`/orders/${orderId}/stream`, {
        headers: { "last-event-id": before.at(-1) ?? "" },
      });
      expect([...before, ...idsIn(await answer.text())]).toEqual(["1", "2", "3", "4", "5"]);
    } finally {
      await second.stop();
    }
  });

  test("keeps its data and ends with 0 when it is asked to stop", async () => {
    const first = await startShop(folder, place());
    const { orderId } = await first.order();
    await first.reaches(orderId, ...paidOrLater);
    expect(await first.stop()).toBe(0);
    const second = await startShop(folder, place());
    try {
      await second.reaches(orderId, ...paidOrLater);
    } finally {
      await second.stop();
    }
  });
}
