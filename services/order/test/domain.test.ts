import { describe, expect, test } from "@jest/globals";
import { orderCancelled, orderConfirmed, orderPaid } from "@shop/events";
import fc from "fast-check";
import {
  cancel,
  conclusions,
  deadline,
  evolve,
  place,
  timeOut,
  type Heard,
  type Order,
  type Said,
} from "../src/domain.ts";
import { after, at, news, orderId, patience, placed, placeOrder, products } from "./support/story.ts";

const { email, customerId, shippingAddress } = placeOrder;
const total = { amount: 5030, currency: "EUR" };
const paid = orderPaid({ orderId, customerId, total, items: placed().placed.items, shippingAddress });
const confirmed = orderConfirmed({ orderId, customerId, total });
const cancelledFor = (reason: "CUSTOMER_REQUEST" | "OUT_OF_STOCK" | "TIMEOUT" | "PAYMENT_FAILED") =>
  orderCancelled({ orderId, customerId, email, reason, previousStatus: "CREATED" });

/** Hears one thing and says what follows: what the handlers do. */
function hear(order: Order, heard: Heard, now = at(100)): { order: Order; said: readonly Said[] } {
  const informed = evolve(order, heard, now);
  if (informed === order) return { order, said: [] };
  const said = conclusions(informed, now);
  return { order: said.reduce((state, event) => evolve(state, event, now), informed), said };
}

/** What is said in answer to each piece of news, and the order at the end. */
function tell(...heard: readonly Heard[]): { order: Order; said: readonly string[] } {
  let order = placed();
  const said: string[] = [];
  for (const fact of heard) {
    const step = hear(order, fact);
    order = step.order;
    said.push(...step.said.map((event) => event.event.replace(".v1", "")));
  }
  return { order, said };
}

describe("placing an order", () => {
  test("takes names and prices from the price list and adds them up", () => {
    expect(place(placeOrder, products)).toEqual({
      ok: true,
      created: expect.objectContaining({
        event: "OrderCreated.v2",
        key: orderId,
        data: {
          orderId,
          customerId,
          email,
          shippingAddress,
          total,
          items: [
            {
              productId: "espresso-beans-1kg",
              name: "Espresso beans 1 kg",
              quantity: 2,
              unitPrice: { amount: 1890, currency: "EUR" },
            },
            {
              productId: "ceramic-mug",
              name: "Ceramic mug",
              quantity: 1,
              unitPrice: { amount: 1250, currency: "EUR" },
            },
          ],
        },
      }),
    });
  });

  test("makes one line of a product that is asked for twice", () => {
    const twice = [
      { productId: "ceramic-mug", quantity: 1 },
      { productId: "ceramic-mug", quantity: 2 },
    ];
    const decision = place({ ...placeOrder, items: twice }, products);
    expect(decision).toMatchObject({
      ok: true,
      created: { data: { items: [{ quantity: 3 }], total: { amount: 3750 } } },
    });
  });

  test("refuses products that are not in the price list, and names them all", () => {
    const items = ["moka-pot", "ceramic-mug", "toString"].map((productId) => ({ productId, quantity: 1 }));
    const refusal = { code: "UNKNOWN_PRODUCT", productIds: ["moka-pot", "toString"] };
    expect(place({ ...placeOrder, items }, products)).toEqual({ ok: false, refusal });
  });

  test("refuses more pieces of a product than the contract allows, however they are spread over lines", () => {
    const items = [600, 401].map((quantity) => ({ productId: "ceramic-mug", quantity }));
    const refusal = { code: "TOO_MANY_PIECES", productIds: ["ceramic-mug"], most: 1000 };
    expect(place({ ...placeOrder, items }, products)).toEqual({ ok: false, refusal });
  });

  test("refuses products of two currencies in one order", () => {
    const yen = { productId: "matcha-whisk", name: "Matcha whisk", unitPrice: { amount: 2400, currency: "JPY" } };
    const items = ["ceramic-mug", "matcha-whisk"].map((productId) => ({ productId, quantity: 1 }));
    const decision = place({ ...placeOrder, items }, new Map([...products, [yen.productId, yen]]));
    expect(decision).toEqual({ ok: false, refusal: { code: "MIXED_CURRENCIES", currencies: ["EUR", "JPY"] } });
  });
});

