import { wait, type Context, type Handlers, type HandlerResult, type Job, type NewEvent } from "@eventpact/messaging";
import type { Events, Receives } from "@shop/events";
import { conclusions, evolve, timeOut, type Heard, type Patience, type Said } from "./domain.ts";
import { addFacts, forgetKeys, lockOrder, lockOverdue } from "./store.ts";

/** One row per event version that the order service receives: note it, and say what follows. */
export function orderHandlers(patience: Patience): Handlers<Events, Receives["order"], Said> {
  async function hear(heard: Heard, context: Context): Promise<HandlerResult<Said>> {
    const { orderId } = heard.data;
    const stored = await lockOrder(context, orderId);
    if (stored === undefined) return wait(`order ${orderId} is not known here`);
    const order = evolve(stored.order, heard, context.now);
    if (order === stored.order) return [];
    const said = conclusions(order, context.now);
    await addFacts(context, stored, [heard, ...said], patience);
    return said;
  }
  return {
    "InventoryReserved.v1": ({ data }, context) => hear({ event: "InventoryReserved.v1", data }, context),
    "InventoryReservationFailed.v1": ({ data }, context) =>
      hear({ event: "InventoryReservationFailed.v1", data }, context),
    "InventoryReleased.v1": ({ data }, context) => hear({ event: "InventoryReleased.v1", data }, context),
    "PaymentCompleted.v1": ({ data }, context) => hear({ event: "PaymentCompleted.v1", data }, context),
    "PaymentFailed.v1": ({ data }, context) => hear({ event: "PaymentFailed.v1", data }, context),
    "PaymentRefunded.v1": ({ data }, context) => hear({ event: "PaymentRefunded.v1", data }, context),
    "ShipmentDispatched.v1": ({ data }, context) => hear({ event: "ShipmentDispatched.v1", data }, context),
    "ShipmentDelivered.v1": ({ data }, context) => hear({ event: "ShipmentDelivered.v1", data }, context),
  };
}

/** Orders given up in one transaction, at most. */
const BATCH = 100;
const KEYS_KEPT_MS = 7 * 86_400_000;

/** What the order service does by the clock: give up on silence, and forget old idempotency keys. */
export function orderJobs(patience: Patience): readonly Job[] {
  return [
    {
      name: "give-up-waiting",
      everyMs: Math.min(1_000, patience.stepMs),
      async run(context) {
        const given: NewEvent[] = [];
        for (const orderId of await lockOverdue(context, BATCH)) {
          const stored = await lockOrder(context, orderId);
          if (stored === undefined) continue;
          const said = timeOut(stored.order, patience, context.now);
          await addFacts(context, stored, said, patience);
          given.push(...said.map((event) => ({ ...event, correlationId: orderId })));
        }
        return given;
      },
    },
    {
      name: "forget-idempotency-keys",
      everyMs: 3_600_000,
      async run(context) {
        await forgetKeys(context, new Date(context.now.getTime() - KEYS_KEPT_MS));
        return [];
      },
    },
  ];
}
