import { describe, expect, test } from "@jest/globals";
import type { Events } from "@shop/events";
import { partOf } from "../src/domain.ts";

const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
const at = "2026-01-15T10:30:00.000Z";
const envelope = { eventId: orderId, timestamp: at, sequence: 1, correlationId: orderId };

describe("the picture of an order", () => {
  test("has its total from either version of OrderCreated; the first spoke of euro cents", () => {
    const first: Events["OrderCreated.v1"] = {
      ...envelope,
      eventType: "OrderCreated",
      version: 1,
      data: { orderId, customerId: "alice", items: [{ productId: "mug", quantity: 1 }], totalPrice: 1250 },
    };
    expect(partOf(first)).toEqual({
      orderId,
      step: { name: "created", at },
      total: { amount: 1250, currency: "EUR" },
    });
  });

  test("has the reason from the cancellation alone", () => {
    const cancelled: Events["OrderCancelled.v1"] = {
      ...envelope,
      eventType: "OrderCancelled",
      version: 1,
      data: { orderId, customerId: "bob", email: "bob@example.com", reason: "OUT_OF_STOCK", previousStatus: "CREATED" },
    };
    expect(partOf(cancelled)).toEqual({ orderId, step: { name: "cancelled", at }, reason: "OUT_OF_STOCK" });
  });

  test("is not touched by what is said of accounts", () => {
    const deposited = {
      ...envelope,
      eventType: "Deposited",
      version: 1,
      data: {},
    } as unknown as Events["Deposited.v1"];
    expect(partOf(deposited)).toBeUndefined();
  });
});
