import { expect } from "@jest/globals";
import type { Receives } from "@shop/events";
import { receives, string, type ReceivesTable } from "../../../contracts/support/consumer.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { orderService } from "../src/main.ts";
import { addOrder } from "../src/store.ts";
import { orderId, patience, placed } from "./support/story.ts";

const order = { orderId: string(orderId) };
const shipmentId = "019bc134-7a1a-7c58-9c0e-3f5d6a1b2c3d";

/** The order of the story, after it heard of these. */
const heard =
  (...events: readonly string[]) =>
  async (service: RealService) => {
    await service.runtime.transact({}, async (context) => {
      await addOrder(context, placed().placed, patience);
      return { events: [], result: undefined };
    });
    for (const event of events) await service.hearExample(event, { data: { orderId } });
  };
const says =
  (...expected: readonly (readonly [event: string, data?: object])[]) =>
  (_service: RealService, said: readonly unknown[]) =>
    expect(said).toMatchObject(expected.map(([event, data = {}]) => ({ event, key: orderId, data })));

const contracts: ReceivesTable<Receives["order"]> = {
  "InventoryReserved.v1": {
    needs: { data: order },
    before: heard("PaymentCompleted.v1"),
    effect: says(["OrderConfirmed.v1"]),
  },
  "InventoryReservationFailed.v1": {
    needs: { data: order },
    before: heard(),
    effect: says(["OrderCancelled.v1", { reason: "OUT_OF_STOCK" }]),
  },
  "InventoryReleased.v1": {
    needs: { data: { ...order, reason: string("PAYMENT_FAILED") } },
    before: heard("InventoryReserved.v1", "PaymentFailed.v1"),
    effect: says(["OrderCancelled.v1", { reason: "PAYMENT_FAILED" }]),
  },
  "PaymentCompleted.v1": {
    needs: { data: order },
    before: heard("InventoryReserved.v1"),
    effect: says(["OrderPaid.v1"], ["OrderConfirmed.v1"]),
  },
  "PaymentFailed.v1": {
    needs: { data: order },
    before: heard("InventoryReserved.v1"),
    effect: async (service) =>
      expect(await service.hearExample("InventoryReleased.v1", { data: { orderId } })).toMatchObject([
        { event: "OrderCancelled.v1", data: { reason: "PAYMENT_FAILED" } },
      ]),
  },
  "PaymentRefunded.v1": {
    needs: { data: order },
    before: heard(),
    effect: says(),
  },
  "ShipmentDispatched.v1": {
    needs: {
      data: {
        ...order,
        shipmentId: string(shipmentId),
        carrier: string("Swift Parcel"),
        trackingNumber: string("SP1"),
      },
    },
    uses: ["$.data.estimatedDelivery"],
    before: heard("InventoryReserved.v1", "PaymentCompleted.v1"),
    effect: says(["OrderShipped.v1", { shipmentId, carrier: "Swift Parcel", trackingNumber: "SP1" }]),
  },
  "ShipmentDelivered.v1": {
    needs: { data: { ...order, shipmentId: string(shipmentId), deliveredAt: string("2026-01-17T09:41:27.000Z") } },
    before: heard("InventoryReserved.v1", "PaymentCompleted.v1", "ShipmentDispatched.v1"),
    effect: says(["OrderDelivered.v1", { shipmentId, deliveredAt: "2026-01-17T09:41:27.000Z" }]),
  },
};

receives(orderService(patience), contracts);
