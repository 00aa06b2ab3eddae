import type { Sends } from "@shop/events";
import { sends, type SendsTable } from "../../../contracts/support/provider.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { shipping } from "../src/main.ts";

const data = { orderId: "019bc134-782d-7aa8-8f7f-6add4e1224f0" };

/** A minute later the carrier comes by. */
const carrierComes = async (service: RealService): Promise<void> => {
  service.now = new Date(service.now.getTime() + 60_000);
  await service.run("ask-carrier");
};

const pickedUp = async (service: RealService): Promise<void> => {
  await service.hearExample("OrderPaid.v1", { data });
  await carrierComes(service);
};

const contracts: SendsTable<Sends["shipping"]> = {
  "ShipmentDispatched.v1": pickedUp,
  "ShipmentDelivered.v1": async (service) => {
    await pickedUp(service);
    await service.hearExample("OrderShipped.v1", { data });
    await carrierComes(service);
  },
};

sends(shipping, contracts);
