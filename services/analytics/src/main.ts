import { runAlone, type Api } from "@eventpact/host";
import { defineService } from "@eventpact/messaging";
import * as events from "@shop/events";
import { api } from "./api.ts";
import { handlers } from "./handlers.ts";

export const analytics = defineService<Api>({
  name: "analytics",
  events,
  handlers,
  migrations: new URL("../migrations/", import.meta.url),
  api,
});

if (import.meta.main) await runAlone({ service: analytics }, 3006);
