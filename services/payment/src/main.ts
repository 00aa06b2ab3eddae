import { runAlone, type Api } from "@eventpact/host";
import { defineService, type ServiceRuntime } from "@eventpact/messaging";
import * as events from "@shop/events";
import { api, payIn } from "./api.ts";
import { handlers, jobs } from "./handlers.ts";
import { lockAccount } from "./store.ts";
import { orderCreated } from "./upcasters.ts";

export const payment = defineService<Api>({
  name: "payment",
  events,
  handlers,
  upcasters: [orderCreated],
  jobs,
  migrations: new URL("../migrations/", import.meta.url),
  api,
});

/** Alice is rich, Bob is poor; in euro cents. */
const firstDeposits = { alice: 100_000_000, bob: 1_000 };

/** The first deposits. Accounts that are there stay as they are. */
export async function seed(runtime: ServiceRuntime): Promise<void> {
  for (const [accountId, amount] of Object.entries(firstDeposits)) {
    await runtime.transact({}, async (context) => {
      const { version } = await lockAccount(context, accountId);
      if (version > 0) return { events: [], result: undefined };
      const { events: said } = await payIn(context, accountId, { amount, currency: "EUR" });
      return { events: said, result: undefined };
    });
  }
}

if (import.meta.main) await runAlone({ service: payment, seed }, 3003);
