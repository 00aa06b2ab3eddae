import { admit, createServer, problem, wantsPage, type Environment } from "@eventpact/host";
import proxy from "@fastify/http-proxy";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { pino } from "pino";
import { mergeDescriptions } from "./description.ts";
import { mergeLists, mergeStates, mergeStatuses, missing, type Told } from "./everybody.ts";
import { mergeMetrics } from "./metrics.ts";
import { placeOf } from "./routes.ts";
import { traceRequests } from "./traces.ts";

export interface GatewayOptions {
  /** Where each service answers: `{ order: "http://order:3000", … }`. */
  readonly upstreams: Readonly<Record<string, string>>;
  readonly environment: Pick<Environment, "port" | "host" | "logLevel" | "opsToken" | "requestsPerMinute">;
  /** Further routes on the same origin: the documentation. */
  readonly routes?: (app: FastifyInstance) => Promise<void>;
}

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

const pathOf = (url: string): string => url.split("?", 1)[0] ?? "/";

/** Requests that operators make: the services behind the gateway see only its address, so it is asked here as well. */
function isOperators(request: FastifyRequest): boolean {
  const { method, url } = request;
  const changes = method !== "GET" && method !== "HEAD" && method !== "OPTIONS";
  if (changes) return /^\/(ops|stock|accounts)\//.test(url);
  if (/^\/emails\/?(\?|$)/.test(url)) return !wantsPage(request); // people are sent on to the page, by the service
  return /^\/ops\/api\/.*[?&]edit=true/.test(url);
}

type Read = (answer: Response) => Promise<unknown>;
const asJson: Read = async (answer) => (answer.ok ? answer.json() : undefined);
const asText: Read = async (answer) => (answer.ok ? answer.text() : undefined);
/** A probe says why it is not ready together with a status of 503. */
const asProbe: Read = (answer) => answer.json();

async function askAll(
  upstreams: GatewayOptions["upstreams"],
  path: string,
  read: Read = asJson,
): Promise<readonly Told[]> {
  const asked = Object.entries(upstreams).map(async ([service, url]): Promise<Told> => {
    try {
      return { service, body: await read(await fetch(url + path, { signal: AbortSignal.timeout(5_000) })) };
    } catch {
      return { service, body: undefined };
    }
  });
  return Promise.all(asked);
}

/**
 * One origin in front of services that run as processes of their own: pages, HTTP, server-sent events and WebSockets are
 * handed to whoever answers them. It keeps nothing; any number may run.
 */
export async function startGateway({ upstreams, environment, routes }: GatewayOptions): Promise<Gateway> {
  const { host, port, logLevel, opsToken: token, requestsPerMinute } = environment;
  const services = Object.keys(upstreams);
  const app = await createServer({
    logger: pino({ level: logLevel }),
    webSockets: false, // the proxy takes the upgrades
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    probes: {
      notReady: async () => missing(await askAll(upstreams, "/readyz", asProbe)),
      // One service that is away must not take the others out of reach.
      all: services.length,
      metrics: async () => ({
        contentType: "text/plain; version=0.0.4; charset=utf-8",
        text: mergeMetrics(await askAll(upstreams, "/metrics", asText)),
      }),
    },
    description: async () => mergeDescriptions(await askAll(upstreams, "/openapi.json")),
  });
  traceRequests(app);
  app.addHook("onRequest", async (request) => {
    if (isOperators(request)) admit(request, { host, token });
  });
  await routes?.(app);
  const unlimited = { schema: { hide: true }, config: { rateLimit: false } };
  app.get("/ops/api/state", unlimited, async () => mergeStates(await askAll(upstreams, "/ops/api/state")));
  app.get("/ops/api/status", unlimited, async () => mergeStatuses(await askAll(upstreams, "/ops/api/status")));
  const upstreamOf = (request: { readonly url?: string | undefined }): string => {
    const place = placeOf(pathOf(request.url ?? "/"), services);
    const upstream = upstreams[place];
    if (upstream === undefined) throw problem(503, `There is no ${place} behind this gateway.`);
    return upstream;
  };
  await app.register(proxy, {
    upstream: "",
    prefix: "/",
    websocket: true,
    // A stream that is followed may be silent for long.
    undici: { bodyTimeout: 0 },
    replyOptions: {
      getUpstream: upstreamOf,
      rewriteRequestHeaders: ({ traceparent }, headers) =>
        traceparent === undefined ? headers : { ...headers, traceparent },
    },
    preHandler: async (request, reply) => {
      const { url, method } = request;
      if (placeOf(pathOf(url), services) !== "everybody") return;
      if (method === "GET") await reply.send(mergeLists(await askAll(upstreams, url)));
      else throw problem(404, `There is nothing at ${method} ${pathOf(url)}; name the service.`);
    },
  });
  const url = await app.listen({ port, host });
  return { url, close: () => app.close() };
}
