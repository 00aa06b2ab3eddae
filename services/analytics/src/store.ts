import type { Transaction } from "@eventpact/messaging";
import { sql } from "kysely";
import { deliveryClasses, goodWay, type OrderPart } from "./domain.ts";

interface OrderRow {
  order_id: string;
  created: Date | null;
  paid: Date | null;
  confirmed: Date | null;
  shipped: Date | null;
  delivered: Date | null;
  cancelled: Date | null;
  reason: string | null;
  amount: number | null;
  currency: string | null;
  charged: number | null;
  refunded: number | null;
}

interface CountRow {
  event: string;
  partition: number;
  count: number;
  newest: Date;
}

const tables = (db: Transaction) => db.withTables<{ orders: OrderRow; event_counts: CountRow }>();

/** Adds what an event says of an order to the order's picture; the first word on each point stays. */
export async function addPart(db: Transaction, part: OrderPart): Promise<void> {
  const known = {
    ...(part.step && { [part.step.name]: new Date(part.step.at) }),
    ...(part.reason && { reason: part.reason }),
    ...(part.total && { amount: part.total.amount, currency: part.total.currency }),
    ...(part.charged !== undefined && { charged: part.charged }),
    ...(part.refunded !== undefined && { refunded: part.refunded }),
  };
  await tables(db)
    .insertInto("orders")
    .values({ order_id: part.orderId, ...known })
    .onConflict((conflict) => conflict.column("order_id").doUpdateSet(known))
    .execute();
}

export async function countEvent(db: Transaction, event: string, partition: number, at: Date): Promise<void> {
  await tables(db)
    .insertInto("event_counts")
    .values({ event, partition, count: 1, newest: at })
    .onConflict((conflict) =>
      conflict.columns(["event", "partition"]).doUpdateSet({
        count: sql<number>`event_counts.count + 1`,
        newest: sql<Date>`greatest(event_counts.newest, excluded.newest)`,
      }),
    )
    .execute();
}

export interface Summary {
  readonly since: string;
  /** Orders created since then, by how far they came. */
  readonly funnel: readonly { readonly step: string; readonly orders: number }[];
  readonly cancelled: number;
  readonly failures: readonly { readonly reason: string; readonly orders: number }[];
  /** Charged less given back, in minor units. */
  readonly revenue: readonly { readonly currency: string; readonly amount: number }[];
  readonly overTime: readonly {
    readonly from: string;
    readonly created: number;
    readonly delivered: number;
    readonly cancelled: number;
    /** Of the orders created then: charged less given back, in minor units. */
    readonly revenue: readonly { readonly currency: string; readonly amount: number }[];
  }[];
  /** From created to delivered, in seconds. A class without `upTo` holds the rest. */
  readonly deliveryTime: {
    readonly median: number | null;
    readonly p90: number | null;
    readonly p99: number | null;
    readonly classes: readonly { readonly upTo?: number; readonly orders: number }[];
  };
  readonly events: readonly { readonly event: string; readonly count: number; readonly newest: string }[];
}

/** Everything the page shows, of the orders created since `since`, in `slots` equal pieces of time until `now`. */
export async function summarise(db: Transaction, since: Date, now: Date, slots: number): Promise<Summary> {
  const [counts, failures, revenue, overTime, deliveryTime, events] = [
    await countSteps(db, since),
    await countReasons(db, since),
    await sumMoney(db, since),
    await countOverTime(db, since, now, slots),
    await measureDelivery(db, since),
    await countsOfEvents(db),
  ];
  return {
    since: since.toISOString(),
    funnel: goodWay.map((step) => ({ step, orders: Number(counts[step] ?? 0) })),
    cancelled: Number(counts["cancelled"] ?? 0),
    failures,
    revenue,
    overTime,
    deliveryTime,
    events,
  };
}

async function countsOfEvents(db: Transaction): Promise<Summary["events"]> {
  const rows = await tables(db)
    .selectFrom("event_counts")
    .select(({ fn }) => ["event", fn.sum<number>("count").as("count"), fn.max("newest").as("newest")])
    .groupBy("event")
    .orderBy("event")
    .execute();
  return rows.map((row) => ({ event: row.event, count: Number(row.count), newest: row.newest.toISOString() }));
}

