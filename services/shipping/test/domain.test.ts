import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { handedOver, pack, pickedUp, released, stop, type Parcel, type Said } from "../src/domain.ts";

const now = new Date("2026-01-15T10:30:00.000Z");
const paid = {
  orderId: "019bc134-782d-7aa8-8f7f-6add4e1224f0",
  customerId: "alice",
  total: { amount: 1250, currency: "EUR" },
  items: [{ productId: "ceramic-mug", name: "Ceramic mug", quantity: 1, unitPrice: { amount: 1250, currency: "EUR" } }],
  shippingAddress: {
    name: "Alice Martin",
    line1: "12 Rue des Lilas",
    city: "Lyon",
    postalCode: "69003",
    country: "FR",
  },
} as Parameters<typeof pack>[0];
const pickUp = { carrier: "Swift Parcel", trackingNumber: "SP1", estimatedDelivery: "2026-01-17" };
const packed = pack(paid, "019bc134-7a2a-7c91-b7eb-396a7092d408", now);

describe("a parcel", () => {
  test("is dispatched when the carrier takes it, and delivered when the order let it go and it was handed over", () => {
    const dispatched = pickedUp(packed, pickUp, now);
    expect(dispatched.events).toMatchObject([{ event: "ShipmentDispatched.v1", data: { trackingNumber: "SP1" } }]);
    expect(handedOver(dispatched.parcel, now, now).events).toEqual([]);
    const delivered = handedOver(released(dispatched.parcel, now), now, now);
    expect(delivered.events).toMatchObject([
      { event: "ShipmentDelivered.v1", data: { deliveredAt: now.toISOString() } },
    ]);
    expect(delivered.parcel.state).toBe("delivered");
  });

  test("stays here when the order is cancelled before it left", () => {
    const stopped = stop(packed, now);
    expect(stopped.state).toBe("stopped");
    expect(pickedUp(stopped, pickUp, now)).toEqual({ parcel: stopped, events: [] });
  });

  test("comes back when the order is cancelled on the way, and nobody hears of a delivery", () => {
    const recalled = stop(pickedUp(packed, pickUp, now).parcel, now);
    expect(recalled.state).toBe("coming back");
    expect(handedOver(recalled, now, now).events).toEqual([]);
  });

  test("stays delivered whatever is said afterwards", () => {
    const delivered = handedOver(released(pickedUp(packed, pickUp, now).parcel, now), now, now).parcel;
    expect(delivered.state).toBe("delivered");
    expect(released(delivered, now)).toBe(delivered);
    expect(stop(delivered, now)).toBe(delivered);
  });

  test("says each thing at most once, and never delivers what it did not dispatch, in any order of news", () => {
    const news = fc.constantFrom("pick-up", "let go", "hand-over", "cancel");
    fc.assert(
      fc.property(fc.array(news, { maxLength: 12 }), (story) => {
        let parcel: Parcel = packed;
        const said: Said[] = [];
        for (const piece of story) {
          if (piece === "cancel") {
            parcel = stop(parcel, now);
            continue;
          }
          if (piece === "let go") {
            parcel = released(parcel, now);
            continue;
          }
          const step = piece === "pick-up" ? pickedUp(parcel, pickUp, now) : handedOver(parcel, now, now);
          parcel = step.parcel;
          said.push(...step.events);
        }
        const names = said.map(({ event }) => event);
        expect(["", "ShipmentDispatched.v1", "ShipmentDispatched.v1,ShipmentDelivered.v1"]).toContain(names.join(","));
      }),
    );
  });
});
