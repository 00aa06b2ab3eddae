import type { HandlerContext, Handlers } from "@eventpact/messaging";
import type { Events, Receives } from "@shop/events";
import { stepOf } from "./domain.ts";
import { addStep } from "./store.ts";

async function follow(event: Events[Receives["tracking"]], { db }: HandlerContext): Promise<readonly never[]> {
  await addStep(db, stepOf(event));
  return [];
}

export const handlers: Handlers<Events, Receives["tracking"], never> = {
  "OrderCreated.v1": follow,
  "OrderCreated.v2": follow,
  "OrderPaid.v1": follow,
  "OrderConfirmed.v1": follow,
  "OrderShipped.v1": follow,
  "OrderDelivered.v1": follow,
  "OrderCancelled.v1": follow,
};
