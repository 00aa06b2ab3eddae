import { expect } from "@jest/globals";
import type { Receives } from "@shop/events";
import { integer, receives, string, type ReceivesTable } from "../../../contracts/support/consumer.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { tracking } from "../src/main.ts";
import { stepsAfter } from "../src/store.ts";

const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
const step = { sequence: integer(3), timestamp: string("2026-01-15T10:30:00.000Z") };
const needs = { ...step, data: { orderId: string(orderId) } };

const shows = (expected: object) => async (service: RealService) =>
  expect(await service.runtime.read(({ db }) => stepsAfter(db, orderId, 2))).toEqual([
    { orderId, sequence: 3, at: "2026-01-15T10:30:00.000Z", ...expected },
  ]);

const contracts: ReceivesTable<Receives["tracking"]> = {
  "OrderCreated.v1": { needs, effect: shows({ status: "CREATED" }) },
  "OrderCreated.v2": { needs, effect: shows({ status: "CREATED" }) },
  "OrderPaid.v1": { needs, effect: shows({ status: "PAID" }) },
  "OrderConfirmed.v1": { needs, effect: shows({ status: "CONFIRMED" }) },
  "OrderShipped.v1": {
    needs: {
      ...step,
      data: { orderId: string(orderId), carrier: string("Swift Parcel"), trackingNumber: string("SP1") },
    },
    uses: ["$.data.estimatedDelivery"],
    effect: shows({
      status: "SHIPPED",
      carrier: "Swift Parcel",
      trackingNumber: "SP1",
      estimatedDelivery: "2026-01-17",
    }),
  },
  "OrderDelivered.v1": { needs, effect: shows({ status: "DELIVERED" }) },
  "OrderCancelled.v1": {
    needs: { ...step, data: { orderId: string(orderId), reason: string("TIMEOUT") } },
    effect: shows({ status: "CANCELLED", reason: "TIMEOUT" }),
  },
};

receives(tracking, contracts);
