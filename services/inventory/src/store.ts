import type { Context, Transaction } from "@eventpact/messaging";
import type { Line, Reservation, Shelf, State } from "./domain.ts";

interface Tables {
  stock: { product_id: string; available: number; reserved: number };
  reservation: { order_id: string; status: Reservation["status"] | null; lines: string };
}

type Desk = Pick<Context, "db">;

const tables = (desk: Desk): Transaction<Tables> => desk.db as unknown as Transaction<Tables>;

const shelfOf = (row: Tables["stock"]): Shelf => ({
  productId: row.product_id,
  available: row.available,
  reserved: row.reserved,
});

/** What became of the order, locked until the transaction ends, even when nothing did yet. */
export async function lockReservation(desk: Desk, orderId: string): Promise<Reservation | undefined> {
  const row = await tables(desk)
    .insertInto("reservation")
    .values({ order_id: orderId, status: null, lines: "[]" })
    // Changes nothing: it locks the row and lets it be returned, new or old, in one statement.
    .onConflict((conflict) => conflict.column("order_id").doUpdateSet({ order_id: orderId }))
    .returning(["status", "lines"])
    .executeTakeFirstOrThrow();
  // The driver parses jsonb; only writing needs text.
  return row.status === null ? undefined : ({ status: row.status, lines: row.lines } as unknown as Reservation);
}

/** The shelves of these products, locked in one order for everybody, so that two orders cannot wait for each other. */
export async function lockShelves(desk: Desk, lines: readonly Pick<Line, "productId">[]): Promise<State["shelves"]> {
  if (lines.length === 0) return new Map();
  const rows = await tables(desk)
    .selectFrom("stock")
    .selectAll()
    .where("product_id", "in", [...new Set(lines.map((line) => line.productId))])
    .orderBy("product_id")
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.product_id, shelfOf(row)]));
}

/** Writes what a decision changed. */
export async function saveState(desk: Desk, orderId: string, before: State, after: State): Promise<void> {
  if (after.reservation !== undefined && after.reservation !== before.reservation) {
    const { status, lines } = after.reservation;
    await tables(desk)
      .updateTable("reservation")
      .set({ status, lines: JSON.stringify(lines) })
      .where("order_id", "=", orderId)
      .execute();
  }
  for (const shelf of after.shelves.values()) {
    if (shelf !== before.shelves.get(shelf.productId)) await saveShelf(desk, shelf);
  }
}

/** Writes a shelf, a new one or one that is locked. */
export async function saveShelf(desk: Desk, { productId, available, reserved }: Shelf): Promise<void> {
  await tables(desk)
    .insertInto("stock")
    .values({ product_id: productId, available, reserved })
    .onConflict((conflict) => conflict.column("product_id").doUpdateSet({ available, reserved }))
    .execute();
}

/** All shelves, by product id. */
export async function readShelves(desk: Desk): Promise<readonly Shelf[]> {
  const rows = await tables(desk).selectFrom("stock").selectAll().orderBy("product_id").execute();
  return rows.map(shelfOf);
}

/** One shelf; undefined when nobody ever counted that product. */
export async function readShelf(desk: Desk, productId: string): Promise<Shelf | undefined> {
  const row = await tables(desk).selectFrom("stock").selectAll().where("product_id", "=", productId).executeTakeFirst();
  return row && shelfOf(row);
}
