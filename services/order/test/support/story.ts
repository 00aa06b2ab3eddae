import {
  begin,
  evolve,
  place,
  type Fact,
  type Heard,
  type Order,
  type Patience,
  type Product,
  type Said,
} from "../../src/domain.ts";

export const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
const shipmentId = "019bc134-7a1a-7c58-9c0e-3f5d6a1b2c3d";

export const patience: Patience = { stepMs: 60_000, dispatchMs: 86_400_000 };

const eur = (amount: number) => ({ amount, currency: "EUR" });

export const beans: Product = { productId: "espresso-beans-1kg", name: "Espresso beans 1 kg", unitPrice: eur(1890) };
export const mug: Product = { productId: "ceramic-mug", name: "Ceramic mug", unitPrice: eur(1250) };
export const products = new Map([beans, mug].map((product) => [product.productId, product]));

export const placeOrder = {
  orderId,
  customerId: "alice",
  email: "alice@example.com",
  items: [
    { productId: beans.productId, quantity: 2 },
    { productId: mug.productId, quantity: 1 },
  ],
  shippingAddress: {
    name: "Alice Martin",
    line1: "12 Rue des Lilas",
    city: "Lyon",
    postalCode: "69003",
    country: "FR",
  },
};

/** Seconds after the order was placed, as a moment. */
export const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 15, 10, 30, seconds));

/** The order just placed. */
export function placed(): Order {
  const placement = place(placeOrder, products);
  if (!placement.ok) throw new Error("the order of the story was refused");
  return begin(placement.created.data, at(0));
}

/** The order after the facts, one second apart. */
export const after = (...facts: readonly (Fact | Said)[]): Order =>
  facts.reduce((order, fact, index) => evolve(order, fact, at(index + 1)), placed());

const items = placeOrder.items;
const payment = { orderId, accountId: "alice", amount: eur(5030) };

/** News from the other services about the order of the story. */
export const news = {
  reserved: { event: "InventoryReserved.v1", data: { orderId, items } },
  outOfStock: {
    event: "InventoryReservationFailed.v1",
    data: {
      orderId,
      reason: "OUT_OF_STOCK",
      shortages: [{ productId: beans.productId, requested: 2, available: 1 }],
    },
  },
  releasedUnpaid: { event: "InventoryReleased.v1", data: { orderId, items, reason: "PAYMENT_FAILED" } },
  released: { event: "InventoryReleased.v1", data: { orderId, items, reason: "CUSTOMER_REQUEST" } },
  paid: { event: "PaymentCompleted.v1", data: payment },
  unpaid: { event: "PaymentFailed.v1", data: { ...payment, reason: "INSUFFICIENT_FUNDS" } },
  refunded: { event: "PaymentRefunded.v1", data: { ...payment, reason: "CUSTOMER_REQUEST" } },
  dispatched: {
    event: "ShipmentDispatched.v1",
    data: { orderId, shipmentId, carrier: "Swift Parcel", trackingNumber: "SP1", estimatedDelivery: "2026-01-17" },
  },
  delivered: { event: "ShipmentDelivered.v1", data: { orderId, shipmentId, deliveredAt: "2026-01-17T09:41:27.000Z" } },
} as const satisfies Record<string, Heard>;
