import type { HandlerContext, Handlers } from "@eventpact/messaging";
import type { Events, Receives } from "@shop/events";
import type { Heard } from "./domain.ts";
import { keep } from "./store.ts";

async function remember(event: Heard, { db, delivery }: HandlerContext): Promise<readonly never[]> {
  const { topic, partition, offset, key } = delivery;
  await keep(db, { event, topic, partition, offset, key });
  return [];
}

export const handlers: Handlers<Events, Receives["audit"], never> = {
  "OrderCreated.v1": remember,
  "OrderCreated.v2": remember,
  "OrderPaid.v1": remember,
  "OrderConfirmed.v1": remember,
  "OrderShipped.v1": remember,
  "OrderDelivered.v1": remember,
  "OrderCancelled.v1": remember,
  "InventoryReserved.v1": remember,
  "InventoryReservationFailed.v1": remember,
  "InventoryReleased.v1": remember,
  "PaymentCompleted.v1": remember,
  "PaymentFailed.v1": remember,
  "PaymentRefunded.v1": remember,
  "Deposited.v1": remember,
  "Withdrawn.v1": remember,
  "ShipmentDispatched.v1": remember,
  "ShipmentDelivered.v1": remember,
  "EmailSent.v1": remember,
};
