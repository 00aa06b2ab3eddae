import { expect } from "@jest/globals";
import type { Receives } from "@shop/events";
import { receives, string, type ReceivesTable } from "../../../contracts/support/consumer.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { shipping } from "../src/main.ts";

const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
/** What stands on a parcel. */
const address = {
  name: string("Alice Martin"),
  line1: string("12 Rue des Lilas"),
  city: string("Lyon"),
  postalCode: string("69003"),
  country: string("FR"),
};

/** What is said of parcels when the carrier has come by. */
const carried = async (service: RealService) => {
  service.now = new Date(service.now.getTime() + 60_000);
  await service.run("ask-carrier");
  return (await service.outbox()).map(({ event, key }) => [event, key]);
};

const contracts: ReceivesTable<Receives["shipping"]> = {
  "OrderPaid.v1": {
    needs: { data: { orderId: string(orderId), shippingAddress: address } },
    effect: async (service) => expect(await carried(service)).toEqual([["ShipmentDispatched.v1", orderId]]),
  },
  "OrderShipped.v1": {
    needs: { data: { orderId: string(orderId) } },
    before: async (service) => {
      await service.hearExample("OrderPaid.v1", { data: { orderId } });
      await carried(service);
    },
    effect: async (service) => expect((await carried(service)).at(-1)).toEqual(["ShipmentDelivered.v1", orderId]),
  },
  "OrderCancelled.v1": {
    needs: { data: { orderId: string(orderId) } },
    before: (service) => service.hearExample("OrderPaid.v1", { data: { orderId } }),
    effect: async (service) => expect(await carried(service)).toEqual([]),
  },
};

receives(shipping, contracts);
