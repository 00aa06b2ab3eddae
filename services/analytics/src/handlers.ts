import type { HandlerContext, Handlers } from "@eventpact/messaging";
import type { Events, Receives } from "@shop/events";
import { partOf } from "./domain.ts";
import { addPart, countEvent } from "./store.ts";

async function count(
  event: Events[Receives["analytics"]],
  { db, delivery }: HandlerContext,
): Promise<readonly never[]> {
  await countEvent(db, `${event.eventType}.v${event.version}`, delivery.partition, new Date(event.timestamp));
  const part = partOf(event);
  if (part) await addPart(db, part);
  return [];
}

export const handlers: Handlers<Events, Receives["analytics"], never> = {
  "OrderCreated.v1": count,
  "OrderCreated.v2": count,
  "OrderPaid.v1": count,
  "OrderConfirmed.v1": count,
  "OrderShipped.v1": count,
  "OrderDelivered.v1": count,
  "OrderCancelled.v1": count,
  "InventoryReserved.v1": count,
  "InventoryReservationFailed.v1": count,
  "InventoryReleased.v1": count,
  "PaymentCompleted.v1": count,
  "PaymentFailed.v1": count,
  "PaymentRefunded.v1": count,
  "Deposited.v1": count,
  "Withdrawn.v1": count,
  "ShipmentDispatched.v1": count,
  "ShipmentDelivered.v1": count,
  "EmailSent.v1": count,
};
