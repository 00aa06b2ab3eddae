/** How older versions of what the cash desk hears are read as the newest, the only one that it handles. */
import type { Upcaster } from "@eventpact/messaging";
import type { EventData } from "@shop/events";

/**
 * Orders of the first version were always in euro cents. What they did not know, the desk asks nobody for: prices of lines
 * are nothing, and whom and where to write to is said to be unknown.
 */
export const orderCreated = {
  from: "OrderCreated.v1",
  to: "OrderCreated.v2",
  upcast: ({ orderId, customerId, items, totalPrice }: EventData["OrderCreated.v1"]): EventData["OrderCreated.v2"] => ({
    orderId,
    customerId,
    email: "unknown@example.invalid",
    items: items.map(({ productId, quantity }) => ({ productId, name: productId, quantity, unitPrice: euro(0) })),
    total: euro(totalPrice),
    shippingAddress: { name: "unknown", line1: "unknown", city: "unknown", postalCode: "unknown", country: "XX" },
  }),
} satisfies Upcaster;

const euro = (amount: number): EventData["OrderCreated.v2"]["total"] => ({ amount, currency: "EUR" });
