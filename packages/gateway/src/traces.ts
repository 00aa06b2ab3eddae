import { openRequestSpan } from "@eventpact/host";
import type { FastifyInstance } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** The W3C trace context that the request takes along; undefined: what it brought, if anything. */
    traceparent?: string | undefined;
  }
}

const reads = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * A request that changes something is the root of its story's trace, or goes on with the one it brought. Pages that ask
 * every second how things are would drown these, and begin none.
 */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest("traceparent", undefined);
  app.addHook("onRequest", (request, reply, done) => {
    const { method, url, headers } = request;
    if (!reads.has(method)) {
      const brought = headers["traceparent"];
      const span = openRequestSpan(
        `${method} /${url.split(/[/?]/, 2)[1] ?? ""}`,
        typeof brought === "string" ? brought : undefined,
      );
      request.traceparent = span.traceparent;
      reply.raw.once("close", () => span.end(reply.statusCode));
    }
    done();
  });
}
