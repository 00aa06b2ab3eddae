import { decide, evolve, type Heard, type Said, type Shelf, type State } from "../../src/domain.ts";

export const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
/** A valid order id for each letter of the alphabet. */
export const orderOf = (letter: string): string => `${orderId.slice(0, -2)}${letter.charCodeAt(0).toString(16)}`;

export const eur = (amount: number) => ({ amount, currency: "EUR" });

type Items = readonly { readonly productId: string; readonly quantity: number }[];

/** News about an order. */
export const news = {
  created: (items: Items, id = orderId): Heard => ({
    event: "OrderCreated.v2",
    data: {
      orderId: id,
      customerId: "alice",
      email: "alice@example.com",
      items: items.map((item) => ({ ...item, name: item.productId, unitPrice: eur(100) })),
      total: eur(100 * items.reduce((sum, { quantity }) => sum + quantity, 0)),
      shippingAddress: { name: "Alice", line1: "12 Rue des Lilas", city: "Lyon", postalCode: "69003", country: "FR" },
    },
  }),
  createdLongAgo: (items: Items, id = orderId): Heard => ({
    event: "OrderCreated.v1",
    data: { orderId: id, customerId: "alice", items: [...items], totalPrice: 4870 },
  }),
  unpaid: (id = orderId): Heard => ({
    event: "PaymentFailed.v1",
    data: { orderId: id, accountId: "alice", amount: eur(100), reason: "INSUFFICIENT_FUNDS" },
  }),
  cancelled: (reason: "CUSTOMER_REQUEST" | "TIMEOUT" = "CUSTOMER_REQUEST", id = orderId): Heard => ({
    event: "OrderCancelled.v1",
    data: { orderId: id, customerId: "alice", email: "alice@example.com", reason, previousStatus: "CREATED" },
  }),
};

/** A warehouse in memory, run by the same rules as the real one. */
export interface Warehouse {
  readonly shelves: Map<string, Shelf>;
  readonly reservations: Map<string, NonNullable<State["reservation"]>>;
  /** Everything said so far, oldest first. */
  readonly said: Said[];
  /** What is said in answer; undefined when it waits. */
  hear(heard: Heard): readonly Said[] | undefined;
}

/** A warehouse with so many pieces available of each product. */
export function warehouse(available: Readonly<Record<string, number>>): Warehouse {
  const shelves = new Map(
    Object.entries(available).map(([productId, pieces]) => [productId, { productId, available: pieces, reserved: 0 }]),
  );
  const reservations: Warehouse["reservations"] = new Map();
  const all: Said[] = [];
  return {
    shelves,
    reservations,
    said: all,
    hear(heard) {
      const id = heard.data.orderId;
      const reservation = reservations.get(id);
      const lines = "items" in heard.data ? heard.data.items : (reservation?.lines ?? []);
      const wanted = lines.flatMap(({ productId }) => shelves.get(productId) ?? []);
      const state: State = { shelves: new Map(wanted.map((shelf) => [shelf.productId, shelf])), reservation };
      const said = decide(state, heard);
      if (said === undefined) return undefined;
      const after = [heard, ...said].reduce(evolve, state);
      for (const shelf of after.shelves.values()) shelves.set(shelf.productId, shelf);
      if (after.reservation) reservations.set(id, after.reservation);
      all.push(...said);
      return said;
    },
  };
}
