import { runAlone, type Api } from "@eventpact/host";
import { defineService, type Service, type ServiceRuntime } from "@eventpact/messaging";
import * as events from "@shop/events";
import { orderApi } from "./api.ts";
import type { Patience, Product } from "./domain.ts";
import { orderHandlers, orderJobs } from "./handlers.ts";
import { addProducts } from "./store.ts";

/** The order service, as patient as given. */
export const orderService = (patience: Patience): Service<Api> =>
  defineService<Api>({
    name: "order",
    events,
    handlers: orderHandlers(patience),
    jobs: orderJobs(patience),
    migrations: new URL("../migrations/", import.meta.url),
    api: orderApi(patience),
  });

const milliseconds = (variable: string, otherwise: number): number => {
  const value = Number(process.env[variable] ?? otherwise);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`${variable} is "${process.env[variable]}"; it takes a number of milliseconds, 1 or more.`);
};

export const order = orderService({
  stepMs: milliseconds("ORDER_STEP_TIMEOUT_MS", 15 * 60_000),
  dispatchMs: milliseconds("ORDER_DISPATCH_TIMEOUT_MS", 7 * 86_400_000),
});

const product = (productId: string, name: string, amount: number): Product => ({
  productId,
  name,
  unitPrice: { amount, currency: "EUR" },
});

/** The first price list. Prices that are there stay. */
export const seed = (runtime: ServiceRuntime): Promise<void> =>
  runtime.transact({}, async (context) => {
    await addProducts(context, [
      product("espresso-beans-1kg", "Espresso beans 1 kg", 1890),
      product("ceramic-mug", "Ceramic mug", 1250),
      product("paper-filters-100", "Paper filters, 100 pieces", 420),
      product("hand-grinder", "Hand grinder", 6400),
      product("pour-over-kettle", "Pour-over kettle", 8900),
      product("espresso-machine", "Espresso machine", 64_900),
    ]);
    return { events: [], result: undefined };
  });

if (import.meta.main) await runAlone({ service: order, seed }, 3001);
