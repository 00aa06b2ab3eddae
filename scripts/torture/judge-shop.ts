import type { Ledger, Placing } from "./ledger.ts";
import { eventsOf } from "./judge-delivery.ts";
import type { LogRecord, Observation } from "./observe.ts";
import { findingOf, type Finding } from "./verdict.ts";

export type End = "DELIVERED" | "CANCELLED";

const TERMINAL = new Map<string, End>([
  ["OrderDelivered.v1", "DELIVERED"],
  ["OrderCancelled.v1", "CANCELLED"],
]);

/** What was said of each order, in the order of its sequence. */
export function storiesOf(log: readonly LogRecord[]): ReadonlyMap<string, readonly LogRecord[]> {
  const ofOrders = eventsOf(log).filter(({ topic }) => topic === "order-events");
  return new Map(
    [...Map.groupBy(ofOrders, ({ key }) => key)].map(([key, story]) => [
      key,
      story.toSorted((a, b) => a.sequence - b.sequence),
    ]),
  );
}

/** How each order ended, as far as it did. */
export const endsOf = (log: readonly LogRecord[]): ReadonlyMap<string, End | undefined> =>
  new Map([...storiesOf(log)].map(([orderId, story]) => [orderId, TERMINAL.get(story.at(-1)?.event ?? "")]));

function ordersAreKept({ placings, refusals }: Ledger, { orders }: Observation): Finding {
  return findingOf("an accepted order exists, one for each Idempotency-Key", (broken) => {
    const accepted = new Set<string>();
    let unanswered = 0;
    for (const { key, orderIds } of placings) {
      if (orderIds.size > 1) broken(`key ${key} made ${orderIds.size} orders: ${[...orderIds].join(", ")}`);
      if (orderIds.size === 0) unanswered += 1;
      for (const orderId of orderIds) {
        if (accepted.has(orderId)) broken(`order ${orderId} answers to two keys`);
        if (!orders.has(orderId)) broken(`order ${orderId} was accepted and does not exist`);
        accepted.add(orderId);
      }
    }
    const strangers = [...orders].filter((orderId) => !accepted.has(orderId));
    // Who never heard an answer may have an order, and not more than one.
    if (strangers.length > unanswered)
      broken(`${strangers.length} orders that nobody placed, ${strangers.slice(0, 5).join(", ")}`);
    for (const refusal of refusals) broken(refusal);
    return accepted.size;
  });
}

function ordersEndOnce({ log, orders }: Observation): Finding {
  return findingOf("every order is in a terminal state, entered once", (broken) => {
    const stories = storiesOf(log);
    for (const orderId of orders) {
      const story = stories.get(orderId) ?? [];
      const ends = story.filter(({ event }) => TERMINAL.has(event));
      if (ends.length !== 1 || ends[0] !== story.at(-1))
        broken(`order ${orderId}: ${story.map(({ event }) => event).join(", ") || "nothing was said of it"}`);
      if (story[0]?.event !== "OrderCreated.v2") broken(`order ${orderId} begins with ${story[0]?.event}`);
    }
    return orders.size;
  });
}

function faultOf(placing: Placing, end: End | undefined, reason: unknown): string | undefined {
  const { wish, cancel } = placing;
  if (cancel === "granted" && end !== "CANCELLED") return `its cancellation was granted, and it is ${end}`;
  if (cancel === "too late" && end !== "DELIVERED") return `it was too late to cancel it, and it is ${end}`;
  if (wish !== "pay" && end === "DELIVERED" && wish === "no money")
    return "its customer could not pay, and it was delivered";
  if (reason === "CUSTOMER_REQUEST" && cancel === undefined) return "its customer is said to have cancelled it";
  if (wish === "pay" && cancel === undefined && end === "CANCELLED" && reason !== "TIMEOUT")
    return `nothing stood in its way, and it was cancelled: ${String(reason)}`;
  return undefined;
}

function endsFit({ placings }: Ledger, { log }: Observation): Finding {
  return findingOf("every order ends as its customer was told", (broken) => {
    const stories = storiesOf(log);
    for (const placing of placings) {
      for (const orderId of placing.orderIds) {
        const last = stories.get(orderId)?.at(-1);
        const fault = faultOf(placing, TERMINAL.get(last?.event ?? ""), last?.data["reason"]);
        if (fault !== undefined) broken(`order ${orderId}: ${fault}`);
      }
    }
    return placings.length;
  });
}

