import { servePages, type Api } from "@eventpact/host";
import { summarise } from "./store.ts";

const schema = {
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      hours: { type: "string", pattern: "^\\d{1,4}$", description: "how far to look back; 24 unless said" },
      slots: { type: "string", pattern: "^[1-9]\\d{0,2}$", description: "pieces of time to count in; 48 unless said" },
    },
  },
};

const HOUR = 3_600_000;

export const api: Api = (runtime) => async (app) => {
  await servePages(app, new URL("./pages/", import.meta.url), "/analytics/");
  app.get<{ Querystring: { hours?: string; slots?: string } }>("/summary", { schema }, ({ query }) =>
    runtime.read(({ db, now }) => {
      const length = Math.max(1, Number(query.hours ?? 24)) * HOUR;
      const slots = Number(query.slots ?? 48);
      // Pieces begin where a clock does, so that they stay the same from one look to the next.
      const end = Math.ceil(now.getTime() / (length / slots)) * (length / slots);
      return summarise(db, new Date(end - length), new Date(end), slots);
    }),
  );
};
