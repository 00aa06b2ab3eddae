/**
 * The rule book of an order.
 *
 * An order is the list of what was said about it (by us, in `order-events`) and heard about it (from inventory, payment
 * and shipping). `evolve` folds that list into what the order knows; `conclusions` says what follows from what it knows,
 * in whatever order it came to know it. So delays, doubles and crossings of the news make no difference to the end.
 */
import { orderCancelled, orderConfirmed, orderCreated, orderDelivered, orderPaid, orderShipped } from "@shop/events";
import type { EventData, NewEvent, Receives, Sends } from "@shop/events";

type Data<K extends keyof EventData> = EventData[K];

export type Placed = Data<"OrderCreated.v2">;
export type Money = Placed["total"];
export type Address = Placed["shippingAddress"];
export type Reason = Data<"OrderCancelled.v1">["reason"];
export type Status = "CREATED" | "PAID" | "CONFIRMED" | "SHIPPED" | "DELIVERED" | "CANCELLED";

/** What the order service tells the world. */
export type Said = NewEvent<Sends["order"]>;
type Told<Names extends keyof EventData> = { [K in Names]: { readonly event: K; readonly data: Data<K> } }[Names];
/** What the world tells the order service. */
export type Heard = Told<Receives["order"]>;
/** What an order is made of. */
export type Fact = Told<Receives["order"] | Sends["order"]>;

/** What an order knows. */
export interface Order {
  readonly placed: Placed;
  readonly status: Status;
  readonly reason?: Reason;
  /** Status changes, oldest first. */
  readonly timeline: readonly { readonly status: Status; readonly at: Date }[];
  readonly goods: "asked for" | "set aside" | "refused" | "put back";
  readonly money: "asked for" | "taken" | "refused" | "given back";
  readonly parcel?: Data<"ShipmentDispatched.v1">;
  readonly delivery?: Data<"ShipmentDelivered.v1">;
  /** When the order last learned something new; its time limits run from here. */
  readonly since: Date;
}

/** How long an order waits for others, in milliseconds. */
export interface Patience {
  /** For inventory, for payment, and for the goods being put back. */
  readonly stepMs: number;
  /** For a confirmed order's parcel to leave. */
  readonly dispatchMs: number;
}

export interface Product {
  readonly productId: string;
  readonly name: string;
  readonly unitPrice: Money;
}

export interface PlaceOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly email: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  readonly shippingAddress: Address;
}

export type Refusal =
  | { readonly code: "UNKNOWN_PRODUCT"; readonly productIds: readonly string[] }
  | { readonly code: "TOO_MANY_PIECES"; readonly productIds: readonly string[]; readonly most: number }
  | { readonly code: "MIXED_CURRENCIES"; readonly currencies: readonly string[] }
  | { readonly code: "TOO_LATE"; readonly status: Status };

type Refused = { readonly ok: false; readonly refusal: Refusal };
export type Placement = { readonly ok: true; readonly created: NewEvent<"OrderCreated.v2"> } | Refused;
export type Decision = { readonly ok: true; readonly events: readonly Said[] } | Refused;

/** Pieces of one product that one order may have, as the contract says. */
export const MOST_PIECES = 1000;

/** A customer orders. The same product in several lines becomes one line; the prices are today's. */
export function place(command: PlaceOrder, products: ReadonlyMap<string, Product>): Placement {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of command.items) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  }
  const unknown = [...quantities.keys()].filter((productId) => !products.has(productId));
  if (unknown.length > 0) return refuse({ code: "UNKNOWN_PRODUCT", productIds: unknown });
  const tooMany = [...quantities].filter(([, quantity]) => quantity > MOST_PIECES).map(([productId]) => productId);
  if (tooMany.length > 0) return refuse({ code: "TOO_MANY_PIECES", productIds: tooMany, most: MOST_PIECES });
  const items = [...quantities].flatMap(([productId, quantity]) => {
    const product = products.get(productId);
    return product === undefined ? [] : [{ productId, name: product.name, quantity, unitPrice: product.unitPrice }];
  });
  const currencies = [...new Set(items.map((item) => item.unitPrice.currency))];
  const [currency] = currencies;
  if (currency === undefined || currencies.length > 1) return refuse({ code: "MIXED_CURRENCIES", currencies });
  const amount = items.reduce((sum, item) => sum + item.quantity * item.unitPrice.amount, 0);
  const { orderId, customerId, email, shippingAddress } = command;
  const total = { amount, currency };
  return { ok: true, created: orderCreated({ orderId, customerId, email, items, total, shippingAddress }) };
}

/** The customer wants to cancel: granted until the parcel has left; asking twice is granted twice. */
export function cancel(order: Order): Decision {
  if (order.status === "CANCELLED") return accept([]);
  if (!isOpen(order) || hasLeft(order)) return refuse({ code: "TOO_LATE", status: order.status });
  return accept([cancelled(order, order.money === "refused" ? "PAYMENT_FAILED" : "CUSTOMER_REQUEST")]);
}

/** The clock: an order that waited too long gives up. What it was waiting for is undone when it still comes. */
export function timeOut(order: Order, patience: Patience, now: Date): readonly Said[] {
  const limit = deadline(order, patience);
  if (limit === undefined || limit > now) return [];
  return [cancelled(order, order.money === "refused" ? "PAYMENT_FAILED" : "TIMEOUT")];
}

