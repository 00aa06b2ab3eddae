import type { Context, Handlers, Job } from "@eventpact/messaging";
import type { Events, NewEvent, Receives, Sends } from "@shop/events";
import type { Carrier } from "./adapters/carrier.ts";
import { handedOver, pack, pickedUp, released, stop, type Parcel, type Step } from "./domain.ts";
import { loadParcel, parcelsToAskAbout, saveParcel } from "./store.ts";

export const handlers: Handlers<Events, Receives["shipping"], NewEvent<Sends["shipping"]>> = {
  "OrderPaid.v1": async ({ data }, { db, now, newId }) => {
    if (await loadParcel(db, data.orderId)) return [];
    await saveParcel(db, pack(data, newId(), now));
    return [];
  },
  // Shipped answers our own ShipmentDispatched: the parcel is known, and no cancellation can follow.
  "OrderShipped.v1": async ({ data }, { db, now }) => {
    const parcel = await loadParcel(db, data.orderId);
    if (parcel) await saveParcel(db, released(parcel, now));
    return [];
  },
  // Paid comes before cancelled in one order's topic: an order without a parcel was never paid.
  "OrderCancelled.v1": async ({ data }, { db, now }) => {
    const parcel = await loadParcel(db, data.orderId);
    if (parcel) await saveParcel(db, stop(parcel, now));
    return [];
  },
};

async function ask(carrier: Carrier, parcel: Parcel, now: Date): Promise<Step> {
  if (parcel.state === "waiting") {
    const pickUp = await carrier.pickUp(parcel, now);
    return pickUp ? pickedUp(parcel, pickUp, now) : { parcel, events: [] };
  }
  const deliveredAt = await carrier.handedOver(parcel, now);
  return deliveredAt ? handedOver(parcel, deliveredAt, now) : { parcel, events: [] };
}

/** Asks the carrier where the parcels are. An event of it belongs to the story of its order (and, by its key, to the trace). */
export const askCarrier = (carrier: Carrier, everyMs: number): Job => ({
  name: "ask-carrier",
  everyMs,
  async run({ db, now }: Context) {
    const steps = [];
    for (const parcel of await parcelsToAskAbout(db, 200, now)) {
      const step = await ask(carrier, parcel, now);
      if (step.parcel === parcel) continue;
      await saveParcel(db, step.parcel);
      steps.push(...step.events.map((event) => ({ ...event, correlationId: parcel.orderId })));
    }
    return steps;
  },
});
