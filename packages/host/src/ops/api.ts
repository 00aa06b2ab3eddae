import type { Runtime } from "@eventpact/messaging";
import type { FastifyInstance } from "fastify";
import { servePages } from "../pages.ts";
import { admit, type Access } from "./access.ts";
import { asking, find, words } from "./asking.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { withoutAddresses } from "./masking.ts";
import { overview } from "./overview.ts";

interface Replay {
  Params: { service: string };
  Body: { topic: string; from?: string; to?: string; keys?: string[]; dryRun?: boolean };
}

const moment = { type: "string", format: "date-time" };
const replayBody = {
  type: "object",
  required: ["topic"],
  additionalProperties: false,
  properties: {
    topic: words,
    from: moment,
    to: moment,
    keys: { type: "array", maxItems: 1000, items: words },
    dryRun: { type: "boolean" },
  },
};

/** What operators need over HTTP, and the console that shows it: everything under `/ops`. */
export async function operations(app: FastifyInstance, runtime: Runtime, access: Access): Promise<void> {
  app.get("/ops/api/state", { config: { rateLimit: false } }, () => overview(runtime));
  app.get("/ops/api/status", { config: { rateLimit: false } }, () => runtime.status());
  app.get<{ Params: { service: string } }>("/ops/api/parked/:service", async ({ params }) => {
    const parked = await find(runtime, params.service).parked();
    return parked.map((one) => ({ ...one, reason: withoutAddresses(one.reason) }));
  });
  deadLetterRoutes(app, runtime, access);
  app.post<Replay>("/ops/api/replay/:service", { schema: { body: replayBody } }, async (request) => {
    admit(request, access);
    const { topic, from, to, keys, dryRun = false } = request.body;
    return asking(() =>
      find(runtime, request.params.service).replay({
        topic,
        dryRun,
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
        ...(keys === undefined ? {} : { keys }),
      }),
    );
  });
  await servePages(app, new URL("../pages/", import.meta.url), "/ops/");
}
