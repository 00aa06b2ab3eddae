/**
 * What each event changes in the picture of an order. Every event says its own part, so that they may be heard in any
 * order and any number of times: the picture is the same.
 */
import type { Events, Receives } from "@shop/events";

type Heard = Events[Receives["analytics"]];
export type Step = "created" | "paid" | "confirmed" | "shipped" | "delivered" | "cancelled";
export type CancellationReason = Events["OrderCancelled.v1"]["data"]["reason"];

/** The part of an order's picture that one event tells. Moments are RFC 3339. */
export interface OrderPart {
  readonly orderId: string;
  readonly step?: { readonly name: Step; readonly at: string };
  readonly reason?: CancellationReason;
  /** Minor units and ISO 4217 currency. */
  readonly total?: { readonly amount: number; readonly currency: string };
  readonly charged?: number;
  readonly refunded?: number;
}

/** The steps on the good way, in order: what a funnel is made of. */
export const goodWay = ["created", "paid", "confirmed", "shipped", "delivered"] as const satisfies readonly Step[];

/** Upper ends of the classes in which delivery times are counted, in seconds; the last class has no end. */
export const deliveryClasses = [5, 10, 30, 60, 300, 3_600, 86_400, 3 * 86_400] as const;

const step = (event: Heard & { readonly data: { readonly orderId: string } }, name: Step): OrderPart => ({
  orderId: event.data.orderId,
  step: { name, at: event.timestamp },
});

/** What an event says of an order; undefined where it speaks of something else. */
export function partOf(event: Heard): OrderPart | undefined {
  switch (event.eventType) {
    case "OrderCreated":
      return { ...step(event, "created"), total: totalOf(event) };
    case "OrderPaid":
      return step(event, "paid");
    case "OrderConfirmed":
      return step(event, "confirmed");
    case "OrderShipped":
      return step(event, "shipped");
    case "OrderDelivered":
      return step(event, "delivered");
    case "OrderCancelled":
      return { ...step(event, "cancelled"), reason: event.data.reason };
    case "PaymentCompleted":
      return { orderId: event.data.orderId, charged: event.data.amount.amount };
    case "PaymentRefunded":
      return { orderId: event.data.orderId, refunded: event.data.amount.amount };
    default:
      return undefined;
  }
}

/** The first version of OrderCreated knew euro cents only. */
function totalOf({ version, data }: Events["OrderCreated.v1" | "OrderCreated.v2"]): NonNullable<OrderPart["total"]> {
  return version === 1 ? { amount: data.totalPrice, currency: "EUR" } : data.total;
}
