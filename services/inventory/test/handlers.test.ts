import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { serviceAlone, type ServiceAlone } from "../../../e2e/support/service-alone.ts";
import { inventory } from "../src/main.ts";
import { news, orderOf } from "./support/story.ts";

let service: ServiceAlone;
beforeAll(async () => {
  service = await serviceAlone(inventory);
  await put("beans", 10);
  await put("mug", 1);
});
afterAll(() => service.close());

const put = (productId: string, available: unknown) =>
  service.http.inject({ method: "PUT", url: `/stock/${productId}`, payload: { available } });
const shelf = async (productId: string) => (await service.http.inject(`/stock/${productId}`)).json();
const hear = ({ event, data }: ReturnType<typeof news.created>) => service.hear(event, data as never);
const beans = (quantity: number) => [{ productId: "beans", quantity }];

describe("inventory's handlers", () => {
  test.each([
    ["second", news.created(beans(3), orderOf("a"))],
    ["first", news.createdLongAgo(beans(3), orderOf("b"))],
  ])("set goods aside for an order told in the %s version, and put them back once", async (_version, created) => {
    const { orderId } = created.data;
    expect(await hear(created)).toMatchObject([{ event: "InventoryReserved.v1", key: orderId }]);
    expect(await hear(created)).toEqual([]);
    expect(await shelf("beans")).toEqual({ productId: "beans", available: 7, reserved: 3 });
    expect(await hear(news.unpaid(orderId))).toMatchObject([
      { event: "InventoryReleased.v1", data: { items: beans(3) } },
    ]);
    expect(await hear(news.cancelled("TIMEOUT", orderId))).toEqual([]);
    expect(await shelf("beans")).toEqual({ productId: "beans", available: 10, reserved: 0 });
  });

  test("refuse what is not there, and remember that they did", async () => {
    const created = news.created([...beans(1), { productId: "mug", quantity: 2 }], orderOf("c"));
    expect(await hear(created)).toMatchObject([
      { event: "InventoryReservationFailed.v1", data: { reason: "OUT_OF_STOCK" } },
    ]);
    expect(await hear(news.cancelled("TIMEOUT", orderOf("c")))).toEqual([]);
    expect(await shelf("beans")).toMatchObject({ available: 10 });
  });

  test("remember a cancellation that came before its order", async () => {
    await hear(news.cancelled("CUSTOMER_REQUEST", orderOf("d")));
    expect(await hear(news.created(beans(1), orderOf("d")))).toEqual([]);
  });

  test("wait with a failed payment whose order they never heard of", async () => {
    expect(await hear(news.unpaid(orderOf("e")))).toMatch(/order 019bc134/);
  });
});

describe("the warehouse's doors", () => {
  test("count a shelf without touching what is set aside", async () => {
    await put("kettle", 2);
    await hear(news.created([{ productId: "kettle", quantity: 2 }], orderOf("f")));
    const answer = await put("kettle", 40);
    expect([answer.statusCode, answer.json()]).toEqual([200, { productId: "kettle", available: 40, reserved: 2 }]);
    expect((await service.http.inject("/stock")).json()).toContainEqual({
      productId: "kettle",
      available: 40,
      reserved: 2,
    });
  });

  test("refuse counts that cannot be, by their place, and shelves that there are not", async () => {
    for (const available of [-1, 1.5, "7", null]) {
      const answer = await put("beans", available);
      expect([answer.statusCode, answer.json().errors]).toMatchObject([400, [{ pointer: "/available" }]]);
    }
    expect((await put("No Product", 1)).statusCode).toBe(400);
    expect(await shelf("moka-pot")).toMatchObject({ status: 404 });
  });
});
