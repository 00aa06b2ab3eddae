import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../torture/random.ts";
import { hasEnded, type Books, type Ledger, type Placing, type Shelf } from "./ledger.ts";
import { demand, type Shop } from "./shop.ts";

const address = { name: "L. Oad", line1: "1 Long Road", city: "Lyon", postalCode: "69003", country: "FR" };
const RICH = ["ada", "bea", "cid", "dan", "eve", "fay"] as const;
const POOR = "gus";
const PLENTY = ["ceramic-mug", "paper-filters-100", "espresso-beans-1kg", "hand-grinder"] as const;
/** Never topped up, so that an order may ask for more than there is. */
const SCARCE = "espresso-machine";
const MOST_PIECES = 1_000;
/** Statuses at which a customer may change their mind. */
const STAGES = ["CREATED", "PAID", "CONFIRMED", "SHIPPED", "DELIVERED"] as const;
const MOST_AT_ONCE = 200;

export interface Run {
  readonly shop: Shop;
  readonly ledger: Ledger;
  readonly random: Random;
  /** Makes the accounts and keys of this run its own. */
  readonly name: string;
}

const accountOf = (run: Run, customer: string): string => `load-${run.name}-${customer}`;

/** Opens the accounts and fills the shelves for so many orders; gives the books as they then stand. */
export async function furnish(run: Run, orders: number): Promise<Books> {
  const { shop } = run;
  const deposit = { amount: 200_000 * orders + 1, currency: "EUR" };
  for (const customer of RICH) {
    const path = `/accounts/${accountOf(run, customer)}/deposits`;
    const headers = { "idempotency-key": `load-${run.name}-${customer}` };
    demand(await shop.ask("POST", path, deposit, headers), 201, path);
  }
  for (const productId of PLENTY) {
    const { available } = demand<Shelf>(await shop.ask("GET", `/stock/${productId}`), 200, `GET /stock/${productId}`);
    const wanted = { available: available + 4 * orders };
    demand(await shop.ask("PUT", `/stock/${productId}`, wanted), 200, `PUT /stock/${productId}`);
  }
  return readBooks(run);
}

/** Stock of what this load orders, and the balances of its customers. */
export async function readBooks(run: Run): Promise<Books> {
  const shelves = demand<readonly Shelf[]>(await run.shop.ask("GET", "/stock"), 200, "GET /stock");
  const balances = new Map<string, number>();
  for (const customer of RICH) {
    const account = accountOf(run, customer);
    const told = demand<{ balance: { amount: number } }>(
      await run.shop.ask("GET", `/accounts/${account}`),
      200,
      `GET /accounts/${account}`,
    );
    balances.set(account, told.balance.amount);
  }
  const known: readonly string[] = [...PLENTY, SCARCE];
  return { shelves: shelves.filter(({ productId }) => known.includes(productId)), balances };
}

function draw(run: Run, random: Random, scarce: number): Placing {
  const wish = random.chance(0.1) ? "no money" : random.chance(0.1) && scarce < MOST_PIECES ? "out of stock" : "pay";
  const lines = new Map<string, number>([[random.pick(PLENTY), random.between(1, 3)]]);
  if (random.chance(0.3)) lines.set(random.pick(PLENTY), 1);
  if (wish === "out of stock") lines.set(SCARCE, scarce + 1);
  return {
    wish,
    customerId: accountOf(run, wish === "no money" ? POOR : random.pick(RICH)),
    items: [...lines].map(([productId, quantity]) => ({ productId, quantity })),
    orderIds: [],
    ...(random.chance(0.2) ? { cancelAt: random.pick(STAGES) } : {}),
  };
}

async function submit({ shop, ledger }: Run, placing: Placing, key: string): Promise<void> {
  const { customerId, items } = placing;
  const body = { customerId, email: `${customerId}@load.example`, items, shippingAddress: address };
  const began = performance.now();
  const { status, body: told } = await shop.ask("POST", "/orders", body, { "idempotency-key": key });
  placing.answeredMs ??= performance.now() - began;
  const { orderId } = (told ?? {}) as { orderId?: string };
  if (status === 201 && orderId !== undefined) placing.orderIds.push(orderId);
  else ledger.refusals.push(`POST /orders was answered with ${status}: ${JSON.stringify(told)}`);
}

/** Waits for the wanted status (or a later one) and asks to cancel. */
async function cancel(run: Run, placing: Placing, orderId: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    placing.seen = await run.shop.order(orderId);
    if (placing.seen.timeline.some(({ status }) => status === placing.cancelAt)) break;
    if (hasEnded(placing)) {
      placing.cancel = "missed";
      return;
    }
    await delay(250, undefined, { signal });
  }
  const { status, body } = await run.shop.ask("POST", `/orders/${orderId}/cancel`);
  if (status === 202) placing.cancel = "granted";
  else if (status === 409) placing.cancel = "too late";
  else run.ledger.refusals.push(`cancelling ${orderId} was answered with ${status}: ${JSON.stringify(body)}`);
}

async function visit(run: Run, placing: Placing, key: string, times: number, giveUp: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: times }, () => submit(run, placing, key)));
  const [orderId] = placing.orderIds;
  if (orderId !== undefined && placing.cancelAt !== undefined) await cancel(run, placing, orderId, giveUp);
}

/**
 * Places the orders at about `rate` a second until they are placed or `stop` says so; waits for their customers. Answers
 * how many seconds the placing took.
 */
export async function placeOrders(
  run: Run,
  { orders, rate, scarce }: { readonly orders: number; readonly rate: number; readonly scarce: number },
  stop: AbortSignal,
  giveUp: AbortSignal,
): Promise<number> {
  const visits = new Set<Promise<void>>();
  const began = performance.now();
  for (let number = 0; number < orders && !stop.aborted; number += 1) {
    const due = began + (number * 1_000) / rate - performance.now();
    if (due > 0) await delay(due, undefined, { signal: stop }).catch(() => undefined);
    while (visits.size >= MOST_AT_ONCE) await Promise.race(visits);
    if (stop.aborted) break;
    const random = run.random.fork(`customer ${number}`);
    const placing = draw(run, random, scarce);
    const times = random.chance(0.1) ? 3 : 1;
    run.ledger.placings.push(placing);
    const one = visit(run, placing, `load-${run.name}-${number}`, times, giveUp)
      .catch((error: unknown) => {
        run.ledger.refusals.push(error instanceof Error ? error.message : String(error));
      })
      .finally(() => visits.delete(one));
    visits.add(one);
  }
  const seconds = (performance.now() - began) / 1_000;
  await Promise.all(visits);
  return seconds;
}

/** Looks at the orders that have not ended, the oldest first, until all have or none has moved for `patienceMs`. */
export async function watchOrders({ shop, ledger }: Run, isPlacing: () => boolean, patienceMs: number): Promise<void> {
  let moved = performance.now();
  for (;;) {
    const open = ledger.placings.filter((placing) => placing.orderIds.length > 0 && !hasEnded(placing));
    if (open.length === 0 && !isPlacing()) return;
    if (isPlacing()) moved = performance.now();
    else if (performance.now() - moved > patienceMs) return;
    for (const placing of open.slice(0, 50)) {
      const before = placing.seen?.status;
      placing.seen = await shop.order(placing.orderIds[0] ?? "");
      if (placing.seen.status !== before) moved = performance.now();
      // The oldest still wait, so the younger do as well.
      if (isPlacing() && !hasEnded(placing)) break;
    }
    await delay(250);
  }
}
