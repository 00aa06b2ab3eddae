/**
 * The whole saga by its rule books alone: real domains, no database, no broker. A scheduler delivers what was said in
 * any order that keeps each key of each topic in order, delays it at will, tells it again, and lets customers cancel and
 * clocks run out at any moment.
 */
import { expect, test } from "@jest/globals";
import type { EventData } from "@shop/events";
import fc from "fast-check";
import * as inventory from "../services/inventory/src/domain.ts";
import * as orders from "../services/order/src/domain.ts";
import * as payment from "../services/payment/src/domain.ts";
import * as shipping from "../services/shipping/src/domain.ts";

type Service = "order" | "inventory" | "payment" | "shipping";
type Fact = {
  [K in keyof EventData]: { readonly event: K; readonly key: string; readonly data: EventData[K] };
}[keyof EventData];
type Hear = (fact: Fact, now: Date) => readonly Fact[] | "wait";

const eur = (amount: number) => ({ amount, currency: "EUR" });
const prices = { beans: 10, mug: 7, kettle: 40 };
const products = new Map(
  Object.entries(prices).map(([productId, amount]) => [
    productId,
    { productId, name: productId, unitPrice: eur(amount) },
  ]),
);
const firstStock = { beans: 6, mug: 3, kettle: 1 };
const firstBalances = { alice: 120, bob: 15 };
const patience: orders.Patience = { stepMs: 60_000, dispatchMs: 60_000 };
const address = { name: "A", line1: "B", city: "C", postalCode: "D", country: "FR" };

function orderDesk(known: Map<string, orders.Order>): Hear {
  return (fact, now) => {
    const order = known.get(fact.key);
    if (order === undefined) return "wait";
    const informed = orders.evolve(order, fact as orders.Heard, now);
    if (informed === order) return [];
    const said = orders.conclusions(informed, now);
    known.set(
      fact.key,
      said.reduce<orders.Order>((state, event) => orders.evolve(state, event, now), informed),
    );
    return said;
  };
}

function warehouse(shelves: Map<string, inventory.Shelf>, kept: Map<string, inventory.Reservation>): Hear {
  return (fact) => {
    const heard = fact as inventory.Heard;
    const state: inventory.State = { shelves: new Map(shelves), reservation: kept.get(fact.key) };
    const said = inventory.decide(state, heard);
    if (said === undefined) return "wait";
    const after = [heard, ...said].reduce(inventory.evolve, state);
    for (const [productId, shelf] of after.shelves) shelves.set(productId, shelf);
    if (after.reservation) kept.set(fact.key, after.reservation);
    return said;
  };
}

function cashDesk(accounts: Map<string, payment.Account>, kept: Map<string, payment.Payment>): Hear {
  return (fact) => {
    const heard = fact as payment.Heard;
    const known = kept.get(fact.key);
    const account = known && known.status !== "CANCELLED" ? accounts.get(known.accountId) : undefined;
    const said = payment.decide({ payment: known, account }, heard);
    if (said === undefined) return "wait";
    const after = [heard, ...said].reduce(payment.evolve, { payment: known, account });
    if (after.account) accounts.set(after.account.accountId, after.account);
    if (after.payment) kept.set(fact.key, after.payment);
    return said;
  };
}

function packingTable(parcels: Map<string, shipping.Parcel>): Hear {
  return (fact, now) => {
    const parcel = parcels.get(fact.key);
    if (fact.event === "OrderPaid.v1" && !parcel) parcels.set(fact.key, shipping.pack(fact.data, fact.key, now));
    if (fact.event === "OrderShipped.v1" && parcel) parcels.set(fact.key, shipping.released(parcel, now));
    if (fact.event === "OrderCancelled.v1" && parcel) parcels.set(fact.key, shipping.stop(parcel, now));
    return [];
  };
}

const receives: Readonly<Record<Service, readonly string[]>> = {
  order: ["Inventory", "Payment", "Shipment"],
  inventory: ["OrderCreated", "OrderCancelled", "PaymentFailed"],
  payment: ["OrderCreated", "OrderCancelled", "InventoryReserved."],
  shipping: ["OrderPaid", "OrderShipped", "OrderCancelled"],
};

