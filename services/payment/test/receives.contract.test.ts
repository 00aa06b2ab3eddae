import { expect } from "@jest/globals";
import type { Receives } from "@shop/events";
import { eachLike, integer, oneOf, receives, string, type ReceivesTable } from "../../../contracts/support/consumer.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { payment, seed } from "../src/main.ts";

const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
const order = { orderId: string(orderId) };
/** It goes into an event of our own, whose schema knows these words. */
const passedOn = oneOf("CUSTOMER_REQUEST", "OUT_OF_STOCK", "PAYMENT_FAILED", "TIMEOUT");
const bill = { ...order, customerId: string("alice") };

const rich = ({ runtime }: RealService) => seed(runtime);
const billed = async (service: RealService) => {
  await rich(service);
  await service.hearExample("OrderCreated.v2", {
    data: { orderId, customerId: "alice", total: { amount: 5030, currency: "EUR" } },
  });
};
const paid = async (service: RealService) => {
  await billed(service);
  await service.hearExample("InventoryReserved.v1", { data: { orderId } });
};
/** What is remembered of the bill shows when the goods are there. */
const charges = async (service: RealService) =>
  expect(await service.hearExample("InventoryReserved.v1", { data: { orderId } })).toMatchObject([
    { event: "Withdrawn.v1", key: "alice", data: { amount: { amount: 5030, currency: "EUR" } } },
    { event: "PaymentCompleted.v1", key: orderId },
  ]);

const contracts: ReceivesTable<Receives["payment"]> = {
  // Read through an upcaster, which makes a whole newer event of it.
  "OrderCreated.v1": {
    needs: {
      data: {
        ...bill,
        items: eachLike({ productId: string("ceramic-mug"), quantity: integer(2) }),
        totalPrice: integer(5030),
      },
    },
    before: rich,
    effect: charges,
  },
  "OrderCreated.v2": {
    needs: { data: { ...bill, total: { amount: integer(5030), currency: string("EUR") } } },
    before: rich,
    effect: charges,
  },
  "InventoryReserved.v1": {
    needs: { data: order },
    before: billed,
    effect: (_service, said) =>
      expect(said).toMatchObject([{ event: "Withdrawn.v1" }, { event: "PaymentCompleted.v1" }]),
  },
  "OrderCancelled.v1": {
    needs: { data: { ...order, reason: passedOn } },
    before: paid,
    effect: (_service, said) =>
      expect(said).toMatchObject([
        { event: "Deposited.v1", data: { reason: "REFUND", amount: { amount: 5030 } } },
        { event: "PaymentRefunded.v1", data: { reason: "CUSTOMER_REQUEST" } },
      ]),
  },
};

receives(payment, contracts);
