import { expect } from "@jest/globals";
import type { Receives } from "@shop/events";
import {
  integer,
  moment,
  receives,
  string,
  type Receives as Contract,
  type ReceivesTable,
} from "../../../contracts/support/consumer.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { analytics } from "../src/main.ts";

const orderId = string("019bc134-782d-7aa8-8f7f-6add4e1224f0");
const created = { orderId, total: { amount: integer(5030), currency: string("EUR") } };

const summary = async ({ http }: RealService) => (await http.inject("/summary")).json();
/** The order was created before, so that the picture has a place for what comes after. */
const afterCreation = (service: RealService) => service.hearExample("OrderCreated.v2");

const counted: Contract = {
  needs: { timestamp: moment() },
  effect: async (service) => expect((await summary(service)).events).toMatchObject([{ count: 1 }]),
};
const step = (name: string): Contract => ({
  needs: { timestamp: moment(), data: { orderId } },
  before: afterCreation,
  effect: async (service) => expect((await summary(service)).funnel).toContainEqual({ step: name, orders: 1 }),
});
const earns = (amount: number) => async (service: RealService) =>
  expect((await summary(service)).revenue).toEqual([{ currency: "EUR", amount }]);

const contracts: ReceivesTable<Receives["analytics"]> = {
  "OrderCreated.v1": {
    ...step("created"),
    needs: { timestamp: moment(), data: { orderId, totalPrice: integer(5030) } },
    before: async () => undefined,
  },
  "OrderCreated.v2": {
    ...step("created"),
    needs: { timestamp: moment(), data: created },
    before: async () => undefined,
  },
  "OrderPaid.v1": step("paid"),
  "OrderConfirmed.v1": step("confirmed"),
  "OrderShipped.v1": step("shipped"),
  "OrderDelivered.v1": step("delivered"),
  "OrderCancelled.v1": {
    needs: { timestamp: moment(), data: { orderId, reason: string("OUT_OF_STOCK") } },
    before: afterCreation,
    effect: async (service) =>
      expect((await summary(service)).failures).toEqual([{ reason: "OUT_OF_STOCK", orders: 1 }]),
  },
  "InventoryReserved.v1": counted,
  "InventoryReservationFailed.v1": counted,
  "InventoryReleased.v1": counted,
  "PaymentCompleted.v1": {
    needs: { timestamp: moment(), data: { orderId, amount: { amount: integer(5030) } } },
    before: afterCreation,
    effect: earns(5030),
  },
  "PaymentFailed.v1": counted,
  "PaymentRefunded.v1": {
    needs: { timestamp: moment(), data: { orderId, amount: { amount: integer(5030) } } },
    before: afterCreation,
    effect: earns(-5030),
  },
  "Deposited.v1": counted,
  "Withdrawn.v1": counted,
  "ShipmentDispatched.v1": counted,
  "ShipmentDelivered.v1": counted,
  "EmailSent.v1": counted,
};

receives(analytics, contracts);
