import type { Sends } from "@shop/events";
import { sends, type SendsTable } from "../../../contracts/support/provider.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { payment, seed } from "../src/main.ts";

const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";

/** The goods of a customer's order over 50.30 EUR are set aside: the account is charged. */
const charged = (customerId: "alice" | "bob") => async (service: RealService) => {
  await seed(service.runtime);
  const total = { amount: 5030, currency: "EUR" };
  await service.hearExample("OrderCreated.v2", { data: { orderId, customerId, total } });
  await service.hearExample("InventoryReserved.v1", { data: { orderId } });
};
const refunded = async (service: RealService) => {
  await charged("alice")(service);
  await service.hearExample("OrderCancelled.v1", { data: { orderId } });
};

const contracts: SendsTable<Sends["payment"]> = {
  "Deposited.v1": (service) =>
    service.http.inject({
      method: "POST",
      url: "/accounts/alice/deposits",
      payload: { amount: 50000, currency: "EUR" },
    }),
  "Withdrawn.v1": charged("alice"),
  "PaymentCompleted.v1": charged("alice"),
  "PaymentFailed.v1": charged("bob"),
  "PaymentRefunded.v1": refunded,
};

sends(payment, contracts);
