import { describe, expect, test } from "@jest/globals";
import { trace, type Heard, type Kept } from "../src/domain.ts";

const said = (eventType: string, topic: string, sequence: number, seconds: number, causationId?: string): Kept => ({
  event: {
    eventId: `id-${eventType}`,
    eventType,
    version: eventType === "OrderCreated" ? 2 : 1,
    timestamp: new Date(Date.UTC(2026, 0, 15, 10, 30, seconds)).toISOString(),
    sequence,
    correlationId: "order-1",
    ...(causationId === undefined ? {} : { causationId: `id-${causationId}` }),
    data: {},
  } as unknown as Heard,
  topic,
  partition: 0,
  offset: sequence,
  key: "order-1",
});

describe("the trace of an order", () => {
  test("tells every event after its cause, even when the clocks of two services disagree", () => {
    const steps = trace([
      said("InventoryReserved", "inventory-events", 1, 0, "OrderCreated"), // its clock is slow
      said("OrderCreated", "order-events", 1, 5),
      said("PaymentCompleted", "payment-events", 1, 6, "InventoryReserved"),
    ]);
    expect(steps.map(({ event }) => event)).toEqual(["OrderCreated.v2", "InventoryReserved.v1", "PaymentCompleted.v1"]);
  });

  test("keeps the sequence of one key in one topic", () => {
    const steps = trace([said("OrderConfirmed", "order-events", 3, 1), said("OrderPaid", "order-events", 2, 1)]);
    expect(steps.map(({ sequence }) => sequence)).toEqual([2, 3]);
  });

  test("names who said it and who listens, from the catalogue", () => {
    const [step] = trace([said("OrderPaid", "order-events", 2, 0)]);
    expect(step).toMatchObject({ sender: "order", receivers: expect.arrayContaining(["shipping", "tracking"]) });
  });

  test("ends for any set of events, also one in which causes go in a circle", () => {
    const steps = trace([
      said("OrderPaid", "a", 1, 0, "OrderConfirmed"),
      said("OrderConfirmed", "b", 1, 0, "OrderPaid"),
    ]);
    expect(steps).toHaveLength(2);
  });
});
