import { eventStore } from "@eventpact/messaging";
import type { Context, StoredEvent, Transaction } from "@eventpact/messaging";
import { begin, deadline, evolve, type Fact, type Order, type Patience, type Placed, type Product } from "./domain.ts";

interface Tables {
  product: { product_id: string; name: string; amount: number; currency: string };
  orders: { order_id: string; deadline: Date | null };
  idempotency: { key: string; fingerprint: string; order_id: string; created_at: Date };
}

type Desk = Pick<Context, "db" | "now">;

/** An order as it stands in the event store. `version` counts its facts. */
export interface StoredOrder {
  readonly order: Order;
  readonly version: number;
}

/** An event that the order service said, as `/orders/:orderId/history` shows it. */
export interface HistoryEntry {
  readonly sequence: number;
  readonly eventType: string;
  readonly version: number;
  readonly timestamp: string;
  readonly data: unknown;
}

const tables = (desk: Desk): Transaction<Tables> => desk.db as unknown as Transaction<Tables>;

const facts = (desk: Desk) => eventStore<StoredEvent<Fact["event"]>>(desk);

const factOf = ({ type, data }: StoredEvent<Fact["event"]>): Fact => ({ event: type, data }) as Fact;

async function fold(desk: Desk, orderId: string, asOf?: Date): Promise<StoredOrder | undefined> {
  const { state: order, version } = await facts(desk).fold<Order | undefined>(orderId, {
    initial: undefined,
    evolve: (state, stored) =>
      state === undefined
        ? begin(stored.data as Placed, stored.recordedAt)
        : evolve(state, factOf(stored), stored.recordedAt),
    ...(asOf === undefined ? {} : { asOf }),
  });
  return order === undefined ? undefined : { order, version };
}

/** The order as it is, or was at `asOf` (inclusive); undefined when there is or was none. */
export async function readOrder(desk: Desk, orderId: string, asOf?: Date): Promise<Order | undefined> {
  return (await fold(desk, orderId, asOf))?.order;
}

/** The order, locked until the transaction ends; undefined when there is none. */
export async function lockOrder(desk: Desk, orderId: string): Promise<StoredOrder | undefined> {
  const row = await tables(desk)
    .selectFrom("orders")
    .select("order_id")
    .where("order_id", "=", orderId)
    .forUpdate()
    .executeTakeFirst();
  return row && fold(desk, orderId);
}

/** Writes a new order: its first fact and its first time limit. */
export async function addOrder(desk: Desk, placed: Placed, patience: Patience): Promise<void> {
  const limit = deadline(begin(placed, desk.now), patience) ?? null;
  await tables(desk).insertInto("orders").values({ order_id: placed.orderId, deadline: limit }).execute();
  await facts(desk).append(placed.orderId, 0, [{ type: "OrderCreated.v2", data: placed }]);
}

/** Adds facts to a locked order and sets the time limit that follows from them. */
export async function addFacts(
  desk: Desk,
  { order, version }: StoredOrder,
  added: readonly Fact[],
  patience: Patience,
): Promise<void> {
  const { orderId } = order.placed;
  const after = added.reduce((state, fact) => evolve(state, fact, desk.now), order);
  if (added.length > 0) {
    await facts(desk).append(
      orderId,
      version,
      added.map(({ event, data }) => ({ type: event, data })),
    );
  }
  await tables(desk)
    .updateTable("orders")
    .set({ deadline: deadline(after, patience) ?? null })
    .where("order_id", "=", orderId)
    .execute();
}

/** Ids of at most `limit` orders whose time is over, locked; orders that somebody else works on are left for later. */
export async function lockOverdue(desk: Desk, limit: number): Promise<readonly string[]> {
  const rows = await tables(desk)
    .selectFrom("orders")
    .select("order_id")
    .where("deadline", "<=", desk.now)
    .orderBy("deadline")
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map((row) => row.order_id);
}

/** What the order service said about the order, oldest first. What it heard from others is theirs to tell. */
export async function readHistory(desk: Desk, orderId: string): Promise<readonly HistoryEntry[]> {
  const stored = await facts(desk).load(orderId);
  return stored
    .filter(({ type }) => type.startsWith("Order"))
    .map(({ type, data, recordedAt }, index) => {
      const [eventType = type, version] = type.split(".v");
      return { sequence: index + 1, eventType, version: Number(version), timestamp: recordedAt.toISOString(), data };
    });
}

/** The price list, by product id. */
export async function readProducts(desk: Desk): Promise<ReadonlyMap<string, Product>> {
  const rows = await tables(desk).selectFrom("product").selectAll().orderBy("name").execute();
  return new Map(
    rows.map(({ product_id: productId, name, amount, currency }) => [
      productId,
      { productId, name, unitPrice: { amount, currency } },
    ]),
  );
}

/** Adds products that are not in the price list yet; prices that are there stay. */
export async function addProducts(desk: Desk, products: readonly Product[]): Promise<void> {
  const rows = products.map(({ productId, name, unitPrice }) => ({ product_id: productId, name, ...unitPrice }));
  await tables(desk)
    .insertInto("product")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What was answered under an idempotency key before. */
export interface Answered {
  readonly fingerprint: string;
  readonly orderId: string;
}

/**
 * Takes an idempotency key for a new order. Answers undefined when it was free, else what was answered under it. Of two
 * requests at once the second waits here for the first one's transaction.
 */
export async function takeKey(desk: Desk, key: string, answer: Answered): Promise<Answered | undefined> {
  const taken = await tables(desk)
    .insertInto("idempotency")
    .values({ key, fingerprint: answer.fingerprint, order_id: answer.orderId, created_at: desk.now })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .executeTakeFirst();
  if (Number(taken.numInsertedOrUpdatedRows ?? 0) > 0) return undefined;
  const row = await tables(desk)
    .selectFrom("idempotency")
    .select(["fingerprint", "order_id"])
    .where("key", "=", key)
    .executeTakeFirstOrThrow();
  return { fingerprint: row.fingerprint, orderId: row.order_id };
}

/** Forgets idempotency keys taken before `moment`. */
export async function forgetKeys(desk: Desk, moment: Date): Promise<void> {
  await tables(desk).deleteFrom("idempotency").where("created_at", "<", moment).execute();
}