/** Until when the next answer must have come; undefined when the order waits for nothing that it could give up on. */
export function deadline(order: Order, patience: Patience): Date | undefined {
  if (!isOpen(order) || hasLeft(order)) return undefined;
  return new Date(order.since.getTime() + (order.status === "CONFIRMED" ? patience.dispatchMs : patience.stepMs));
}

/** Everything that follows from what the order knows, in the order in which to say it. */
export function conclusions(order: Order, now: Date): readonly Said[] {
  const next = conclusion(order);
  return next === undefined ? [] : [next, ...conclusions(evolve(order, next, now), now)];
}

function conclusion(order: Order): Said | undefined {
  const { parcel, delivery } = order;
  const { orderId, customerId, email, items, total, shippingAddress } = order.placed;
  switch (order.status) {
    case "CREATED":
      if (order.goods === "refused") return cancelled(order, "OUT_OF_STOCK");
      if (order.money === "refused") return order.goods === "put back" ? cancelled(order, "PAYMENT_FAILED") : undefined;
      if (order.money === "taken") return orderPaid({ orderId, customerId, total, items, shippingAddress });
      return undefined;
    case "PAID":
      return order.goods === "set aside" ? orderConfirmed({ orderId, customerId, total }) : undefined;
    case "CONFIRMED":
      return parcel && shipped(order.placed, parcel);
    case "SHIPPED": {
      if (delivery === undefined) return undefined;
      const { shipmentId, deliveredAt } = delivery;
      return orderDelivered({ orderId, customerId, email, shipmentId, deliveredAt });
    }
    case "DELIVERED":
    case "CANCELLED":
      return undefined;
  }
}

/** The order as its first fact makes it. */
export function begin(placed: Placed, at: Date): Order {
  const timeline = [{ status: "CREATED", at } as const];
  return { placed, status: "CREATED", timeline, goods: "asked for", money: "asked for", since: at };
}

/** What the order knows after one more fact. A fact that tells it nothing new returns the very same order. */
export function evolve(order: Order, fact: Fact, at: Date): Order {
  switch (fact.event) {
    case "OrderCreated.v2":
      return order;
    case "OrderPaid.v1":
      return enter(order, "PAID", at);
    case "OrderConfirmed.v1":
      return enter(order, "CONFIRMED", at);
    case "OrderShipped.v1":
      return enter(order, "SHIPPED", at);
    case "OrderDelivered.v1":
      return enter(order, "DELIVERED", at);
    case "OrderCancelled.v1":
      return { ...enter(order, "CANCELLED", at), reason: fact.data.reason };
    case "InventoryReserved.v1":
      return order.goods === "asked for" ? { ...order, goods: "set aside", since: at } : order;
    case "InventoryReservationFailed.v1":
      return order.goods === "asked for" ? { ...order, goods: "refused", since: at } : order;
    case "InventoryReleased.v1":
      return released(order, fact.data.reason, at);
    case "PaymentCompleted.v1":
      return order.money === "asked for" ? { ...order, money: "taken", since: at } : order;
    case "PaymentFailed.v1":
      return order.money === "asked for" ? { ...order, money: "refused", since: at } : order;
    case "PaymentRefunded.v1":
      return order.money === "given back" ? order : { ...order, money: "given back", since: at };
    case "ShipmentDispatched.v1":
      return order.parcel ? order : { ...order, parcel: fact.data, since: at };
    case "ShipmentDelivered.v1":
      return order.delivery ? order : { ...order, delivery: fact.data, since: at };
  }
}

/** The release may overtake the news that the payment failed; its reason tells as much. */
function released(order: Order, reason: Reason, at: Date): Order {
  if (order.goods === "put back") return order;
  const money = reason === "PAYMENT_FAILED" ? "refused" : order.money;
  return { ...order, goods: "put back", money, since: at };
}

function enter(order: Order, status: Status, at: Date): Order {
  return { ...order, status, since: at, timeline: [...order.timeline, { status, at }] };
}

/** Field by field: what a newer version of the carrier's news may carry besides is not ours to pass on. */
function shipped({ orderId, customerId, email }: Placed, parcel: Data<"ShipmentDispatched.v1">): Said {
  const { shipmentId, carrier, trackingNumber, estimatedDelivery } = parcel;
  const expected = estimatedDelivery === undefined ? {} : { estimatedDelivery };
  return orderShipped({ orderId, customerId, email, shipmentId, carrier, trackingNumber, ...expected });
}

const isOpen = ({ status }: Order): boolean => status === "CREATED" || status === "PAID" || status === "CONFIRMED";

const hasLeft = (order: Order): boolean => order.parcel !== undefined;

function cancelled(order: Order, reason: Reason): Said {
  const { orderId, customerId, email } = order.placed;
  const previousStatus = order.status === "PAID" || order.status === "CONFIRMED" ? order.status : "CREATED";
  return orderCancelled({ orderId, customerId, email, reason, previousStatus });
}

const accept = (events: readonly Said[]): Decision => ({ ok: true, events });
const refuse = (refusal: Refusal): Refused => ({ ok: false, refusal });
