import { describe, expect, test } from "@jest/globals";
import type { Events } from "@shop/events";
import { formatMoney, sent, write } from "../src/domain.ts";

const envelope = {
  eventId: "019bc134-7840-7b97-bff2-d5c62a3d0b33",
  timestamp: "2026-01-15T10:30:00.000Z",
  sequence: 1,
  correlationId: "019bc134-782d-7aa8-8f7f-6add4e1224f0",
};
const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";

const created = (name: string): Events["OrderCreated.v2"] => ({
  ...envelope,
  eventType: "OrderCreated",
  version: 2,
  data: {
    orderId,
    customerId: "alice",
    email: "alice@example.com",
    items: [{ productId: "ceramic-mug", name, quantity: 2, unitPrice: { amount: 1250, currency: "EUR" } }],
    total: { amount: 2500, currency: "EUR" },
    shippingAddress: {
      name: "Alice Martin",
      line1: "12 Rue des Lilas",
      city: "Lyon",
      postalCode: "69003",
      country: "FR",
    },
  },
});

const cancelled = (reason: Events["OrderCancelled.v1"]["data"]["reason"]): Events["OrderCancelled.v1"] => ({
  ...envelope,
  eventType: "OrderCancelled",
  version: 1,
  data: { orderId, customerId: "alice", email: "alice@example.com", reason, previousStatus: "CREATED" },
});

describe("a letter", () => {
  test("says in plain text and in HTML the same: what was ordered and what it costs", () => {
    const letter = write(created("Ceramic mug"));
    for (const body of [letter.text, letter.html]) {
      expect(body).toContain("2 × Ceramic mug");
      expect(body).toContain("€25.00");
      expect(body).toContain(orderId);
    }
    expect(letter).toMatchObject({ to: "alice@example.com", template: "ORDER_RECEIVED" });
  });

  test("keeps its Message-ID when the same event is written about again", () => {
    expect(write(created("Mug")).messageId).toBe(write(created("Mug")).messageId);
    expect(sent(write(created("Mug")))).toMatchObject({ event: "EmailSent.v1", data: { template: "ORDER_RECEIVED" } });
  });

  test("never lets a product's name become markup", () => {
    const { html } = write(created('<img src=x onerror="alert(1)">'));
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;");
  });

  test("gives every reason to cancel words of its own", () => {
    const reasons = ["OUT_OF_STOCK", "PAYMENT_FAILED", "CUSTOMER_REQUEST", "TIMEOUT"] as const;
    expect(new Set(reasons.map((reason) => write(cancelled(reason)).text)).size).toBe(reasons.length);
  });

  test.each([
    [{ amount: 1890, currency: "EUR" }, "€18.90"],
    [{ amount: 5000, currency: "KRW" }, "₩5,000"],
    [{ amount: 1234, currency: "BHD" }, "BHD\u00a01.234"],
  ])("writes %o as people do: %s", (money, text) => {
    expect(formatMoney(money)).toBe(text);
  });
});