function stockIsConserved({ stock }: Ledger, { log, shelves, reservations }: Observation): Finding {
  return findingOf("stock is conserved", (broken) => {
    const ends = endsOf(log);
    const sold = new Map<string, number>();
    for (const { orderId, status, lines } of reservations) {
      if ((status === "RESERVED") !== (ends.get(orderId) === "DELIVERED"))
        broken(`order ${orderId} is ${ends.get(orderId)}, its goods are ${status}`);
      if (status !== "RESERVED") continue;
      for (const { productId, quantity } of lines) sold.set(productId, (sold.get(productId) ?? 0) + quantity);
    }
    for (const { productId, available, reserved } of shelves) {
      const put = stock.get(productId);
      if (put !== undefined && available + reserved !== put)
        broken(`${productId}: ${put} were put there, ${available} + ${reserved} are`);
      if (reserved !== (sold.get(productId) ?? 0))
        broken(`${productId}: ${reserved} are set aside, orders have ${sold.get(productId) ?? 0}`);
    }
    return reservations.length;
  });
}

function moneyIsConserved({ deposits }: Ledger, { log, payments, entries }: Observation): Finding {
  return findingOf("money is conserved", (broken) => {
    const ends = endsOf(log);
    for (const { orderId, status } of payments) {
      if ((status === "COMPLETED") !== (ends.get(orderId) === "DELIVERED"))
        broken(`order ${orderId} is ${ends.get(orderId)}, its payment is ${status}`);
    }
    const movements = Map.groupBy(
      entries.filter(({ orderId }) => orderId !== undefined),
      ({ orderId }) => orderId,
    );
    for (const [orderId, all] of movements) {
      const sum = all.reduce((total, { type, amount }) => total + (type === "Withdrawn.v1" ? -amount : amount), 0);
      const taken = all.filter(({ type }) => type === "Withdrawn.v1").length;
      const delivered = ends.get(orderId ?? "") === "DELIVERED";
      if (taken !== 1 || all.length !== (delivered ? 1 : 2) || sum < 0 !== delivered)
        broken(`order ${orderId}: ${all.map(({ type, amount }) => `${type} ${amount}`).join(", ")}`);
    }
    for (const [account, amount] of deposits) {
      const own = entries.filter((entry) => entry.account === account && entry.orderId === undefined);
      const paidIn = own.reduce((sum, entry) => sum + entry.amount, 0);
      if (paidIn !== amount) broken(`${account}: ${amount} were paid in and acknowledged, the account has ${paidIn}`);
    }
    return entries.length;
  });
}

function parcelsFit({ log, parcels }: Observation): Finding {
  return findingOf("a parcel is delivered if and only if its order is", (broken) => {
    const ends = endsOf(log);
    const states = new Map(parcels.map(({ orderId, state }) => [orderId, state]));
    for (const [orderId, end] of ends) {
      if ((states.get(orderId) === "delivered") !== (end === "DELIVERED"))
        broken(`order ${orderId} is ${end}, its parcel is ${states.get(orderId) ?? "not there"}`);
    }
    return parcels.length;
  });
}

/** Letters leave by SMTP, outside every transaction: once, or twice when a process died in between. */
const MOST_TELLINGS = 3;

function lettersAreSent({ log, letters }: Observation, taken: ReadonlyMap<string, number>): Finding {
  return findingOf("every letter is written once and sent, at most again after a crash", (broken) => {
    const written = Map.groupBy(letters, ({ orderId }) => orderId);
    for (const [orderId, end] of endsOf(log)) {
      const wanted =
        end === "DELIVERED"
          ? ["ORDER_DELIVERED", "ORDER_RECEIVED", "ORDER_SHIPPED"]
          : ["ORDER_CANCELLED", "ORDER_RECEIVED"];
      const found = (written.get(orderId) ?? []).map(({ template }) => template).toSorted();
      if (found.join() !== wanted.join()) broken(`order ${orderId} is ${end}, its letters are ${found.join(", ")}`);
    }
    const known = new Set(letters.map(({ messageId }) => messageId));
    for (const messageId of known) if (!taken.has(messageId)) broken(`letter ${messageId} never left`);
    for (const [messageId, times] of taken) {
      if (!known.has(messageId)) broken(`letter ${messageId} left and is not known`);
      if (times > MOST_TELLINGS) broken(`letter ${messageId} left ${times} times`);
    }
    return letters.length;
  });
}

/** What the shop promises its customers, judged by what they were told and what is left. Pure. */
export const judgeShop = (
  ledger: Ledger,
  seen: Observation,
  taken: ReadonlyMap<string, number>,
): readonly Finding[] => [
  ordersAreKept(ledger, seen),
  ordersEndOnce(seen),
  endsFit(ledger, seen),
  stockIsConserved(ledger, seen),
  moneyIsConserved(ledger, seen),
  parcelsFit(seen),
  lettersAreSent(seen, taken),
];
