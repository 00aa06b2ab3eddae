import { eventStore, type Context, type StoredEvent, type Transaction } from "@eventpact/messaging";
import { book, type Account, type Entry, type Payment, type Said, type State } from "./domain.ts";

interface Tables {
  account: { account_id: string };
  payment: {
    order_id: string;
    status: Payment["status"] | null;
    account_id: string | null;
    amount: number | null;
    currency: string | null;
  };
  idempotency: { key: string; fingerprint: string; account_id: string; version: number; created_at: Date };
}

type Desk = Pick<Context, "db" | "now">;

/** An account as it stands in the event store. `version` counts its entries; 0 with no account. */
export interface StoredAccount {
  readonly account: Account | undefined;
  readonly version: number;
}

const tables = (desk: Desk): Transaction<Tables> => desk.db as unknown as Transaction<Tables>;

const entries = (desk: Desk) => eventStore<StoredEvent<Entry["event"], Entry["data"]>>(desk);

/** A snapshot's name changes with the shape of {@link Account}. */
const snapshot = { name: "account-1", every: 100 } as const;

async function fold(desk: Desk, accountId: string, asOf?: Date | number): Promise<StoredAccount> {
  const { state, version } = await entries(desk).fold<Account | null>(accountId, {
    initial: null,
    evolve: (account, { type, data }) => book(account ?? undefined, { event: type, data } as Entry),
    snapshot,
    ...(asOf === undefined ? {} : { asOf }),
  });
  return { account: state ?? undefined, version };
}

/**
 * The account as it is, or was at `asOf`: a moment or a version, inclusive. Writes nothing, not even a snapshot: asking
 * for a version, be it the last possible one, is asking about the past.
 */
export function readAccount(
  desk: Desk,
  accountId: string,
  asOf: Date | number = Number.MAX_SAFE_INTEGER,
): Promise<StoredAccount> {
  return fold(desk, accountId, asOf);
}

/** The account, locked until the transaction ends, even when it is only about to be opened. */
export async function lockAccount(desk: Desk, accountId: string): Promise<StoredAccount> {
  await tables(desk)
    .insertInto("account")
    .values({ account_id: accountId })
    // Changes nothing: it locks the row, new or old, in one statement.
    .onConflict((conflict) => conflict.column("account_id").doUpdateSet({ account_id: accountId }))
    .execute();
  return fold(desk, accountId);
}

/** Adds the entries among `said` to a locked account and answers its new version. */
export async function addEntries(
  desk: Desk,
  accountId: string,
  version: number,
  said: readonly Said[],
): Promise<number> {
  const added = said.flatMap((event) =>
    event.event === "Deposited.v1" || event.event === "Withdrawn.v1" ? [{ type: event.event, data: event.data }] : [],
  );
  return added.length === 0 ? version : entries(desk).append(accountId, version, added);
}

/** What became of the order, locked until the transaction ends, even when nothing did yet. */
export async function lockPayment(desk: Desk, orderId: string): Promise<Payment | undefined> {
  const { status, account_id, amount, currency } = await tables(desk)
    .insertInto("payment")
    .values({ order_id: orderId })
    .onConflict((conflict) => conflict.column("order_id").doUpdateSet({ order_id: orderId }))
    .returningAll()
    .executeTakeFirstOrThrow();
  if (status === null) return undefined;
  if (status === "CANCELLED" || account_id === null || amount === null || currency === null) {
    return { status: "CANCELLED" };
  }
  return { status, accountId: account_id, amount: { amount, currency } };
}

/** Writes what a decision made of the order's payment. */
export async function savePayment(desk: Desk, orderId: string, before: State, { payment }: State): Promise<void> {
  if (payment === undefined || payment === before.payment) return;
  const bill =
    payment.status === "CANCELLED"
      ? { account_id: null, amount: null, currency: null }
      : { account_id: payment.accountId, ...payment.amount };
  await tables(desk)
    .updateTable("payment")
    .set({ status: payment.status, ...bill })
    .where("order_id", "=", orderId)
    .execute();
}

/** What was answered under an idempotency key before. */
export interface Answered {
  readonly fingerprint: string;
  readonly accountId: string;
  readonly version: number;
}

/** What was answered under the key; undefined when it is free. Call with the account locked. */
export async function readKey(desk: Desk, key: string): Promise<Answered | undefined> {
  const row = await tables(desk).selectFrom("idempotency").selectAll().where("key", "=", key).executeTakeFirst();
  return row && { fingerprint: row.fingerprint, accountId: row.account_id, version: row.version };
}

/** Remembers what was answered. Answers false when the key was taken for another account in the same instant. */
export async function saveKey(desk: Desk, key: string, answered: Answered): Promise<boolean> {
  const { fingerprint, accountId, version } = answered;
  const taken = await tables(desk)
    .insertInto("idempotency")
    .values({ key, fingerprint, account_id: accountId, version, created_at: desk.now })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .executeTakeFirst();
  return Number(taken.numInsertedOrUpdatedRows ?? 0) > 0;
}

/** Forgets idempotency keys taken before `moment`. */
export async function forgetKeys(desk: Desk, moment: Date): Promise<void> {
  await tables(desk).deleteFrom("idempotency").where("created_at", "<", moment).execute();
}
