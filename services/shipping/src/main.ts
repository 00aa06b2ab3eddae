import { runAlone, type Api } from "@eventpact/host";
import { defineService } from "@eventpact/messaging";
import * as events from "@shop/events";
import { simulatedCarrier } from "./adapters/carrier.ts";
import { askCarrier, handlers } from "./handlers.ts";

const carrier = simulatedCarrier({
  pickUpAfterMs: Number(process.env["CARRIER_PICK_UP_MS"] ?? 2_000),
  deliverAfterMs: Number(process.env["CARRIER_DELIVER_MS"] ?? 4_000),
});

export const shipping = defineService<Api>({
  name: "shipping",
  events,
  handlers,
  migrations: new URL("../migrations/", import.meta.url),
  jobs: [askCarrier(carrier, 500)],
});

if (import.meta.main) await runAlone({ service: shipping }, 3004);
