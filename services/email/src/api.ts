import { problem, servePages, type Api } from "@eventpact/host";
import { capturedHtml, capturedLetters } from "./store.ts";

const listSchema = {
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: { orderId: { type: "string", minLength: 1, maxLength: 100 } },
  },
};

// A letter's HTML is our own, but the names in it are not: shown without scripts and without the origin.
const harmless = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox";

/** The captured letters, registered only where letters are captured instead of sent. */
export const capturedApi: Api = (runtime) => async (app) => {
  await servePages(app, new URL("./pages/", import.meta.url), "/letters/");
  // All letters of everybody, with their addresses; a single one is found by a number that nobody can guess.
  const listing = { schema: listSchema, config: { operators: true, page: "/letters" } };
  app.get<{ Querystring: { orderId?: string } }>("/emails", listing, ({ query }) =>
    runtime.read(({ db }) => capturedLetters(db, query.orderId, 200)),
  );
  app.get<{ Params: { messageId: string } }>("/emails/:messageId", async ({ params }, reply) => {
    const html = await runtime.read(({ db }) => capturedHtml(db, params.messageId));
    if (html === undefined) throw problem(404, "No letter with this Message-ID was captured here.");
    return reply.header("content-security-policy", harmless).type("text/html; charset=utf-8").send(html);
  });
};
