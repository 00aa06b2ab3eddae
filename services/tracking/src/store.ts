import type { Transaction } from "@eventpact/messaging";
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
  const rows = await tables(db)
    .selectFrom("steps")
    .select("step")
    .where("order_id", "=", orderId)
    .where("sequence", ">", sequence)
    .orderBy("sequence")
    .execute();
  return rows.map(({ step }) => step);
}

/** The newest step of each of the orders, for those that have any. */
export async function newestSteps(db: Transaction, orderIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await tables(db)
    .selectFrom("steps")
    .select(({ fn }) => ["order_id", fn.max("sequence").as("newest")])
    .where("order_id", "in", [...orderIds])
    .groupBy("order_id")
    .execute();
  return new Map(rows.map((row) => [row.order_id, Number(row.newest)]));
}
