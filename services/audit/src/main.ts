import { runAlone, type Api } from "@eventpact/host";
import { defineService } from "@eventpact/messaging";
import * as events from "@shop/events";
import { api } from "./api.ts";
import { handlers } from "./handlers.ts";

export const audit = defineService<Api>({
  name: "audit",
  events,
  handlers,
  migrations: new URL("../migrations/", import.meta.url),
  api,
});

if (import.meta.main) await runAlone({ service: audit }, 3008);