async function countSteps(db: Transaction, since: Date): Promise<Record<string, number>> {
  const row = await tables(db)
    .selectFrom("orders")
    .select(({ fn }) => [...goodWay, "cancelled" as const].map((step) => fn.count<number>(step).as(step)))
    .where("created", ">=", since)
    .executeTakeFirst();
  return row ?? {};
}

async function countReasons(db: Transaction, since: Date): Promise<Summary["failures"]> {
  const rows = await tables(db)
    .selectFrom("orders")
    .select(({ fn }) => ["reason", fn.countAll<number>().as("orders")])
    .where("created", ">=", since)
    .where("reason", "is not", null)
    .groupBy("reason")
    .orderBy("orders", "desc")
    .execute();
  return rows.map((row) => ({ reason: row.reason ?? "", orders: Number(row.orders) }));
}

const net = sql<number>`sum(coalesce(charged, 0) - coalesce(refunded, 0))`;

async function sumMoney(db: Transaction, since: Date): Promise<Summary["revenue"]> {
  const rows = await tables(db)
    .selectFrom("orders")
    .select(["currency", net.as("net")])
    .where("created", ">=", since)
    .where("currency", "is not", null)
    .groupBy("currency")
    .orderBy("currency")
    .execute();
  return rows.map((row) => ({ currency: row.currency ?? "", amount: Number(row.net) }));
}

async function countOverTime(db: Transaction, since: Date, now: Date, slots: number): Promise<Summary["overTime"]> {
  const width = Math.max(1, (now.getTime() - since.getTime()) / slots / 1000);
  const slot = sql<number>`least(${slots - 1}, floor(extract(epoch from (created - ${since})) / ${width})::int)`;
  const rows = await tables(db)
    .selectFrom("orders")
    .select(({ fn }) => [
      slot.as("slot"),
      fn.count<number>("created").as("created"),
      fn.count<number>("delivered").as("delivered"),
      fn.count<number>("cancelled").as("cancelled"),
    ])
    .where("created", ">=", since)
    .groupBy("slot")
    .execute();
  const money = await tables(db)
    .selectFrom("orders")
    .select([slot.as("slot"), "currency", net.as("net")])
    .where("created", ">=", since)
    .where("currency", "is not", null)
    .groupBy(["slot", "currency"])
    .orderBy("currency")
    .execute();
  const bySlot = new Map(rows.map((row) => [Number(row.slot), row]));
  const moneyBySlot = Map.groupBy(money, (row) => Number(row.slot));
  return Array.from({ length: slots }, (_, index) => ({
    from: new Date(since.getTime() + index * width * 1000).toISOString(),
    created: Number(bySlot.get(index)?.created ?? 0),
    delivered: Number(bySlot.get(index)?.delivered ?? 0),
    cancelled: Number(bySlot.get(index)?.cancelled ?? 0),
    revenue: (moneyBySlot.get(index) ?? []).map((row) => ({ currency: row.currency ?? "", amount: Number(row.net) })),
  }));
}

async function measureDelivery(db: Transaction, since: Date): Promise<Summary["deliveryTime"]> {
  const seconds = sql<number>`extract(epoch from (delivered - created))`;
  const quantile = (share: number) => sql<number | null>`percentile_cont(${share}) within group (order by ${seconds})`;
  const atMost = (limit: number) => sql<number>`count(*) filter (where ${seconds} <= ${limit})`;
  const row = await tables(db)
    .selectFrom("orders")
    .select([
      quantile(0.5).as("median"),
      quantile(0.9).as("p90"),
      quantile(0.99).as("p99"),
      sql<number>`count(*)`.as("all"),
      ...deliveryClasses.map((limit) => atMost(limit).as(`to${limit}`)),
    ])
    .where("created", ">=", since)
    .where("delivered", "is not", null)
    .executeTakeFirstOrThrow();
  const value = (name: string): number => Number((row as unknown as Record<string, unknown>)[name]);
  const orNull = (quantity: number | null): number | null =>
    quantity === null ? null : Math.round(Number(quantity) * 1000) / 1000;
  let below = 0;
  const classes: { upTo?: number; orders: number }[] = deliveryClasses.map((upTo) => {
    const orders = value(`to${upTo}`) - below;
    below += orders;
    return { upTo, orders };
  });
  classes.push({ orders: value("all") - below });
  return { median: orNull(row.median), p90: orNull(row.p90), p99: orNull(row.p99), classes };
}
