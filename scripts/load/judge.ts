import { hasEnded, type Books, type Ledger, type Placing } from "./ledger.ts";

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const isDelivered = ({ seen }: Placing): boolean => seen?.status === "DELIVERED";

function faultOf(placing: Placing): string | undefined {
  const { wish, seen, cancel, orderIds } = placing;
  const name = `order ${orderIds[0]}`;
  if (new Set(orderIds).size > 1)
    return `one Idempotency-Key made ${new Set(orderIds).size} orders: ${orderIds.join(", ")}`;
  if (seen === undefined) return `${name} was accepted and never seen`;
  if (!hasEnded(placing)) return `${name} is still ${seen.status}`;
  const end = [seen.status, seen.reason].filter(Boolean).join(" ");
  if (cancel === "granted" && seen.status !== "CANCELLED")
    return `${name}: its cancellation was granted, and it is ${end}`;
  if (cancel === "too late" && seen.status !== "DELIVERED")
    return `${name}: it was too late to cancel, and it is ${end}`;
  const reasons = {
    pay: [...(cancel === "granted" ? ["CUSTOMER_REQUEST"] : []), "TIMEOUT"],
    "no money": ["PAYMENT_FAILED", "CUSTOMER_REQUEST", "TIMEOUT"],
    "out of stock": ["OUT_OF_STOCK", "CUSTOMER_REQUEST", "TIMEOUT"],
  }[wish];
  if (seen.status === "DELIVERED") return wish === "pay" ? undefined : `${name} (${wish}) was delivered`;
  return reasons.includes(seen.reason ?? "") ? undefined : `${name} (${wish}) is ${end}`;
}

function stockFaults(placings: readonly Placing[], before: Books, after: Books): string[] {
  const lines = placings.filter(isDelivered).flatMap(({ seen }) => seen?.items ?? []);
  return before.shelves.flatMap(({ productId, available, reserved }) => {
    const sold = sum(lines.filter((line) => line.productId === productId).map(({ quantity }) => quantity));
    const now = after.shelves.find((shelf) => shelf.productId === productId);
    if (now?.available === available - sold && now.reserved === reserved + sold) return [];
    const is = now === undefined ? "gone" : `${now.available} free and ${now.reserved} set aside`;
    return `${productId}: ${available} free and ${reserved} set aside before, ${sold} delivered, ${is} now`;
  });
}

function moneyFaults(placings: readonly Placing[], before: Books, after: Books): string[] {
  const delivered = placings.filter(isDelivered);
  return [...before.balances].flatMap(([account, balance]) => {
    const own = delivered.filter(({ customerId }) => customerId === account);
    const spent = sum(own.map(({ seen }) => seen?.total.amount ?? 0));
    const now = after.balances.get(account);
    return now === balance - spent ? [] : `${account}: ${balance} before, ${spent} spent, ${now} now`;
  });
}

/** What does not add up; empty when all does. Says of the books only what holds when nobody else uses the shop. */
export const judge = ({ placings, refusals }: Ledger, before: Books, after: Books): readonly string[] => [
  ...refusals,
  ...placings.flatMap((placing) => faultOf(placing) ?? []),
  ...booksFaults(placings, before, after),
];

/** Stock and money only: the last refunds and releases follow the end of their order. */
export const booksFaults = (placings: readonly Placing[], before: Books, after: Books): readonly string[] => [
  ...stockFaults(placings, before, after),
  ...moneyFaults(placings, before, after),
];
