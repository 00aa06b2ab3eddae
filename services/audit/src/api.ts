import { masked, problem, type Api, type PersonalNames } from "@eventpact/host";
import { catalog } from "@shop/events";
import { trace } from "./domain.ts";
import { search, story, type Search } from "./store.ts";

interface Query {
  event?: string;
  key?: string;
  correlationId?: string;
  from?: string;
  to?: string;
  after?: string;
  limit?: string;
}

const word = { type: "string", minLength: 1, maxLength: 200 };
const moment = { type: "string", format: "date-time" };
const schema = {
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      event: { ...word, description: "for example OrderPaid.v1" },
      key: word,
      correlationId: word,
      from: moment,
      to: moment,
      after: { ...word, description: "eventId of the last one you have" },
      limit: { type: "string", pattern: "^[1-9]\\d{0,2}$", description: "1 to 999; 100 unless said" },
    },
  },
};

const wantedOf = ({ from, to, limit, ...words }: Query): Search => ({
  ...words,
  ...(from === undefined ? {} : { from: new Date(from) }),
  ...(to === undefined ? {} : { to: new Date(to) }),
  limit: Number(limit ?? 100),
});

const personal: PersonalNames = new Set(catalog.personalData);

/** What was ever said: a search over all events, and the trace of one order. Personal data is masked. */
export const api: Api = (runtime) => async (app) => {
  app.get<{ Querystring: Query }>("/audit/events", { schema }, async ({ query }) => {
    const found = await runtime.read(({ db }) => search(db, wantedOf(query)));
    return found.map((kept) => ({ ...kept, event: masked(kept.event, personal) }));
  });

  app.get<{ Params: { orderId: string } }>("/audit/orders/:orderId/trace", async ({ params }) => {
    const kept = await runtime.read(({ db }) => story(db, params.orderId));
    if (kept.length === 0) throw problem(404, "No event of this order has been heard.");
    return { orderId: params.orderId, steps: trace(kept) };
  });
};
