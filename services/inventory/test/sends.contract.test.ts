import type { Sends } from "@shop/events";
import { sends, type SendsTable } from "../../../contracts/support/provider.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { inventory, seed } from "../src/main.ts";

const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";

/** Somebody orders so many mugs, of which there are two hundred. */
const ordered = (quantity: number) => async (service: RealService) => {
  await seed(service.runtime);
  await service.hearExample("OrderCreated.v2", { data: { orderId, items: [{ productId: "ceramic-mug", quantity }] } });
};

const contracts: SendsTable<Sends["inventory"]> = {
  "InventoryReserved.v1": ordered(2),
  "InventoryReservationFailed.v1": ordered(201),
  "InventoryReleased.v1": async (service) => {
    await ordered(2)(service);
    await service.hearExample("PaymentFailed.v1", { data: { orderId } });
  },
};

sends(inventory, contracts);
