import { randomUUID } from "node:crypto";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import websocket from "@fastify/websocket";
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { problem, problemSchema, sendProblem } from "./problem.ts";
import { RequestWindows } from "./request-windows.ts";

/** What the probes and `/metrics` ask of whatever the server fronts. */
export interface Probes {
  /** Names of what is not ready yet, with the reason; empty when ready. */
  notReady(): Promise<Readonly<Record<string, string>>>;
  /** How many names there can be, for a server that is of use as long as one is ready; else every name counts. */
  readonly all?: number;
  /** Prometheus text exposition. */
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface ServerOptions {
  readonly logger: FastifyBaseLogger;
  readonly probes: Probes;
  /** Bytes a request body may have; 64 KiB by default. */
  readonly bodyLimit?: number;
  /** Requests per minute and address; 6,000 by default, 0 switches the limit off. */
  readonly requestsPerMinute?: number;
  /** False for a server that lets somebody else take the upgrades to WebSockets. */
  readonly webSockets?: boolean;
  /** The OpenAPI document at `/openapi.json`, instead of one about the routes of this very server. */
  readonly description?: () => Promise<unknown>;
}

const ajvOptions = {
  customOptions: {
    allErrors: true, // bodies are bounded in size, so listing every fault at once is affordable and kinder
    coerceTypes: false as const,
    removeAdditional: false as const,
    useDefaults: true,
  },
};

const info = {
  title: "The services behind this server",
  description: "Every refusal is `application/problem+json` (RFC 9457), as the schema Problem describes.",
  version: "1.0.0",
};

const refusal = {
  description: "refused, and why",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

interface Described {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, { responses?: Record<string, unknown> }>>>>;
}

/** Every operation may be refused; each says so in one line. */
function describeRefusals<Document>(document: Document): Document {
  for (const operations of Object.values((document as Described).paths ?? {}))
    for (const operation of Object.values(operations))
      operation.responses = { ...operation.responses, default: refusal };
  return document;
}

function addProbes(app: FastifyInstance, probes: Probes): void {
  const unlimited = { schema: { hide: true }, config: { rateLimit: false } };
  app.get("/livez", unlimited, () => ({ status: "alive" }));
  app.get("/readyz", unlimited, async (_request, reply) => {
    const waitingFor = await probes.notReady();
    const away = Object.keys(waitingFor).length;
    if (away === 0) return reply.send({ status: "ready" });
    if (away < (probes.all ?? 1)) return reply.send({ status: "ready", missing: waitingFor });
    return reply.status(503).send({ status: "not ready", waitingFor });
  });
  app.get("/metrics", unlimited, async (_request, reply) => {
    const { contentType, text } = await probes.metrics();
    return reply.type(contentType).send(text);
  });
}

/**
 * A Fastify server with the manners every service shares: problem+json for every refusal, size and rate limits,
 * `/livez`, `/readyz`, `/metrics`, WebSocket support. Routes are registered by the caller.
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: options.logger,
    bodyLimit: options.bodyLimit ?? 64 * 1024,
    genReqId: () => randomUUID(),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    ajv: ajvOptions,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  });
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) => {
    sendProblem(problem(404, `There is nothing at ${request.method} ${request.url.split("?")[0]}.`), request, reply);
  });
  const max = options.requestsPerMinute ?? 6_000;
  if (max > 0) {
    await app.register(rateLimit, {
      max,
      timeWindow: "1 minute",
      store: RequestWindows,
      errorResponseBuilder: (_request, context) =>
        problem(429, `More than ${context.max} requests in a minute; try again in ${context.after}.`),
    });
  }
  if (options.webSockets !== false) await app.register(websocket, { options: { maxPayload: 4096 } });
  await app.register(swagger, {
    openapi: { openapi: "3.1.0", info, components: { schemas: { Problem: problemSchema } } },
    transformObject: (described) =>
      describeRefusals("openapiObject" in described ? described.openapiObject : described.swaggerObject),
  });
  const { description = async () => app.swagger() } = options;
  app.get("/openapi.json", { schema: { hide: true } }, description);
  addProbes(app, options.probes);
  return app;
}