describe("given an order just placed", () => {
  test("when its goods are set aside and its payment completes, then it is paid and confirmed", () => {
    const reserved = hear(placed(), news.reserved);
    expect(reserved.said).toEqual([]);
    expect(hear(reserved.order, news.paid).said).toEqual([paid, confirmed]);
  });

  test("when the payment is heard of before the reservation, then it is paid at once and confirmed later", () => {
    const first = hear(placed(), news.paid);
    expect(first.said).toEqual([paid]);
    expect(hear(first.order, news.reserved).said).toEqual([confirmed]);
  });

  test("when its goods are not there, then it is cancelled as out of stock", () => {
    expect(hear(placed(), news.outOfStock).said).toEqual([cancelledFor("OUT_OF_STOCK")]);
  });

  test("when its payment fails, then it is cancelled only when its goods are back on the shelf", () => {
    const refused = hear(after(news.reserved), news.unpaid);
    expect(refused.said).toEqual([]);
    expect(hear(refused.order, news.releasedUnpaid).said).toEqual([cancelledFor("PAYMENT_FAILED")]);
  });

  test("when the release overtakes the news of the failed payment, then its reason is enough", () => {
    const { order, said } = tell(news.reserved, news.releasedUnpaid, news.unpaid);
    expect(said).toEqual(["OrderCancelled"]);
    expect(order.reason).toBe("PAYMENT_FAILED");
  });

  test("when it is confirmed and the parcel leaves and arrives, then it is shipped and delivered", () => {
    const { order, said } = tell(news.reserved, news.paid, news.dispatched, news.delivered);
    expect(said).toEqual(["OrderPaid", "OrderConfirmed", "OrderShipped", "OrderDelivered"]);
    expect(order.timeline.map((step) => step.status)).toEqual(["CREATED", "PAID", "CONFIRMED", "SHIPPED", "DELIVERED"]);
  });

  test("when the parcel has left before the reservation is heard of, then nothing is lost", () => {
    const { said } = tell(news.paid, news.dispatched, news.reserved, news.delivered);
    expect(said).toEqual(["OrderPaid", "OrderConfirmed", "OrderShipped", "OrderDelivered"]);
  });

  test("when a newer carrier's news carries more than the contract, then it is not passed on", () => {
    const dispatched = { ...news.dispatched, data: { ...news.dispatched.data, courierPhone: "+33 1" } };
    const said = hear(hear(after(news.reserved), news.paid).order, dispatched).said;
    expect(Object.keys(said[0]?.data ?? {})).not.toContain("courierPhone");
  });
});

describe("a customer who cancels", () => {
  test.each([
    ["at once", [], "CREATED"],
    ["while the payment is awaited", [news.reserved], "CREATED"],
    ["when it is paid", [paid], "PAID"],
    ["when it is confirmed", [news.reserved, paid, confirmed], "CONFIRMED"],
  ] as const)("is granted it %s", (_when, facts, previousStatus) => {
    const event = orderCancelled({ orderId, customerId, email, reason: "CUSTOMER_REQUEST", previousStatus });
    expect(cancel(after(...facts))).toEqual({ ok: true, events: [event] });
  });

  test("is granted it twice, and it is said once", () => {
    expect(cancel(after(cancelledFor("CUSTOMER_REQUEST")))).toEqual({ ok: true, events: [] });
  });

  test("is told the true reason when the payment had failed already", () => {
    expect(cancel(after(news.reserved, news.unpaid))).toEqual({ ok: true, events: [cancelledFor("PAYMENT_FAILED")] });
  });

  test("comes too late when the parcel has left", () => {
    const shipped = tell(news.reserved, news.paid, news.dispatched).order;
    expect(cancel(shipped)).toEqual({ ok: false, refusal: { code: "TOO_LATE", status: "SHIPPED" } });
    const delivered = hear(shipped, news.delivered).order;
    expect(cancel(delivered)).toEqual({ ok: false, refusal: { code: "TOO_LATE", status: "DELIVERED" } });
  });

  test("comes too late when the parcel has left though the order is not confirmed yet", () => {
    const order = tell(news.paid, news.dispatched).order;
    expect(cancel(order)).toEqual({ ok: false, refusal: { code: "TOO_LATE", status: "PAID" } });
  });

  test("makes late answers change nothing", () => {
    const late = [news.reserved, news.paid, news.released, news.refunded, news.dispatched, news.delivered];
    let order = after(cancelledFor("CUSTOMER_REQUEST"));
    for (const fact of late) {
      const step = hear(order, fact);
      expect(step.said).toEqual([]);
      order = step.order;
    }
    expect(order).toMatchObject({ status: "CANCELLED", reason: "CUSTOMER_REQUEST" });
  });
});

