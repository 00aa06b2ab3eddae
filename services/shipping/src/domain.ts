/**
 * The rule book of a parcel.
 *
 * A paid order becomes a parcel. The parcel waits for the carrier, is picked up, travels, and arrives. The carrier may
 * carry it to the customer only once the order has said that it is shipped: until then the order may still be cancelled,
 * and from then on it may not, so what was delivered is never given back the money for. A cancelled order's parcel stays
 * here if it has not left; if it has, the carrier brings it back, and nobody hears of a delivery.
 */
import { shipmentDelivered, shipmentDispatched } from "@shop/events";
import type { Events, NewEvent, Sends } from "@shop/events";

type Paid = Events["OrderPaid.v1"]["data"];
export type Said = NewEvent<Sends["shipping"]>;
export type Address = Paid["shippingAddress"];
export type State = "waiting" | "picked up" | "travelling" | "delivered" | "stopped" | "coming back";

export interface Parcel {
  readonly orderId: string;
  readonly shipmentId: string;
  readonly state: State;
  readonly address: Address;
  /** The carrier's number, once it has the parcel. */
  readonly trackingNumber?: string;
  /** When the state began. */
  readonly since: Date;
}

/** What the carrier said when it took a parcel. `estimatedDelivery` is a calendar day, `2026-01-17`. */
export interface PickUp {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly estimatedDelivery?: string;
}

export interface Step {
  readonly parcel: Parcel;
  readonly events: readonly Said[];
}

export function pack(paid: Paid, shipmentId: string, now: Date): Parcel {
  return { orderId: paid.orderId, shipmentId, state: "waiting", address: paid.shippingAddress, since: now };
}

/** The carrier took the parcel. Told again, or of a parcel that was stopped meanwhile, it changes nothing. */
export function pickedUp(parcel: Parcel, pickUp: PickUp, now: Date): Step {
  if (parcel.state !== "waiting") return { parcel, events: [] };
  const { orderId, shipmentId } = parcel;
  return {
    parcel: { ...parcel, state: "picked up", trackingNumber: pickUp.trackingNumber, since: now },
    events: [shipmentDispatched({ orderId, shipmentId, ...pickUp })],
  };
}

/** The order is shipped and can no longer be cancelled: the carrier may deliver. */
export function released(parcel: Parcel, now: Date): Parcel {
  return parcel.state === "picked up" ? { ...parcel, state: "travelling", since: now } : parcel;
}

/** The carrier handed the parcel over. */
export function handedOver(parcel: Parcel, deliveredAt: Date, now: Date): Step {
  if (parcel.state !== "travelling") return { parcel, events: [] };
  const { orderId, shipmentId } = parcel;
  return {
    parcel: { ...parcel, state: "delivered", since: now },
    events: [shipmentDelivered({ orderId, shipmentId, deliveredAt: deliveredAt.toISOString() })],
  };
}

/** The order was cancelled. What was delivered stays delivered. */
export function stop(parcel: Parcel, now: Date): Parcel {
  switch (parcel.state) {
    case "waiting":
      return { ...parcel, state: "stopped", since: now };
    case "picked up":
    case "travelling":
      return { ...parcel, state: "coming back", since: now };
    case "delivered":
    case "stopped":
    case "coming back":
      return parcel;
  }
}
