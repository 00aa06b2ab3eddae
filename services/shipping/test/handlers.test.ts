import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { serviceAlone, type ServiceAlone } from "../../../e2e/support/service-alone.ts";
import { shipping } from "../src/main.ts";

const address = { name: "Alice", line1: "1 Rue", city: "Lyon", postalCode: "69003", country: "FR" };
const total = { amount: 1250, currency: "EUR" as const };
const who = { customerId: "alice", email: "alice@example.com" };
const orderOf = (digit: number) => `019bc134-782d-7aa8-8f7f-6add4e1224f${digit}`;

let service: ServiceAlone;
beforeAll(async () => {
  service = await serviceAlone(shipping);
});
beforeEach(() => service.reset());
afterAll(() => service.close());

const pay = (orderId: string) =>
  service.hear("OrderPaid.v1", { orderId, customerId: "alice", total, items: [], shippingAddress: address });
const cancel = (orderId: string) =>
  service.hear("OrderCancelled.v1", { orderId, ...who, reason: "CUSTOMER_REQUEST", previousStatus: "PAID" });
const shipped = (orderId: string) =>
  service.hear("OrderShipped.v1", {
    orderId,
    ...who,
    shipmentId: orderId,
    carrier: "Swift Parcel",
    trackingNumber: "SP1",
  });
const ask = () => service.run("ask-carrier");
const pass = (seconds: number): void => {
  service.now = new Date(service.now.getTime() + seconds * 1000);
};

describe("a paid order's parcel", () => {
  test("waits for the carrier, travels and arrives, and each is said once, in the order's own story", async () => {
    const orderId = orderOf(1);
    await pay(orderId);
    await pay(orderId);
    expect(await ask()).toEqual([]);
    pass(2);
    expect(await ask()).toMatchObject([
      {
        event: "ShipmentDispatched.v1",
        key: orderId,
        correlationId: orderId,
        data: { carrier: "Swift Parcel", trackingNumber: expect.stringMatching(/^SP[0-9A-F]{12}$/) },
      },
    ]);
    await shipped(orderId);
    expect(await ask()).toEqual([]);
    pass(4);
    const deliveredAt = service.now.toISOString();
    pass(60);
    expect(await ask()).toMatchObject([{ event: "ShipmentDelivered.v1", data: { orderId, deliveredAt } }]);
    pass(600);
    expect(await ask()).toEqual([]);
    expect(service.said).toHaveLength(2);
  });

  test("stays when the order is cancelled before it left, and is not delivered when it was on its way", async () => {
    await pay(orderOf(2));
    await cancel(orderOf(2));
    await pay(orderOf(3));
    pass(3);
    expect((await ask()).map(({ key }) => key)).toEqual([orderOf(3)]);
    await cancel(orderOf(3));
    pass(600);
    expect(await ask()).toEqual([]);
  });

  test("is not handed over before the order has said that it is shipped, however long that takes", async () => {
    const orderId = orderOf(5);
    await pay(orderId);
    pass(3);
    expect(await ask()).toHaveLength(1);
    pass(600);
    expect(await ask()).toEqual([]);
    await shipped(orderId);
    pass(4);
    expect(await ask()).toMatchObject([{ event: "ShipmentDelivered.v1" }]);
  });

  test("is not packed for an order that was cancelled unpaid", async () => {
    expect(await cancel(orderOf(4))).toEqual([]);
    pass(600);
    expect(await ask()).toEqual([]);
  });

  test("is asked about even while two hundred others travel", async () => {
    const orderOfMany = (index: number) => `019bc134-782d-7aa8-8f7f-${String(index).padStart(12, "0")}`;
    for (let index = 0; index < 200; index += 1) await pay(orderOfMany(index));
    pass(2);
    expect(await ask()).toHaveLength(200);
    for (let index = 0; index < 200; index += 1) await shipped(orderOfMany(index));
    await pay(orderOfMany(200));
    pass(2);
    expect([...(await ask()), ...(await ask())]).toMatchObject([{ key: orderOfMany(200) }]);
  });
});
