import { describe, expect, test } from "@jest/globals";
import type { Events } from "@shop/events";
import { isLast, stepOf } from "../src/domain.ts";

const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
const envelope = {
  eventId: "019bc236-c5e6-76b8-9457-7159eafaef26",
  timestamp: "2026-01-15T15:12:08.166Z",
  sequence: 4,
  correlationId: orderId,
};

const shipped: Events["OrderShipped.v1"] = {
  ...envelope,
  eventType: "OrderShipped",
  version: 1,
  data: {
    orderId,
    customerId: "alice",
    email: "alice@example.com",
    shipmentId: orderId,
    carrier: "Swift Parcel",
    trackingNumber: "SP1",
  },
};

describe("a step", () => {
  test("carries the event's own number, so that a reader can ask for what came after it", () => {
    expect(stepOf(shipped)).toEqual({
      orderId,
      sequence: 4,
      status: "SHIPPED",
      at: envelope.timestamp,
      carrier: "Swift Parcel",
      trackingNumber: "SP1",
    });
  });

  test("never says who the customer is", () => {
    expect(JSON.stringify(stepOf(shipped))).not.toContain("alice");
  });

  test("is the last when the order is delivered or cancelled, and only then", () => {
    const step = stepOf(shipped);
    const last = (["CREATED", "PAID", "CONFIRMED", "SHIPPED", "DELIVERED", "CANCELLED"] as const).filter((status) =>
      isLast({ ...step, status }),
    );
    expect(last).toEqual(["DELIVERED", "CANCELLED"]);
  });
});
