import type { Sends } from "@shop/events";
import { sends, type SendsTable } from "../../../contracts/support/provider.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { shipping } from "../src/main.ts";

/** An order is paid, and the carrier comes by so many times, a minute apart. */
const carried = (times: number) => async (service: RealService) => {
  await service.hearExample("OrderPaid.v1");
  for (let time = 0; time < times; time += 1) {
    service.now = new Date(service.now.getTime() + 60_000);
    await service.run("ask-carrier");
  }
};

const contracts: SendsTable<Sends["shipping"]> = {
  "ShipmentDispatched.v1": carried(1),
  "ShipmentDelivered.v1": carried(2),
};

sends(shipping, contracts);