describe("silence", () => {
  test("is borne up to the limit of a step, and ends the order there", () => {
    const limit = patience.stepMs / 1000;
    expect(timeOut(placed(), patience, at(limit - 1))).toEqual([]);
    expect(timeOut(placed(), patience, at(limit))).toEqual([cancelledFor("TIMEOUT")]);
  });

  test("is counted from the last news", () => {
    expect(deadline(after(news.reserved), patience)).toEqual(at(1 + patience.stepMs / 1000));
  });

  test("of inventory after a failed payment ends the order for the payment's sake", () => {
    const order = after(news.reserved, news.unpaid);
    expect(timeOut(order, patience, at(10_000))).toEqual([cancelledFor("PAYMENT_FAILED")]);
  });

  test("of shipping is borne longer", () => {
    const order = tell(news.reserved, news.paid).order;
    expect(timeOut(order, patience, at(100 + patience.stepMs / 1000))).toEqual([]);
    expect(timeOut(order, patience, at(100 + patience.dispatchMs / 1000))).toMatchObject([
      { data: { reason: "TIMEOUT", previousStatus: "CONFIRMED" } },
    ]);
  });

  test("means nothing once the parcel has left, or when the order has ended", () => {
    const shipped = tell(news.reserved, news.paid, news.dispatched).order;
    const ended = [hear(shipped, news.delivered).order, after(cancelledFor("TIMEOUT"))];
    expect([shipped, ...ended].map((order) => deadline(order, patience))).toEqual([undefined, undefined, undefined]);
  });
});

describe("in every interleaving", () => {
  /** What the other services may have to say about one order, each with all the news of that course of events. */
  const courses = [
    [news.reserved, news.paid, news.dispatched, news.delivered],
    [news.outOfStock],
    [news.reserved, news.unpaid, news.releasedUnpaid],
  ] as const satisfies readonly (readonly Heard[])[];
  const ends = ["DELIVERED", "CANCELLED", "CANCELLED"];
  /** The news of one course in any order, any of it told up to three times. */
  const anyTelling = fc.integer({ min: 0, max: courses.length - 1 }).chain((course) => {
    const once: readonly Heard[] = courses[course] ?? [];
    const doubles = fc.array(fc.constantFrom(...once), { maxLength: 2 * once.length });
    return fc.tuple(
      fc.constant(course),
      doubles.chain((more) => fc.shuffledSubarray([...once, ...more], { minLength: once.length + more.length })),
    );
  });

  test("of complete news, the order ends in the same way, once", () => {
    fc.assert(
      fc.property(anyTelling, ([course, heard]) => {
        const { order, said } = tell(...heard);
        expect(order.status).toBe(ends[course]);
        expect(said.filter((name) => name === "OrderDelivered" || name === "OrderCancelled")).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  test("of news, a cancelling customer and a clock, it has one end at most, reached by allowed steps only", () => {
    const anything = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...Object.values<Heard>(news)) },
      fc.constant("cancel" as const),
      fc.constant("clock" as const),
    );
    const next: Readonly<Record<string, readonly string[]>> = {
      CREATED: ["PAID", "CANCELLED"],
      PAID: ["CONFIRMED", "CANCELLED"],
      CONFIRMED: ["SHIPPED", "CANCELLED"],
      SHIPPED: ["DELIVERED"],
      DELIVERED: [],
      CANCELLED: [],
    };
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 20 }), (steps) => {
        let order = placed();
        let seconds = 0;
        for (const step of steps) {
          const now = at((seconds += 30));
          if (step === "clock")
            order = timeOut(order, patience, now).reduce((state, event) => evolve(state, event, now), order);
          else if (step === "cancel") {
            const decision = cancel(order);
            if (decision.ok) order = decision.events.reduce((state, event) => evolve(state, event, now), order);
          } else order = hear(order, step, now).order;
        }
        const path = order.timeline.map(({ status }) => status);
        for (const [index, status] of path.slice(1).entries()) expect(next[path[index] ?? ""]).toContain(status);
        expect(order.status).toBe(path.at(-1));
        expect(order.reason === undefined).toBe(order.status !== "CANCELLED");
      }),
      { numRuns: 1000 },
    );
  });

  test("of silence, it ends: an order never waits without a limit before its parcel has left", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([news.reserved, news.unpaid, news.paid]), (heard) => {
        const { order } = tell(...heard);
        const limit = deadline(order, patience);
        expect(limit).toBeInstanceOf(Date);
        expect(timeOut(order, patience, limit!)).toHaveLength(1);
      }),
    );
  });
});
