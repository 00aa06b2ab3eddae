import type { Transaction } from "@eventpact/messaging";
import { sql } from "kysely";
import type { Step } from "./domain.ts";

interface StepRow {
  order_id: string;
  sequence: number;
  step: Step;
}

const tables = (db: Transaction) => db.withTables<{ steps: StepRow }>();

export async function addStep(db: Transaction, step: Step): Promise<void> {
  await tables(db)
    .insertInto("steps")
    .values({
      order_id: step.orderId,
      sequence: step.sequence,
      step: JSON.stringify(step) as unknown as Step, // jsonb takes text; reading gives the object
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The steps of one order after a number, in order. */
export async function stepsAfter(db: Transaction, orderId: string, sequence: number): Promise<readonly Step[]> {
  const steps = (await stepsOf(db, [orderId])).get(orderId) ?? [];
  return steps.filter((step) => step.sequence > sequence);
}

/** Every step of each of the orders, in order. */
export async function stepsOf(db: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, Step[]>> {
  const rows = await tables(db).selectFrom("steps").select("step").where(among(orderIds)).orderBy("sequence").execute();
  return Map.groupBy(
    rows.map(({ step }) => step),
    ({ orderId }) => orderId,
  );
}

/** The number of the newest step of each of the orders, for those that have any. */
export async function newestSteps(db: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tables(db)
    .selectFrom("steps")
    .select(({ fn }) => ["order_id", fn.max("sequence").as("newest")])
    .where(among(orderIds))
    .groupBy("order_id")
    .execute();
  return new Map(rows.map((row) => [row.order_id, Number(row.newest)]));
}

// One parameter however many orders are followed: a list of them ends at 65,535.
const among = (orderIds: readonly string[]) => sql<boolean>`order_id = any(${[...orderIds]}::text[])`;
