import { expect } from "@jest/globals";
import type { Receives } from "@shop/events";
import { eachLike, integer, oneOf, receives, string, type ReceivesTable } from "../../../contracts/support/consumer.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { inventory, seed } from "../src/main.ts";

const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
const order = { orderId: string(orderId) };
/** It goes into an event of our own, whose schema knows these words. */
const passedOn = oneOf("CUSTOMER_REQUEST", "OUT_OF_STOCK", "PAYMENT_FAILED", "TIMEOUT");
const goods = { ...order, items: eachLike({ productId: string("ceramic-mug"), quantity: integer(2) }) };

const stocked = ({ runtime }: RealService) => seed(runtime);
const reserved = async (service: RealService) => {
  await stocked(service);
  await service.hearExample("OrderCreated.v1", {
    data: { orderId, items: [{ productId: "ceramic-mug", quantity: 2 }] },
  });
};
const mugs =
  (available: number, set: number) =>
  async ({ http }: RealService) =>
    expect((await http.inject("/stock/ceramic-mug")).json()).toMatchObject({ available, reserved: set });

const contracts: ReceivesTable<Receives["inventory"]> = {
  "OrderCreated.v1": { needs: { data: goods }, before: stocked, effect: mugs(198, 2) },
  "OrderCreated.v2": { needs: { data: goods }, before: stocked, effect: mugs(198, 2) },
  "PaymentFailed.v1": { needs: { data: order }, before: reserved, effect: mugs(200, 0) },
  "OrderCancelled.v1": {
    needs: { data: { ...order, reason: passedOn } },
    before: reserved,
    effect: mugs(200, 0),
  },
};

receives(inventory, contracts);
