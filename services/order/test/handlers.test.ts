import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { serviceAlone, type ServiceAlone } from "../../../e2e/support/service-alone.ts";
import { orderService } from "../src/main.ts";
import { addProducts } from "../src/store.ts";
import { news, patience, placeOrder, products } from "./support/story.ts";

const { orderId: _, ...wish } = placeOrder;
const total = { amount: 5030, currency: "EUR" };

let service: ServiceAlone;
beforeAll(async () => {
  service = await serviceAlone(orderService(patience));
  await service.transact({}, async (context) => {
    await addProducts(context, [...products.values()]);
    return { events: [], result: undefined };
  });
});
afterAll(() => service.close());

const post = (payload: unknown, headers: Readonly<Record<string, string>> = {}) =>
  service.http.inject({ method: "POST", url: "/orders", payload: payload as object, headers });
const get = async (url: string) => (await service.http.inject(url)).json();
const place = async (): Promise<string> => (await post(wish)).json().orderId;
/** Tells the order service a piece of the story's news about another order. */
const tell = (name: keyof typeof news, orderId: string) =>
  service.hear(news[name].event as never, { ...news[name].data, orderId } as never);
const pay = async (orderId: string) => {
  await tell("reserved", orderId);
  return tell("paid", orderId);
};
const later = (ms: number) => (service.now = new Date(service.now.getTime() + ms));

describe("POST /orders", () => {
  test("answers at once, says where the order is, and tells the story under the order's id", async () => {
    const answer = await post(wish);
    const { orderId } = answer.json();
    expect(answer.statusCode).toBe(201);
    expect(answer.headers["location"]).toBe(`/orders/${orderId}`);
    expect(answer.json()).toEqual({ orderId, status: "CREATED", total });
    expect(service.said.at(-1)).toMatchObject({ event: "OrderCreated.v2", key: orderId, correlationId: orderId });
  });

  test("makes one order of ten requests at once with one key, and gives all the same answer", async () => {
    const before = service.said.length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(wish, { "idempotency-key": "click" })));
    expect(
      new Set(answers.map((answer) => `${answer.statusCode} ${answer.headers["location"]} ${answer.body}`)).size,
    ).toBe(1);
    expect(answers[0]?.statusCode).toBe(201);
    expect(service.said).toHaveLength(before + 1);
  });

  test("refuses a key that was used for a different order", async () => {
    await post(wish, { "idempotency-key": "one" });
    const answer = await post({ ...wish, email: "other@example.com" }, { "idempotency-key": "one" });
    expect(answer.statusCode).toBe(422);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  });

  test("leaves the key of a refused order free", async () => {
    const items = [{ productId: "moka-pot", quantity: 1 }];
    const refused = await post({ ...wish, items }, { "idempotency-key": "again" });
    expect(refused.statusCode).toBe(422);
    expect(refused.json()).toMatchObject({ code: "UNKNOWN_PRODUCT", productIds: ["moka-pot"] });
    expect((await post(wish, { "idempotency-key": "again" })).statusCode).toBe(201);
  });

  test("forgets keys after a week", async () => {
    const first = await post(wish, { "idempotency-key": "old" });
    later(8 * 86_400_000);
    await service.run("forget-idempotency-keys");
    expect((await post(wish, { "idempotency-key": "old" })).json().orderId).not.toBe(first.json().orderId);
  });

  test("names every fault of a request by its place", async () => {
    const { email: _email, ...nobody } = wish;
    const answer = await post({ ...nobody, items: [{ productId: "ceramic-mug", quantity: 0 }], colour: "red" });
    expect(answer.statusCode).toBe(400);
    expect(
      answer
        .json()
        .errors.map(({ pointer }: { pointer: string }) => pointer)
        .sort(),
    ).toEqual(["/colour", "/email", "/items/0/quantity"]);
  });
});

