import { wait, type Context, type HandlerResult, type Handlers, type Job } from "@eventpact/messaging";
import type { Events } from "@shop/events";
import { decide, evolve, type Handled, type Heard, type Said } from "./domain.ts";
import { addEntries, forgetKeys, lockAccount, lockPayment, savePayment } from "./store.ts";

async function hear(heard: Heard, context: Context): Promise<HandlerResult<Said>> {
  const { orderId } = heard.data;
  const payment = await lockPayment(context, orderId);
  const accountId = payment && payment.status !== "CANCELLED" ? payment.accountId : undefined;
  const stored = accountId === undefined ? undefined : await lockAccount(context, accountId);
  const state = { payment, account: stored?.account };
  const said = decide(state, heard);
  if (said === undefined) return wait(`nothing is known yet of who pays for order ${orderId}`);
  await savePayment(context, orderId, state, [heard, ...said].reduce(evolve, state));
  if (accountId !== undefined && stored !== undefined) await addEntries(context, accountId, stored.version, said);
  return said;
}

/** One row per event version that the payment service handles; older ones come here through `upcasters.ts`. */
export const handlers: Handlers<Events, Handled, Said> = {
  "OrderCreated.v2": ({ data }, context) => hear({ event: "OrderCreated.v2", data }, context),
  "InventoryReserved.v1": ({ data }, context) => hear({ event: "InventoryReserved.v1", data }, context),
  "OrderCancelled.v1": ({ data }, context) => hear({ event: "OrderCancelled.v1", data }, context),
};

const KEYS_KEPT_MS = 7 * 86_400_000;

/** What the payment service does by the clock. */
export const jobs: readonly Job[] = [
  {
    name: "forget-idempotency-keys",
    everyMs: 3_600_000,
    async run(context) {
      await forgetKeys(context, new Date(context.now.getTime() - KEYS_KEPT_MS));
      return [];
    },
  },
];
