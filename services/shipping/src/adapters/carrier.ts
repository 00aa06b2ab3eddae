import type { Parcel, PickUp } from "../domain.ts";

/** The carrier, as we need it. Asking twice with one `shipmentId` must mean one parcel. */
export interface Carrier {
  /** Has the carrier taken the parcel? Undefined while it has not. */
  pickUp(parcel: Parcel, now: Date): Promise<PickUp | undefined>;
  /** May carry it to the customer since `parcel.since`: when was it handed over? Undefined while it travels. */
  handedOver(parcel: Parcel, now: Date): Promise<Date | undefined>;
}

export interface SimulatedCarrierOptions {
  /** Milliseconds from packing to pick-up. */
  readonly pickUpAfterMs: number;
  /** Milliseconds from being allowed to deliver to delivery. */
  readonly deliverAfterMs: number;
}

/** A carrier that keeps its times. It remembers nothing: the answers follow from the parcel and the clock. */
export function simulatedCarrier({ pickUpAfterMs, deliverAfterMs }: SimulatedCarrierOptions): Carrier {
  return {
    async pickUp(parcel, now) {
      if (now.getTime() < parcel.since.getTime() + pickUpAfterMs) return undefined;
      const number = parcel.shipmentId.replaceAll("-", "").slice(-12).toUpperCase();
      const day = new Date(now.getTime() + deliverAfterMs).toISOString().slice(0, 10);
      return { carrier: "Swift Parcel", trackingNumber: `SP${number}`, estimatedDelivery: day };
    },
    async handedOver(parcel, now) {
      const at = parcel.since.getTime() + deliverAfterMs;
      return at <= now.getTime() ? new Date(at) : undefined;
    },
  };
}
