import { setTimeout as delay } from "node:timers/promises";
import type { Ledger, Placing, Wish } from "./ledger.ts";
import type { Random } from "./random.ts";

/** Where customers knock; several urls are instances of one service. */
export interface Doors {
  readonly order: readonly [string, ...string[]];
  readonly payment: readonly [string, ...string[]];
  readonly inventory: readonly [string, ...string[]];
}

export interface Customers {
  /** Stops ordering; resolves when everybody has an answer, or after `seconds`. */
  leave(seconds: number): Promise<void>;
  readonly failedTries: number;
}

const RICH = ["ada", "bea", "cid", "dan", "eve", "fay"] as const;
const POOR = ["gus", "hal"] as const;
const PLENTY = ["ceramic-mug", "paper-filters-100", "espresso-beans-1kg", "hand-grinder"] as const;
/** Hardly there at all. */
const SCARCE = "espresso-machine";
const MOST_AT_ONCE = 60;

const address = { name: "A. Customer", line1: "1 Long Road", city: "Lyon", postalCode: "69003", country: "FR" };
const eur = (amount: number) => ({ amount, currency: "EUR" });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One try. Undefined: no answer, or one that asks to come again. */
async function ask(url: string, init: RequestInit): Promise<Answer | undefined> {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(8_000) });
    const text = await answer.text();
    if (answer.status >= 500 || answer.status === 429) return undefined;
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const json = (body: unknown, key: string, method = "POST"): RequestInit => ({
  method,
  headers: { "content-type": "application/json", "idempotency-key": key },
  body: JSON.stringify(body),
});

/** Opens the accounts and fills the shelves. The shop must be ready. */
export async function furnish(doors: Doors, ledger: Ledger): Promise<void> {
  const demand = async (url: string, init: RequestInit): Promise<void> => {
    const answer = await ask(url, init);
    if (answer === undefined || answer.status >= 300) throw new Error(`${url} answered ${JSON.stringify(answer)}`);
  };
  for (const [index, account] of [...RICH, ...POOR].entries()) {
    const amount = index < RICH.length ? 500_000_000 : 300;
    await demand(`${doors.payment[0]}/accounts/${account}/deposits`, json(eur(amount), `open-${account}`));
    ledger.deposits.set(account, amount);
  }
  for (const productId of PLENTY) {
    await demand(`${doors.inventory[0]}/stock/${productId}`, json({ available: 100_000 }, "stock", "PUT"));
    ledger.stock.set(productId, 100_000);
  }
  await demand(`${doors.inventory[0]}/stock/${SCARCE}`, json({ available: 3 }, "stock", "PUT"));
  ledger.stock.set(SCARCE, 3);
}

function draw(random: Random, number: number, prefix: string): Placing {
  const wish = random.chance(0.12) ? "no money" : random.chance(0.12) ? "out of stock" : ("pay" satisfies Wish);
  const lines = new Map<string, number>([[random.pick(PLENTY), random.between(1, 3)]]);
  if (random.chance(0.3)) lines.set(random.pick(PLENTY), 1);
  if (wish === "out of stock") lines.set(SCARCE, 2);
  return {
    key: `${prefix}-${number}`,
    wish,
    customerId: wish === "no money" ? random.pick(POOR) : random.pick(RICH),
    items: [...lines].map(([productId, quantity]) => ({ productId, quantity })),
    orderIds: new Set(),
    submissions: 0,
  };
}

type Insist = (urls: readonly [string, ...string[]], path: string, init: RequestInit) => Promise<Answer>;

/** What one customer does in the shop. */
function habits(doors: Doors, ledger: Ledger, random: Random, insist: Insist) {
  const submit = async (placing: Placing): Promise<string | undefined> => {
    placing.submissions += 1;
    const { customerId, items, key } = placing;
    const body = { customerId, email: `${customerId}@customers.example`, items, shippingAddress: address };
    const doorsOf = random.chance(0.5) ? doors.order : (doors.order.toReversed() as [string, ...string[]]);
    const { status, body: told } = await insist(doorsOf, "/orders", json(body, key));
    const { orderId } = (told ?? {}) as { orderId?: string };
    if (status === 201 && orderId !== undefined) placing.orderIds.add(orderId);
    else ledger.refusals.push(`POST /orders under ${key}: ${status} ${JSON.stringify(told)}`);
    return orderId;
  };
  const cancel = async (placing: Placing, orderId: string): Promise<void> => {
    placing.cancel = "asked";
    const { status, body } = await insist(doors.order, `/orders/${orderId}/cancel`, { method: "POST" });
    if (status === 202) placing.cancel = "granted";
    else if (status === 409) placing.cancel = "too late";
    else ledger.refusals.push(`cancelling ${orderId}: ${status} ${JSON.stringify(body)}`);
  };
  return {
    deposit: async (account: string, number: number): Promise<void> => {
      const path = `/accounts/${account}/deposits`;
      const { status, body } = await insist(doors.payment, path, json(eur(10_000), `deposit-${number}`));
      if (status === 201) ledger.deposits.set(account, (ledger.deposits.get(account) ?? 0) + 10_000);
      else ledger.refusals.push(`deposit ${number}: ${status} ${JSON.stringify(body)}`);
    },
    order: async (number: number, own: Random): Promise<void> => {
      const placing = draw(own, number, "order");
      ledger.placings.push(placing);
      const times = own.chance(0.1) ? 3 : 1;
      const wantsCancel = own.chance(0.15);
      const thinkingMs = own.between(0, 2_500);
      const [orderId] = await Promise.all(Array.from({ length: times }, () => submit(placing)));
      if (!wantsCancel || orderId === undefined) return;
      await delay(thinkingMs);
      await cancel(placing, orderId);
    },
  };
}

/** Orders arrive at about `rate` a second until `leave`. Whoever gets no answer asks again under the same key. */
export function startCustomers(doors: Doors, ledger: Ledger, random: Random, rate: number): Customers {
  const open = new AbortController();
  const patience = new AbortController();
  const visits = new Set<Promise<void>>();
  let failedTries = 0;
  const { deposit, order } = habits(doors, ledger, random.fork("doors"), async (urls, path, init) => {
    for (let tries = 0; ; tries += 1) {
      const answer = await ask((urls[tries % urls.length] ?? urls[0]) + path, init);
      if (answer !== undefined) return answer;
      failedTries += 1;
      await delay(Math.min(2_000, 200 + tries * 100), undefined, { signal: patience.signal });
    }
  });
  const arrive = async (): Promise<void> => {
    for (let number = 1; !open.signal.aborted; number += 1) {
      await delay((500 + random.next() * 1_000) / rate);
      if (visits.size >= MOST_AT_ONCE) continue;
      const own = random.fork(`customer ${number}`);
      const visit = (own.chance(0.05) ? deposit(own.pick(RICH), number) : order(number, own))
        .catch((error: unknown) => {
          // Who gave up waiting is unanswered, which the judge knows how to take.
          if (!patience.signal.aborted) ledger.refusals.push(String(error));
        })
        .finally(() => visits.delete(visit));
      visits.add(visit);
    }
    await Promise.all(visits);
  };
  const arrivals = arrive();
  return {
    get failedTries() {
      return failedTries;
    },
    leave: async (seconds) => {
      open.abort();
      const late = setTimeout(() => patience.abort(), seconds * 1_000);
      await arrivals;
      clearTimeout(late);
    },
  };
}
