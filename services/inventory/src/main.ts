import { runAlone, type Api } from "@eventpact/host";
import { defineService, type ServiceRuntime } from "@eventpact/messaging";
import * as events from "@shop/events";
import { api, countShelf } from "./api.ts";
import { handlers } from "./handlers.ts";
import { readShelf } from "./store.ts";

export const inventory = defineService<Api>({
  name: "inventory",
  events,
  handlers,
  migrations: new URL("../migrations/", import.meta.url),
  api,
});

const firstStock = {
  "espresso-beans-1kg": 500,
  "ceramic-mug": 200,
  "paper-filters-100": 900,
  "hand-grinder": 40,
  "pour-over-kettle": 25,
  "espresso-machine": 5,
};

/** The first delivery. Shelves that are there stay as they are. */
export const seed = (runtime: ServiceRuntime): Promise<void> =>
  runtime.transact({}, async (context) => {
    for (const [productId, available] of Object.entries(firstStock)) {
      if ((await readShelf(context, productId)) === undefined) await countShelf(context, productId, available);
    }
    return { events: [], result: undefined };
  });

if (import.meta.main) await runAlone({ service: inventory, seed }, 3002);
