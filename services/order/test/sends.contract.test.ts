import type { Sends } from "@shop/events";
import { sends, type SendsTable } from "../../../contracts/support/provider.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { orderService } from "../src/main.ts";
import { addProducts } from "../src/store.ts";
import { patience, placeOrder, products } from "./support/story.ts";

const { orderId: _, ...wish } = placeOrder;

/** Alice orders, and the others answer as told. */
const told =
  (...events: readonly string[]) =>
  async (service: RealService) => {
    await service.runtime.transact({}, async (context) => {
      await addProducts(context, [...products.values()]);
      return { events: [], result: undefined };
    });
    const answer = await service.http.inject({ method: "POST", url: "/orders", payload: wish });
    const { orderId } = answer.json();
    for (const event of events) await service.hearExample(event, { data: { orderId } });
  };

const contracts: SendsTable<Sends["order"]> = {
  "OrderCreated.v2": told(),
  "OrderPaid.v1": told("InventoryReserved.v1", "PaymentCompleted.v1"),
  "OrderConfirmed.v1": told("InventoryReserved.v1", "PaymentCompleted.v1"),
  "OrderShipped.v1": told("InventoryReserved.v1", "PaymentCompleted.v1", "ShipmentDispatched.v1"),
  "OrderDelivered.v1": told(
    "InventoryReserved.v1",
    "PaymentCompleted.v1",
    "ShipmentDispatched.v1",
    "ShipmentDelivered.v1",
  ),
  "OrderCancelled.v1": told("InventoryReservationFailed.v1"),
};

sends(orderService(patience), contracts);
