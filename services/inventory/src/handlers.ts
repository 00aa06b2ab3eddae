import { wait, type Context, type HandlerResult, type Handlers } from "@eventpact/messaging";
import type { Events, Receives } from "@shop/events";
import { decide, evolve, type Heard, type Said } from "./domain.ts";
import { lockReservation, lockShelves, saveState } from "./store.ts";

async function hear(heard: Heard, context: Context): Promise<HandlerResult<Said>> {
  const { orderId } = heard.data;
  const reservation = await lockReservation(context, orderId);
  const lines = "items" in heard.data ? heard.data.items : (reservation?.lines ?? []);
  const state = { shelves: await lockShelves(context, lines), reservation };
  const said = decide(state, heard);
  if (said === undefined) return wait(`no goods were ever asked for by order ${orderId}`);
  await saveState(context, orderId, state, [heard, ...said].reduce(evolve, state));
  return said;
}

/** One row per event version that the inventory service receives. */
export const handlers: Handlers<Events, Receives["inventory"], Said> = {
  "OrderCreated.v1": ({ data }, context) => hear({ event: "OrderCreated.v1", data }, context),
  "OrderCreated.v2": ({ data }, context) => hear({ event: "OrderCreated.v2", data }, context),
  "PaymentFailed.v1": ({ data }, context) => hear({ event: "PaymentFailed.v1", data }, context),
  "OrderCancelled.v1": ({ data }, context) => hear({ event: "OrderCancelled.v1", data }, context),
};
