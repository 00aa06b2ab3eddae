/**
 * What a customer sees of an order: one step per change of its status, numbered as the order's events are, so that a
 * reader who saw step 3 can ask for what came after it.
 */
import type { Events, Receives } from "@shop/events";

type Heard = Events[Receives["tracking"]];
export type Status = "CREATED" | "PAID" | "CONFIRMED" | "SHIPPED" | "DELIVERED" | "CANCELLED";

export interface Step {
  readonly orderId: string;
  /** The event's sequence: 1, 2, 3 … per order. */
  readonly sequence: number;
  readonly status: Status;
  /** RFC 3339, when it happened by the order's clock. */
  readonly at: string;
  readonly reason?: Events["OrderCancelled.v1"]["data"]["reason"];
  readonly carrier?: string;
  readonly trackingNumber?: string;
  readonly estimatedDelivery?: string;
}

const statusOf: Readonly<Record<Heard["eventType"], Status>> = {
  OrderCreated: "CREATED",
  OrderPaid: "PAID",
  OrderConfirmed: "CONFIRMED",
  OrderShipped: "SHIPPED",
  OrderDelivered: "DELIVERED",
  OrderCancelled: "CANCELLED",
};

/** The step an event is to the customer. Names nobody and says no address. */
export function stepOf(event: Heard): Step {
  const step = {
    orderId: event.data.orderId,
    sequence: event.sequence,
    status: statusOf[event.eventType],
    at: event.timestamp,
  };
  switch (event.eventType) {
    case "OrderCancelled":
      return { ...step, reason: event.data.reason };
    case "OrderShipped": {
      const { carrier, trackingNumber, estimatedDelivery } = event.data;
      return { ...step, carrier, trackingNumber, ...(estimatedDelivery === undefined ? {} : { estimatedDelivery }) };
    }
    case "OrderCreated":
    case "OrderPaid":
    case "OrderConfirmed":
    case "OrderDelivered":
      return step;
  }
}

/** After such a step no other comes. */
export const isLast = ({ status }: Step): boolean => status === "DELIVERED" || status === "CANCELLED";