describe("an order's handlers", () => {
  test("say paid and confirmed when goods and money are there, and nothing when told again", async () => {
    const orderId = await place();
    expect(await pay(orderId)).toMatchObject([{ event: "OrderPaid.v1" }, { event: "OrderConfirmed.v1" }]);
    expect(await pay(orderId)).toEqual([]);
    expect(await get(`/orders/${orderId}`)).toMatchObject({ orderId, status: "CONFIRMED", total });
  });

  test("keep what they heard between two pieces of news", async () => {
    const orderId = await place();
    await tell("unpaid", orderId);
    const [cancelled] = (await tell("releasedUnpaid", orderId)) as readonly unknown[];
    expect(cancelled).toMatchObject({ event: "OrderCancelled.v1", data: { reason: "PAYMENT_FAILED" } });
    expect(await get(`/orders/${orderId}`)).toMatchObject({ status: "CANCELLED", reason: "PAYMENT_FAILED" });
  });

  test("wait for an order that is not known", async () => {
    expect(await service.hear("PaymentFailed.v1", news.unpaid.data)).toMatch(/not known/);
  });

  test("ship and deliver", async () => {
    const orderId = await place();
    await pay(orderId);
    await tell("dispatched", orderId);
    await tell("delivered", orderId);
    const { timeline } = await get(`/orders/${orderId}`);
    expect(timeline.map(({ status }: { status: string }) => status)).toEqual([
      "CREATED",
      "PAID",
      "CONFIRMED",
      "SHIPPED",
      "DELIVERED",
    ]);
  });
});

describe("GET /orders/:orderId", () => {
  test("shows the order as it was at any moment", async () => {
    const orderId = await place();
    const created = service.now.toISOString();
    later(60);
    await pay(orderId);
    expect(await get(`/orders/${orderId}?asOf=${created}`)).toMatchObject({ status: "CREATED" });
    expect(await get(`/orders/${orderId}?asOf=${service.now.toISOString()}`)).toMatchObject({ status: "CONFIRMED" });
    expect(await get(`/orders/${orderId}?asOf=2025-01-01T00:00:00Z`)).toMatchObject({ status: 404 });
    expect(await get(`/orders/${orderId}?asOf=yesterday`)).toMatchObject({ status: 400 });
  });

  test("tells the order's own events in order, and 404 of orders that there are not", async () => {
    const orderId = await place();
    await pay(orderId);
    const history: { sequence: number; eventType: string; version: number }[] = await get(`/orders/${orderId}/history`);
    expect(history.map(({ sequence, eventType, version }) => [sequence, eventType, version])).toEqual([
      [1, "OrderCreated", 2],
      [2, "OrderPaid", 1],
      [3, "OrderConfirmed", 1],
    ]);
    for (const path of ["nothing", "nothing/history"])
      expect(await get(`/orders/${path}`)).toMatchObject({ status: 404 });
  });
});

describe("POST /orders/:orderId/cancel", () => {
  const cancel = (orderId: string) => service.http.inject({ method: "POST", url: `/orders/${orderId}/cancel` });

  test("cancels, and again answers the same without saying it again", async () => {
    const orderId = await place();
    const first = await cancel(orderId);
    expect([first.statusCode, first.json()]).toEqual([
      202,
      { orderId, status: "CANCELLED", reason: "CUSTOMER_REQUEST" },
    ]);
    const said = service.said.length;
    expect((await cancel(orderId)).json()).toEqual(first.json());
    expect(service.said).toHaveLength(said);
    expect(service.said.at(-1)).toMatchObject({ event: "OrderCancelled.v1", correlationId: orderId });
  });

  test("is refused when the parcel has left, and where there is no order", async () => {
    const orderId = await place();
    await pay(orderId);
    await tell("dispatched", orderId);
    const late = await cancel(orderId);
    expect([late.statusCode, late.json()]).toMatchObject([
      409,
      { code: "TOO_LATE", status: 409, orderStatus: "SHIPPED" },
    ]);
    expect((await cancel("nothing")).statusCode).toBe(404);
  });
});

describe("the clock", () => {
  test("gives up orders that waited too long, and only those", async () => {
    const [silent, informed, settled] = [await place(), await place(), await place()];
    await pay(settled);
    later(patience.stepMs - 1);
    await tell("reserved", informed);
    await service.run("give-up-waiting");
    expect(await get(`/orders/${silent}`)).toMatchObject({ status: "CREATED" });
    later(1);
    const given = await service.run("give-up-waiting");
    expect(given.map(({ key }) => key)).toContain(silent);
    expect(given.find(({ key }) => key === silent)).toMatchObject({
      correlationId: silent,
      data: { reason: "TIMEOUT" },
    });
    expect(await get(`/orders/${informed}`)).toMatchObject({ status: "CREATED" });
    expect(await get(`/orders/${settled}`)).toMatchObject({ status: "CONFIRMED" });
    expect(await service.run("give-up-waiting")).toEqual([]);
  });
});

test("GET /products is the price list", async () => {
  expect(await get("/products")).toEqual([
    { productId: "ceramic-mug", name: "Ceramic mug", unitPrice: { amount: 1250, currency: "EUR" } },
    { productId: "espresso-beans-1kg", name: "Espresso beans 1 kg", unitPrice: { amount: 1890, currency: "EUR" } },
  ]);
});
