import { expect } from "@jest/globals";
import type { Receives } from "@shop/events";
import {
  eachLike,
  integer,
  oneOf,
  receives,
  regex,
  string,
  type ReceivesTable,
} from "../../../contracts/support/consumer.ts";
import type { RealService } from "../../../contracts/support/real-service.ts";
import { email } from "../src/main.ts";

const customer = { orderId: string("019bc134-782d-7aa8-8f7f-6add4e1224f0"), email: string("alice@example.com") };
/** ISO 4217: `Intl.NumberFormat` refuses anything else. */
const money = (amount: number) => ({ amount: integer(amount), currency: regex("^[A-Z]{3}$", "EUR") });

const letters = async ({ http }: RealService) => (await http.inject("/emails")).json();
const writes = (template: string, words: RegExp) => async (service: RealService, said: readonly unknown[]) => {
  expect(await letters(service)).toMatchObject([
    { to: "alice@example.com", template, text: expect.stringMatching(words) },
  ]);
  expect(said).toMatchObject([{ event: "EmailSent.v1", data: { template } }]);
};

const contracts: ReceivesTable<Receives["email"]> = {
  "OrderCreated.v1": { needs: {}, effect: async (service) => expect(await letters(service)).toEqual([]) },
  "OrderCreated.v2": {
    needs: {
      data: {
        ...customer,
        items: eachLike({ name: string("Ceramic mug"), quantity: integer(2), unitPrice: money(1250) }),
        total: money(2500),
        shippingAddress: { name: string("Alice Martin") },
      },
    },
    effect: writes("ORDER_RECEIVED", /Hello Alice Martin,[^]*2 × Ceramic mug +€25.00[^]*Total +€25.00/),
  },
  "OrderShipped.v1": {
    needs: { data: { ...customer, carrier: string("Swift Parcel"), trackingNumber: string("SP1") } },
    uses: ["$.data.estimatedDelivery"],
    effect: writes("ORDER_SHIPPED", /with Swift Parcel[^]*SP1[^]*2026-/),
  },
  "OrderDelivered.v1": {
    needs: {
      data: {
        ...customer,
        deliveredAt: regex("^\\d{4}-\\d{2}-\\d{2}[Tt\\s]\\d{2}:\\d{2}.*$", "2026-01-17T09:41:27.000Z"),
      },
    },
    effect: writes("ORDER_DELIVERED", /2026-01-17 09:41 UTC/),
  },
  "OrderCancelled.v1": {
    needs: {
      data: { ...customer, reason: oneOf("OUT_OF_STOCK", "PAYMENT_FAILED", "CUSTOMER_REQUEST", "TIMEOUT") },
    },
    effect: writes("ORDER_CANCELLED", /not everything you ordered is in stock/),
  },
};

receives(email, contracts);
