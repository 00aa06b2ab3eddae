import type { ServerResponse } from "node:http";
import { problem, servePages, type Api } from "@eventpact/host";
import type { FastifyRequest } from "fastify";
import { followers, type Followers } from "./adapters/followers.ts";
import { isLast, type Step } from "./domain.ts";
import { stepsAfter } from "./store.ts";

interface Follow {
  Params: { orderId: string };
  Querystring: { after?: string };
}

const schema = {
  params: { type: "object", properties: { orderId: { type: "string", minLength: 1, maxLength: 100 } } },
  querystring: {
    type: "object",
    properties: { after: { type: "string", pattern: "^\\d{1,15}$", description: "the last step you have" } },
  },
};

const text = { type: "string" };

/** A {@link Step}, for the description of this API and for the clients made from it. */
const stepSchema = {
  title: "Step",
  description: "One change of an order's status.",
  type: "object",
  required: ["orderId", "sequence", "status", "at"],
  properties: {
    orderId: text,
    sequence: { type: "integer", minimum: 1, description: "1, 2, 3 … per order; resume after it" },
    status: { type: "string", enum: ["CREATED", "PAID", "CONFIRMED", "SHIPPED", "DELIVERED", "CANCELLED"] },
    at: { type: "string", format: "date-time" },
    reason: {
      type: "string",
      enum: ["OUT_OF_STOCK", "PAYMENT_FAILED", "CUSTOMER_REQUEST", "TIMEOUT"],
      description: "of a cancelled order",
    },
    carrier: { ...text, description: "of a shipped order" },
    trackingNumber: { ...text, description: "of a shipped order" },
    estimatedDelivery: { type: "string", format: "date", description: "of a shipped order, where the carrier says" },
  },
};

const streamSchema = {
  ...schema,
  summary: "Server-sent events: one step per message, resumed by Last-Event-ID",
  response: {
    200: {
      description: "steps as they happen; the stream ends with the last",
      content: { "text/event-stream": { schema: stepSchema } },
    },
    204: { description: "no further step will come", type: "null" },
  },
};

/** Bytes a client may lag behind before it is let go; it comes back and resumes. */
const MOST_UNSENT = 64 * 1024;
/** How long somebody who was let go may still take what was written before. */
const GRACE_MS = 2_000;
const HEARTBEAT_MS = 15_000;
/** How soon a follower sees a step after its commit. */
const LOOK_EVERY_MS = 200;

/** `Last-Event-ID` is what a browser sends when it reconnects; `after` is for those who start with a number. */
function startingPoint(request: FastifyRequest<Follow>): number {
  const given = request.headers["last-event-id"] ?? request.query.after ?? "0";
  const after = Number(given);
  if (!Number.isSafeInteger(after) || after < 0) {
    throw problem(400, "Last-Event-ID must be the id of a message of this stream, a whole number.");
  }
  return after;
}

const asMessage = (step: Step): string => `id: ${step.sequence}\nevent: step\ndata: ${JSON.stringify(step)}\n\n`;

async function stream(response: ServerResponse, orderId: string, after: number, hub: Followers): Promise<void> {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    connection: "keep-alive",
    "x-accel-buffering": "no",
  });
  response.write("retry: 1000\n\n");
  const heartbeat = setInterval(() => response.write(": still here\n\n"), HEARTBEAT_MS);
  const leaving = hub.follow({
    orderId,
    after,
    take(step) {
      if (response.writableLength > MOST_UNSENT) return false;
      response.write(asMessage(step));
      return true;
    },
    end() {
      response.end();
      setTimeout(() => response.destroy(), GRACE_MS).unref();
    },
  });
  // Somebody may have gone while the first look was under way.
  response.on("close", () => {
    clearInterval(heartbeat);
    leaving.then(
      (leave) => leave(),
      () => undefined,
    );
  });
  // The browser comes back with the number of the last step it has.
  await leaving.catch(() => response.destroy());
}

/** Live tracking: `/orders/:orderId/stream` (server-sent events) and `/orders/:orderId/ws` (WebSocket). */
export const api: Api = (runtime) => async (app) => {
  const hub = followers(runtime, LOOK_EVERY_MS);
  app.addHook("preClose", async () => hub.close());
  await servePages(app, new URL("./pages/", import.meta.url), "/");

  app.get<Follow>("/orders/:orderId/stream", { schema: streamSchema }, async (request, reply) => {
    const { orderId } = request.params;
    const after = startingPoint(request);
    const known = await runtime.read(({ db }) => stepsAfter(db, orderId, 0));
    const newest = known.at(-1);
    // 204 is how an EventSource is told to stop coming back (HTML, 9.2.3).
    if (newest && isLast(newest) && newest.sequence <= after) return reply.status(204).send();
    reply.hijack();
    await stream(reply.raw, orderId, after, hub);
    return reply;
  });

  app.get<Follow>("/orders/:orderId/ws", { schema, websocket: true }, (socket, request) => {
    const leaving = hub.follow({
      orderId: request.params.orderId,
      after: startingPoint(request),
      take(step) {
        if (socket.bufferedAmount > MOST_UNSENT) return false;
        socket.send(JSON.stringify(step));
        return true;
      },
      end() {
        socket.close(1000, "no further step will come, or ask again with ?after=");
        setTimeout(() => socket.terminate(), GRACE_MS).unref();
      },
    });
    const heartbeat = setInterval(() => socket.ping(), HEARTBEAT_MS);
    socket.on("close", () => {
      clearInterval(heartbeat);
      leaving.then(
        (leave) => leave(),
        () => undefined,
      );
    });
    leaving.catch(() => socket.close(1011, "the steps could not be read; try again"));
  });
};
