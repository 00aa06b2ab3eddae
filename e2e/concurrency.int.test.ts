/** What an embedded database cannot show: many transactions at once on a real PostgreSQL. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { openDatabase, type NewEvent } from "@eventpact/messaging";
import { inventory } from "@shop/inventory";
import { order, seed as seedOrder } from "@shop/order";
import { payment } from "@shop/payment";
import { postgresForTests, type TestServer } from "../scripts/postgres/server.ts";
import { serviceAlone, type ServiceAlone } from "./support/service-alone.ts";

let server: TestServer | undefined;
let service: ServiceAlone;
beforeAll(async () => {
  server = await postgresForTests();
});
afterAll(() => server?.close());
afterEach(() => service.close());

const alone = async (which: Parameters<typeof serviceAlone>[0]): Promise<void> => {
  service = await serviceAlone(which, server && (await openDatabase({ url: server.url, maxConnections: 20 })));
};
const idOf = (index: number): string => `019bc134-782d-7aa8-8f7f-${String(index).padStart(12, "0")}`;
const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));
const said = (name: string): readonly NewEvent[] => service.said.filter(({ event }) => event === name);
const eur = (amount: number) => ({ amount, currency: "EUR" });

const created = (
  index: number,
  items: readonly { readonly productId: string; readonly quantity: number }[],
  customerId = "alice",
) => service.hear("OrderCreated.v1", { orderId: idOf(index), customerId, items: [...items], totalPrice: 100 });

describe("inventory", () => {
  beforeEach(() => alone(inventory));
  const put = (productId: string, available: number) =>
    service.http.inject({ method: "PUT", url: `/stock/${productId}`, payload: { available } });
  const shelf = async (productId: string) => (await service.http.inject(`/stock/${productId}`)).json();

  test("gives a hundred pieces to exactly a hundred of two hundred orders at once", async () => {
    await put("beans", 100);
    await times(200, (index) => created(index, [{ productId: "beans", quantity: 1 }]));
    expect(said("InventoryReserved.v1")).toHaveLength(100);
    expect(said("InventoryReservationFailed.v1")).toHaveLength(100);
    expect(await shelf("beans")).toEqual({ productId: "beans", available: 0, reserved: 100 });
  });

  test("serves orders that name the same products in different order without a deadlock", async () => {
    const products = ["beans", "kettle", "mug"];
    for (const productId of products) await put(productId, 1_000);
    await times(100, (index) => {
      const items = products.map((productId) => ({ productId, quantity: 1 }));
      return created(1_000 + index, index % 2 === 0 ? items : items.toReversed());
    });
    expect(await shelf("mug")).toEqual({ productId: "mug", available: 900, reserved: 100 });
  });

  test("puts goods back once when a failed payment and a cancellation come at once", async () => {
    await put("filters", 50);
    await times(20, (index) => created(2_000 + index, [{ productId: "filters", quantity: 1 }]));
    await times(40, (index) => {
      const orderId = idOf(2_000 + (index >> 1));
      const data = { orderId, accountId: "alice", amount: eur(100) };
      return index % 2 === 0
        ? service.hear("PaymentFailed.v1", { ...data, reason: "INSUFFICIENT_FUNDS" })
        : service.hear("OrderCancelled.v1", {
            orderId,
            customerId: "alice",
            email: "a@b.example",
            reason: "TIMEOUT",
            previousStatus: "CREATED",
          });
    });
    expect(said("InventoryReleased.v1")).toHaveLength(20);
    expect(await shelf("filters")).toEqual({ productId: "filters", available: 50, reserved: 0 });
  });
});

describe("payment", () => {
  beforeEach(() => alone(payment));

  test("charges an account that many orders want to pay from at once exactly as often as it can pay", async () => {
    await service.http.inject({ method: "POST", url: "/accounts/alice/deposits", payload: eur(3_050) });
    await times(50, (index) => created(index, [{ productId: "beans", quantity: 1 }]));
    await times(50, (index) =>
      service.hear("InventoryReserved.v1", { orderId: idOf(index), items: [{ productId: "beans", quantity: 1 }] }),
    );
    expect([said("PaymentCompleted.v1").length, said("PaymentFailed.v1").length]).toEqual([30, 20]);
    const account = (await service.http.inject("/accounts/alice")).json();
    expect(account).toEqual({ accountId: "alice", balance: eur(50), version: 31 });
  });
});

describe("order", () => {
  beforeEach(async () => {
    await alone(order);
    await seedOrder({ transact: service.transact } as Parameters<typeof seedOrder>[0]);
  });
  const wish = {
    customerId: "alice",
    email: "alice@example.com",
    items: [{ productId: "ceramic-mug", quantity: 1 }],
    shippingAddress: { name: "Alice", line1: "12 Rue des Lilas", city: "Lyon", postalCode: "69003", country: "FR" },
  };
  const place = (headers = {}) => service.http.inject({ method: "POST", url: "/orders", payload: wish, headers });

  test("makes one order of ten requests with one key at once", async () => {
    const answers = await times(10, () => place({ "idempotency-key": "the-same-click" }));
    expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.body}`)).size).toBe(1);
    expect(said("OrderCreated.v2")).toHaveLength(1);
  });

  test("says paid and confirmed once, and ends once, whoever comes at the same moment", async () => {
    const before = service.said.length;
    await times(20, async () => {
      const { orderId } = (await place()).json();
      const payments = { orderId, accountId: "alice", amount: eur(1_250) };
      await Promise.all([
        service.hear("InventoryReserved.v1", { orderId, items: wish.items }),
        service.hear("PaymentCompleted.v1", payments),
        service.http.inject({ method: "POST", url: `/orders/${orderId}/cancel` }),
      ]);
    });
    const stories = Map.groupBy(service.said.slice(before), ({ key }) => key);
    expect(stories.size).toBe(20);
    for (const story of stories.values()) {
      const names = story.map(({ event }) => event.replace(/\.v\d$/, ""));
      expect(names.at(-1)).toBe("OrderCancelled");
      expect(
        ["OrderCreated", "OrderPaid", "OrderConfirmed", "OrderCancelled"].filter((name) => names.includes(name)),
      ).toEqual(names);
    }
  });
});
