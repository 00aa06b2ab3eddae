import type { Transaction } from "@eventpact/messaging";
import type { Address, Parcel, State } from "./domain.ts";

interface ParcelRow {
  order_id: string;
  shipment_id: string;
  state: State;
  address: Address;
  tracking_number: string | null;
  since: Date;
  asked: Date;
}

const tables = (db: Transaction) => db.withTables<{ parcels: ParcelRow }>();

const fromRow = (row: ParcelRow): Parcel => ({
  orderId: row.order_id,
  shipmentId: row.shipment_id,
  state: row.state,
  address: row.address,
  ...(row.tracking_number === null ? {} : { trackingNumber: row.tracking_number }),
  since: row.since,
});

/** The order's parcel, locked until the transaction ends. */
export async function loadParcel(db: Transaction, orderId: string): Promise<Parcel | undefined> {
  const row = await tables(db)
    .selectFrom("parcels")
    .selectAll()
    .where("order_id", "=", orderId)
    .forUpdate()
    .executeTakeFirst();
  return row && fromRow(row);
}

export async function saveParcel(db: Transaction, parcel: Parcel): Promise<void> {
  const row = {
    order_id: parcel.orderId,
    shipment_id: parcel.shipmentId,
    state: parcel.state,
    address: JSON.stringify(parcel.address) as unknown as Address, // jsonb takes text; reading gives the object
    tracking_number: parcel.trackingNumber ?? null,
    since: parcel.since,
  };
  await tables(db)
    .insertInto("parcels")
    .values({ ...row, asked: new Date(0) })
    .onConflict((conflict) => conflict.column("order_id").doUpdateSet(row))
    .execute();
}

/** Parcels the carrier is to be asked about now, those not asked about for longest first, locked. */
export async function parcelsToAskAbout(db: Transaction, limit: number, now: Date): Promise<readonly Parcel[]> {
  const rows = await tables(db)
    .selectFrom("parcels")
    .selectAll()
    .where("state", "in", ["waiting", "travelling"])
    .orderBy("asked")
    .orderBy("since")
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  const orderIds = rows.map((row) => row.order_id);
  if (orderIds.length > 0) {
    await tables(db).updateTable("parcels").set({ asked: now }).where("order_id", "in", orderIds).execute();
  }
  return rows.map(fromRow);
}