/** A shop of rule books, and a scheduler that is told which of the possible things happens next. */
function shop() {
  const known = new Map<string, orders.Order>();
  const shelves = new Map(
    Object.entries(firstStock).map(([productId, available]) => [productId, { productId, available, reserved: 0 }]),
  );
  const accounts = new Map(
    Object.entries(firstBalances).map(([accountId, amount]) => [accountId, { accountId, balance: eur(amount) }]),
  );
  const parcels = new Map<string, shipping.Parcel>();
  const hear: Record<Service, Hear> = {
    order: orderDesk(known),
    inventory: warehouse(shelves, new Map()),
    payment: cashDesk(accounts, new Map()),
    shipping: packingTable(parcels),
  };
  /** By writer and key, in order: what a topic holds of one key. */
  const logs = new Map<string, { readonly writer: Service; readonly facts: Fact[] }>();
  const offsets = new Map<string, number>();
  let clock = Date.UTC(2026, 0, 15);
  const now = () => new Date((clock += 1_000));
  const say = (writer: Service, said: readonly Fact[]) => {
    for (const fact of said) {
      const place = `${writer} ${fact.key}`;
      const log = logs.get(place) ?? { writer, facts: [] };
      logs.set(place, log);
      log.facts.push(fact);
    }
  };
  const lanes = () =>
    [...logs].flatMap(([place, log]) =>
      (Object.keys(hear) as Service[])
        .filter((reader) => reader !== log.writer)
        .map((reader) => ({ reader, facts: log.facts, lane: `${reader} < ${place}` })),
    );
  /** Delivers the next fact of a lane; answers whether it was taken. */
  const deliver = ({ reader, facts, lane }: ReturnType<typeof lanes>[number], again = false): boolean => {
    const offset = offsets.get(lane) ?? 0;
    const fact = facts[again ? offset - 1 : offset];
    if (fact === undefined) return false;
    const wanted = receives[reader].some((name) => fact.event.startsWith(name));
    const said = wanted ? hear[reader](fact, now()) : [];
    if (said === "wait") return false;
    say(reader, said);
    if (!again) offsets.set(lane, offset + 1);
    return true;
  };
  /** The carrier takes a parcel, or hands it over: at any moment, as soon as it may. */
  const carry = (key: string): boolean => {
    const parcel = parcels.get(key);
    if (parcel === undefined) return false;
    const step =
      parcel.state === "travelling"
        ? shipping.handedOver(parcel, now(), now())
        : shipping.pickedUp(parcel, { carrier: "Swift", trackingNumber: "1" }, now());
    parcels.set(key, step.parcel);
    say("shipping", step.events);
    return step.events.length > 0;
  };
  const end = (key: string, why: "cancel" | "clock") => {
    const order = known.get(key);
    if (order === undefined) return;
    const decision =
      why === "cancel"
        ? orders.cancel(order)
        : { ok: true as const, events: orders.timeOut(order, patience, new Date(clock + 1e9)) };
    if (!decision.ok) return;
    known.set(
      key,
      decision.events.reduce<orders.Order>((state, event) => orders.evolve(state, event, now()), order),
    );
    say("order", decision.events);
  };
  const placeOrder = (orderId: string, customerId: string, items: orders.PlaceOrder["items"]) => {
    const placement = orders.place(
      { orderId, customerId, email: "a@b.example", items, shippingAddress: address },
      products,
    );
    if (!placement.ok) throw new Error(placement.refusal.code);
    known.set(orderId, orders.begin(placement.created.data, now()));
    say("order", [placement.created]);
  };
  const settle = () => {
    while (lanes().some((lane) => deliver(lane)) || [...parcels.keys()].some(carry));
  };
  return { known, shelves, accounts, parcels, logs, offsets, lanes, deliver, carry, end, placeOrder, settle };
}

const wish = fc.record({
  customerId: fc.constantFrom("alice", "bob", "nobody"),
  items: fc.uniqueArray(
    fc.record({ productId: fc.constantFrom(...Object.keys(prices)), quantity: fc.integer({ min: 1, max: 3 }) }),
    { minLength: 1, maxLength: 2, selector: ({ productId }) => productId },
  ),
});
const move = fc.record({
  what: fc.oneof(
    { weight: 12, arbitrary: fc.constant("deliver" as const) },
    { weight: 3, arbitrary: fc.constant("carry" as const) },
    fc.constantFrom("again", "cancel", "clock"),
  ),
  which: fc.nat(1_000),
});

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

test("whatever crosses, doubles or is late: stock and money are conserved, and every order ends exactly once", () => {
  const ends = { DELIVERED: 0, OUT_OF_STOCK: 0, PAYMENT_FAILED: 0, CUSTOMER_REQUEST: 0, TIMEOUT: 0 };
  fc.assert(
    fc.property(fc.array(wish, { minLength: 1, maxLength: 5 }), fc.array(move, { maxLength: 120 }), (wishes, moves) => {
      const world = shop();
      const keys = wishes.map((_, index) => `order-${index}`);
      for (const [index, { customerId, items }] of wishes.entries())
        world.placeOrder(`order-${index}`, customerId, items);
      for (const { what, which } of moves) {
        const key = keys[which % keys.length] ?? "";
        const lanes = world
          .lanes()
          .filter((lane) => what === "again" || (world.offsets.get(lane.lane) ?? 0) < lane.facts.length);
        const lane = lanes[which % Math.max(1, lanes.length)];
        if (what === "carry") world.carry(key);
        else if (what === "cancel" || what === "clock") world.end(key, what);
        else if (lane) world.deliver(lane, what === "again");
      }
      world.settle();

      for (const { lane, facts } of world.lanes()) expect(world.offsets.get(lane)).toBe(facts.length);
      const delivered = [...world.known.values()].filter(({ status }) => status === "DELIVERED");
      for (const [productId, pieces] of Object.entries(firstStock)) {
        const sold = sum(
          delivered.flatMap(({ placed }) =>
            placed.items.filter((item) => item.productId === productId).map(({ quantity }) => quantity),
          ),
        );
        expect(world.shelves.get(productId)).toEqual({ productId, available: pieces - sold, reserved: sold });
      }
      const spent = sum(delivered.map(({ placed }) => placed.total.amount));
      const left = sum([...world.accounts.values()].map(({ balance }) => balance.amount));
      expect(left + spent).toBe(sum(Object.values(firstBalances)));
      for (const [key, order] of world.known) {
        const said = world.logs.get(`order ${key}`)?.facts.map(({ event }) => event) ?? [];
        const last = said.filter((event) => event === "OrderDelivered.v1" || event === "OrderCancelled.v1");
        expect(last).toEqual([said.at(-1)]);
        expect(["delivered", "stopped", "coming back", undefined]).toContain(world.parcels.get(key)?.state);
        expect(world.parcels.get(key)?.state === "delivered").toBe(order.status === "DELIVERED");
        ends[order.reason ?? "DELIVERED"] += 1;
      }
    }),
    { numRuns: 400 },
  );
  // The property holds for all ends only if all of them were met.
  for (const times of Object.values(ends)) expect(times).toBeGreaterThan(10);
});
