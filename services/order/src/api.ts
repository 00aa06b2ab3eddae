import { createHash } from "node:crypto";
import { problem, type Api } from "@eventpact/host";
import type { Context } from "@eventpact/messaging";
import { cancel, MOST_PIECES, place, type Order, type Patience, type PlaceOrder, type Refusal } from "./domain.ts";
import { addFacts, addOrder, lockOrder, readHistory, readOrder, readProducts, takeKey } from "./store.ts";

type Wish = Omit<PlaceOrder, "orderId">;

const text = (maxLength: number) => ({ type: "string", minLength: 1, maxLength });

const wishSchema = {
  type: "object",
  required: ["customerId", "email", "items", "shippingAddress"],
  additionalProperties: false,
  properties: {
    customerId: { ...text(64), pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$" },
    email: { type: "string", format: "email", maxLength: 254 },
    items: {
      type: "array",
      minItems: 1,
      maxItems: 100,
      items: {
        type: "object",
        required: ["productId", "quantity"],
        additionalProperties: false,
        properties: { productId: text(64), quantity: { type: "integer", minimum: 1, maximum: MOST_PIECES } },
      },
    },
    shippingAddress: {
      type: "object",
      required: ["name", "line1", "city", "postalCode", "country"],
      additionalProperties: false,
      properties: {
        name: text(200),
        line1: text(200),
        city: text(100),
        postalCode: text(20),
        country: { type: "string", pattern: "^[A-Z]{2}$" },
      },
    },
  },
};

/** What is answered as it comes; its members are told in words. */
const answer = (description: string) => ({ description, type: "object", additionalProperties: true });

const keySchema = { type: "object", properties: { "idempotency-key": text(200) } };
const asOfSchema = { type: "object", properties: { asOf: { type: "string", format: "date-time" } } };

interface OfOrder {
  Params: { orderId: string };
  Querystring: { asOf?: string };
}

/** What distinguishes one request body from another, so that a key is not used for two different orders. */
function fingerprint({ customerId, email, items, shippingAddress: to }: Wish): string {
  const lines = items.map(({ productId, quantity }) => [productId, quantity]);
  const address = [to.name, to.line1, to.city, to.postalCode, to.country];
  return createHash("sha256")
    .update(JSON.stringify([customerId, email, lines, address]))
    .digest("hex");
}

function refused(refusal: Refusal): Error {
  const { code } = refusal;
  switch (code) {
    case "UNKNOWN_PRODUCT": {
      const names = refusal.productIds.join(", ");
      return problem(422, `The price list has no ${names}; GET /products lists what can be ordered.`, { ...refusal });
    }
    case "TOO_MANY_PIECES": {
      const names = refusal.productIds.join(", ");
      return problem(422, `An order takes at most ${refusal.most} pieces of one product; ${names} has more.`, {
        ...refusal,
      });
    }
    case "MIXED_CURRENCIES":
      return problem(422, `One order is paid in one currency, not in ${refusal.currencies.join(" and ")}.`, {
        ...refusal,
      });
    case "TOO_LATE":
      return problem(409, "The parcel has left: the order can no longer be cancelled.", {
        code,
        orderStatus: refusal.status,
      });
  }
}

const unknown = (orderId: string, asOf?: string): Error =>
  problem(404, asOf === undefined ? `There is no order ${orderId}.` : `There was no order ${orderId} at ${asOf}.`);

const summary = ({ placed, status, reason }: Order) => ({ orderId: placed.orderId, status, reason });

const details = (order: Order) => ({
  ...summary(order),
  items: order.placed.items,
  total: order.placed.total,
  timeline: order.timeline,
});

/** Places the order, or finds the one that was placed under the same key. */
async function placeOnce(context: Context, wish: Wish, key: string | undefined, patience: Patience) {
  const orderId = context.newId();
  const print = fingerprint(wish);
  const answered = key === undefined ? undefined : await takeKey(context, key, { orderId, fingerprint: print });
  if (answered !== undefined) {
    if (answered.fingerprint !== print) {
      throw problem(422, "This Idempotency-Key was used for a different order; use a new one for a new order.");
    }
    const order = await readOrder(context, answered.orderId);
    if (order === undefined) throw unknown(answered.orderId);
    return { events: [], result: order.placed };
  }
  const placement = place({ ...wish, orderId }, await readProducts(context));
  if (!placement.ok) throw refused(placement.refusal);
  await addOrder(context, placement.created.data, patience);
  // The order's whole story is found under the order's id.
  return { events: [{ ...placement.created, correlationId: orderId }], result: placement.created.data };
}

async function cancelOnce(context: Context, orderId: string, patience: Patience) {
  const stored = await lockOrder(context, orderId);
  if (stored === undefined) throw unknown(orderId);
  const decision = cancel(stored.order);
  if (!decision.ok) throw refused(decision.refusal);
  await addFacts(context, stored, decision.events, patience);
  const order = (await readOrder(context, orderId)) ?? stored.order;
  return { events: decision.events.map((event) => ({ ...event, correlationId: orderId })), result: order };
}

/** Where customers knock: the price list, and placing, following and cancelling an order. */
export const orderApi =
  (patience: Patience): Api =>
  (runtime) =>
  async (app) => {
    app.get("/products", () => runtime.read(async (context) => [...(await readProducts(context)).values()]));

    app.post<{ Body: Wish; Headers: { "idempotency-key"?: string } }>(
      "/orders",
      {
        schema: {
          body: wishSchema,
          headers: keySchema,
          response: { 201: answer("taken: orderId, status and total; the same Idempotency-Key is answered the same") },
        },
      },
      async (request, reply) => {
        const key = request.headers["idempotency-key"];
        const { orderId, total } = await runtime.transact(traceOf(request.headers), (context) =>
          placeOnce(context, request.body, key, patience),
        );
        return reply.status(201).header("location", `/orders/${orderId}`).send({ orderId, status: "CREATED", total });
      },
    );

    app.get<OfOrder>(
      "/orders/:orderId",
      { schema: { querystring: asOfSchema } },
      async ({ params: { orderId }, query: { asOf } }) => {
        const moment = asOf === undefined ? undefined : new Date(asOf);
        const order = await runtime.read((context) => readOrder(context, orderId, moment));
        if (order === undefined) throw unknown(orderId, asOf);
        return details(order);
      },
    );

    app.get<OfOrder>("/orders/:orderId/history", async ({ params: { orderId } }) => {
      const history = await runtime.read((context) => readHistory(context, orderId));
      if (history.length === 0) throw unknown(orderId);
      return history;
    });

    app.post<OfOrder>(
      "/orders/:orderId/cancel",
      { schema: { response: { 202: answer("granted: orderId, status and reason") } } },
      async (request, reply) => {
        const order = await runtime.transact(traceOf(request.headers), (context) =>
          cancelOnce(context, request.params.orderId, patience),
        );
        return reply.status(202).send(summary(order));
      },
    );
  };

const traceOf = (headers: Readonly<Record<string, unknown>>) =>
  typeof headers["traceparent"] === "string" ? { traceparent: headers["traceparent"] } : {};
