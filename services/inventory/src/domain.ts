/**
 * The rule book of the warehouse.
 *
 * Pieces of a product are either available or set aside for an order; together they are what was put on the shelf.
 * An order gets everything it needs or nothing, at most once, and gives it back at most once. What was undone before it
 * was done is never done: an order that was cancelled before it was heard of gets nothing.
 */
import { inventoryReleased, inventoryReservationFailed, inventoryReserved } from "@shop/events";
import type { EventData, NewEvent, Receives, Sends } from "@shop/events";

type Data<K extends keyof EventData> = EventData[K];
type Told<Names extends keyof EventData> = { [K in Names]: { readonly event: K; readonly data: Data<K> } }[Names];

/** What the warehouse tells the world. */
export type Said = NewEvent<Sends["inventory"]>;
/** What the world tells the warehouse. */
export type Heard = Told<Receives["inventory"]>;
type Fact = Told<Receives["inventory"] | Sends["inventory"]>;

export type Line = Data<"InventoryReserved.v1">["items"][number];

export interface Shelf {
  readonly productId: string;
  /** Pieces that an order may still have. */
  readonly available: number;
  /** Pieces set aside for orders. */
  readonly reserved: number;
}

/** What became of one order. */
export type Reservation =
  | { readonly status: "RESERVED" | "RELEASED"; readonly lines: readonly Line[] }
  | { readonly status: "REFUSED" | "CANCELLED"; readonly lines: readonly [] };

/** All that matters for one order: the shelves of its products, and what became of it so far. */
export interface State {
  readonly shelves: ReadonlyMap<string, Shelf>;
  readonly reservation: Reservation | undefined;
}

/** The events to say; undefined when something must be heard first. */
export function decide(state: State, heard: Heard): readonly Said[] | undefined {
  const { orderId } = heard.data;
  const { reservation } = state;
  switch (heard.event) {
    case "OrderCreated.v1":
    case "OrderCreated.v2":
      return reservation === undefined ? [setAside(orderId, heard.data.items, state.shelves)] : [];
    case "PaymentFailed.v1":
      return reservation && putBack(orderId, reservation, "PAYMENT_FAILED");
    case "OrderCancelled.v1":
      return reservation ? putBack(orderId, reservation, heard.data.reason) : [];
  }
}

/** The state after one more fact, heard or said. */
export function evolve(state: State, fact: Fact): State {
  switch (fact.event) {
    case "OrderCreated.v1":
    case "OrderCreated.v2":
    case "PaymentFailed.v1":
      return state;
    case "OrderCancelled.v1":
      return state.reservation ? state : { ...state, reservation: { status: "CANCELLED", lines: [] } };
    case "InventoryReserved.v1":
      return moved(state, { status: "RESERVED", lines: fact.data.items }, 1);
    case "InventoryReleased.v1":
      return moved(state, { status: "RELEASED", lines: fact.data.items }, -1);
    case "InventoryReservationFailed.v1":
      return { ...state, reservation: { status: "REFUSED", lines: [] } };
  }
}

/** Somebody counted the shelf: so many pieces are available. What is set aside stays set aside. */
export function count(shelf: Shelf | undefined, productId: string, available: number): Shelf {
  return { productId, available, reserved: shelf?.reserved ?? 0 };
}

function setAside(orderId: string, items: readonly Line[], shelves: State["shelves"]): Said {
  const lines = items.map(({ productId, quantity }) => ({ productId, quantity }));
  // Orders of the first version may name a product in two lines.
  const needed = new Map<string, number>();
  for (const { productId, quantity } of lines) needed.set(productId, (needed.get(productId) ?? 0) + quantity);
  const shortages = [...needed].flatMap(([productId, requested]) => {
    const available = shelves.get(productId)?.available ?? 0;
    return requested > available ? [{ productId, requested, available }] : [];
  });
  if (shortages.length === 0) return inventoryReserved({ orderId, items: lines });
  const unknown = shortages.some(({ productId }) => !shelves.has(productId));
  return inventoryReservationFailed({ orderId, reason: unknown ? "UNKNOWN_PRODUCT" : "OUT_OF_STOCK", shortages });
}

function putBack(
  orderId: string,
  reservation: Reservation,
  reason: Data<"InventoryReleased.v1">["reason"],
): readonly Said[] {
  if (reservation.status !== "RESERVED") return [];
  return [inventoryReleased({ orderId, items: [...reservation.lines], reason })];
}

/** Moves the lines' pieces between available and set aside; `direction` 1 sets aside, -1 puts back. */
function moved(state: State, reservation: Reservation, direction: 1 | -1): State {
  const shelves = new Map(state.shelves);
  for (const { productId, quantity } of reservation.lines) {
    const shelf = shelves.get(productId);
    if (shelf === undefined) continue;
    const pieces = direction * quantity;
    shelves.set(productId, { productId, available: shelf.available - pieces, reserved: shelf.reserved + pieces });
  }
  return { shelves, reservation };
}
