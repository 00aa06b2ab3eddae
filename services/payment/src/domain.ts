/**
 * The rule book of the cash desk.
 *
 * An account is the list of its deposits and withdrawals; its balance is their sum and never below zero. An order is
 * charged at most once, when its goods are set aside, and refunded at most once, when it is cancelled. An order that was
 * cancelled before it was charged is never charged.
 */
import { deposited, paymentCompleted, paymentFailed, paymentRefunded, withdrawn } from "@shop/events";
import type { EventData, NewEvent, Receives, Sends } from "@shop/events";

type Data<K extends keyof EventData> = EventData[K];
type Told<Names extends keyof EventData> = { [K in Names]: { readonly event: K; readonly data: Data<K> } }[Names];

/** What the cash desk tells the world. */
export type Said = NewEvent<Sends["payment"]>;
/** What is handled; `upcasters.ts` makes the newest version of the rest. */
export type Handled = Exclude<Receives["payment"], "OrderCreated.v1">;
/** What the world tells the cash desk. */
export type Heard = Told<Handled>;
type Fact = Told<Handled | Sends["payment"]>;
/** What an account is made of. */
export type Entry = Told<"Deposited.v1" | "Withdrawn.v1">;

export type Money = Data<"PaymentCompleted.v1">["amount"];

export interface Account {
  readonly accountId: string;
  readonly balance: Money;
}

/** What became of one order here. */
export type Payment =
  | {
      readonly status: "EXPECTED" | "COMPLETED" | "FAILED" | "REFUNDED";
      readonly accountId: string;
      readonly amount: Money;
    }
  | { readonly status: "CANCELLED" };

/** All that matters for one order: what became of it so far, and the account that pays for it. */
export interface State {
  readonly payment: Payment | undefined;
  readonly account: Account | undefined;
}

export type Refusal =
  | { readonly code: "CURRENCY_MISMATCH"; readonly currency: string }
  | { readonly code: "BALANCE_TOO_HIGH"; readonly highest: number };

export type Decision =
  | { readonly ok: true; readonly events: readonly Said[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** No deposit lifts a balance above this many minor units. Room is left above it, because a refund is never refused. */
export const HIGHEST_BALANCE = 1_000_000_000_000_000;

/** The holder pays in. The first deposit opens the account and decides its currency. */
export function deposit(account: Account | undefined, accountId: string, amount: Money): Decision {
  const balance = account?.balance ?? { amount: 0, currency: amount.currency };
  if (balance.currency !== amount.currency) return refuse({ code: "CURRENCY_MISMATCH", currency: balance.currency });
  if (balance.amount + amount.amount > HIGHEST_BALANCE) {
    return refuse({ code: "BALANCE_TOO_HIGH", highest: HIGHEST_BALANCE });
  }
  return { ok: true, events: [deposited({ accountId, amount, reason: "DEPOSIT" })] };
}

/** The events to say; undefined when something must be heard first. */
export function decide({ payment, account }: State, heard: Heard): readonly Said[] | undefined {
  switch (heard.event) {
    case "OrderCreated.v2":
      return [];
    case "InventoryReserved.v1":
      if (payment === undefined) return undefined;
      return payment.status === "EXPECTED" ? charge(heard.data.orderId, payment, account) : [];
    case "OrderCancelled.v1":
      return payment?.status === "COMPLETED" ? refund(heard.data.orderId, payment, heard.data.reason) : [];
  }
}

/** The state after one more fact, heard or said. */
export function evolve(state: State, fact: Fact): State {
  switch (fact.event) {
    case "OrderCreated.v2": {
      // The customer pays from the account of the same id.
      const { customerId: accountId, total: amount } = fact.data;
      return state.payment ? state : { ...state, payment: { status: "EXPECTED", accountId, amount } };
    }
    case "InventoryReserved.v1":
      return state;
    case "OrderCancelled.v1":
      if (state.payment && state.payment.status !== "EXPECTED") return state;
      return { ...state, payment: { status: "CANCELLED" } };
    case "PaymentCompleted.v1":
      return { ...state, payment: { status: "COMPLETED", ...owed(fact.data) } };
    case "PaymentFailed.v1":
      return { ...state, payment: { status: "FAILED", ...owed(fact.data) } };
    case "PaymentRefunded.v1":
      return { ...state, payment: { status: "REFUNDED", ...owed(fact.data) } };
    case "Deposited.v1":
    case "Withdrawn.v1":
      return { ...state, account: book(state.account, fact) };
  }
}

/** The account after one more entry. */
export function book(account: Account | undefined, { event, data }: Entry): Account {
  const { accountId, amount } = data;
  const before = account?.balance.amount ?? 0;
  const after = event === "Deposited.v1" ? before + amount.amount : before - amount.amount;
  return { accountId, balance: { amount: after, currency: amount.currency } };
}

type Owed = { readonly accountId: string; readonly amount: Money };

const owed = ({ accountId, amount }: Owed): Owed => ({ accountId, amount });

function charge(orderId: string, { accountId, amount }: Owed, account: Account | undefined): readonly Said[] {
  const fail = (reason: Data<"PaymentFailed.v1">["reason"]) => [paymentFailed({ orderId, accountId, amount, reason })];
  if (account === undefined) return fail("ACCOUNT_NOT_FOUND");
  if (account.balance.currency !== amount.currency) return fail("CURRENCY_MISMATCH");
  if (account.balance.amount < amount.amount) return fail("INSUFFICIENT_FUNDS");
  return [withdrawn({ accountId, amount, orderId }), paymentCompleted({ orderId, accountId, amount })];
}

function refund(
  orderId: string,
  { accountId, amount }: Owed,
  reason: Data<"PaymentRefunded.v1">["reason"],
): readonly Said[] {
  return [
    deposited({ accountId, amount, reason: "REFUND", orderId }),
    paymentRefunded({ orderId, accountId, amount, reason }),
  ];
}

const refuse = (refusal: Refusal): Decision => ({ ok: false, refusal });
