import {
  book,
  decide,
  deposit,
  evolve,
  type Account,
  type Heard,
  type Payment,
  type Said,
  type State,
} from "../../src/domain.ts";
import { orderCreated } from "../../src/upcasters.ts";

export const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
/** A valid order id for each letter of the alphabet. */
export const orderOf = (letter: string): string => `${orderId.slice(0, -2)}${letter.charCodeAt(0).toString(16)}`;

export const eur = (amount: number) => ({ amount, currency: "EUR" });

/** News about an order of a customer who pays from the account of the same id. */
export const news = {
  created: (amount: number, customerId = "alice", id = orderId, currency = "EUR"): Heard => ({
    event: "OrderCreated.v2",
    data: {
      orderId: id,
      customerId,
      email: `${customerId}@example.com`,
      items: [{ productId: "ceramic-mug", name: "Ceramic mug", quantity: 1, unitPrice: { amount, currency } }],
      total: { amount, currency },
      shippingAddress: { name: "Alice", line1: "12 Rue des Lilas", city: "Lyon", postalCode: "69003", country: "FR" },
    },
  }),
  createdLongAgo: (totalPrice: number, customerId = "alice", id = orderId): Heard => ({
    event: "OrderCreated.v2",
    data: orderCreated.upcast({
      orderId: id,
      customerId,
      items: [{ productId: "ceramic-mug", quantity: 1 }],
      totalPrice,
    }),
  }),
  reserved: (id = orderId): Heard => ({
    event: "InventoryReserved.v1",
    data: { orderId: id, items: [{ productId: "ceramic-mug", quantity: 1 }] },
  }),
  cancelled: (customerId = "alice", id = orderId): Heard => ({
    event: "OrderCancelled.v1",
    data: {
      orderId: id,
      customerId,
      email: `${customerId}@example.com`,
      reason: "CUSTOMER_REQUEST",
      previousStatus: "CREATED",
    },
  }),
};

/** A cash desk in memory, run by the same rules as the real one. */
export interface CashDesk {
  readonly accounts: Map<string, Account>;
  readonly payments: Map<string, Payment>;
  /** Everything said so far, oldest first. */
  readonly said: Said[];
  /** What is said in answer; undefined when it waits. */
  hear(heard: Heard): readonly Said[] | undefined;
  payIn(accountId: string, amount: number): void;
}

/** A cash desk whose accounts were opened with so many euro cents. */
export function cashDesk(balances: Readonly<Record<string, number>>): CashDesk {
  const accounts = new Map<string, Account>();
  const payments = new Map<string, Payment>();
  const all: Said[] = [];
  const desk: CashDesk = {
    accounts,
    payments,
    said: all,
    hear(heard) {
      const id = heard.data.orderId;
      const payment = payments.get(id);
      const accountId = payment && payment.status !== "CANCELLED" ? payment.accountId : "";
      const state: State = { payment, account: accounts.get(accountId) };
      const said = decide(state, heard);
      if (said === undefined) return undefined;
      const after = [heard, ...said].reduce(evolve, state);
      if (after.payment) payments.set(id, after.payment);
      if (after.account) accounts.set(after.account.accountId, after.account);
      all.push(...said);
      return said;
    },
    payIn(accountId, amount) {
      const decision = deposit(accounts.get(accountId), accountId, eur(amount));
      for (const event of decision.ok ? decision.events : []) {
        if (event.event === "Deposited.v1") accounts.set(accountId, book(accounts.get(accountId), event));
        all.push(event);
      }
    },
  };
  for (const [accountId, amount] of Object.entries(balances)) desk.payIn(accountId, amount);
  return desk;
}
