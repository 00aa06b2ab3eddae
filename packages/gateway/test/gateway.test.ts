import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import Fastify, { type FastifyInstance } from "fastify";
import websocket from "@fastify/websocket";
import { startGateway, type Gateway } from "../src/index.ts";
import { placeOf } from "../src/routes.ts";

const names = ["order", "inventory", "payment", "shipping", "email", "tracking", "analytics", "audit"];

describe("the way of a request", () => {
  test.each([
    ["/", "tracking"],
    ["/shop.js", "tracking"],
    ["/products", "order"],
    ["/orders", "order"],
    ["/orders/1/cancel", "order"],
    ["/orders/1/stream", "tracking"],
    ["/orders/1/ws", "tracking"],
    ["/orders/stream", "order"],
    ["/ordersx", "tracking"],
    ["/stock/ceramic-mug", "inventory"],
    ["/accounts/alice/deposits", "payment"],
    ["/summary", "analytics"],
    ["/analytics/analytics.js", "analytics"],
    ["/emails", "email"],
    ["/audit/orders/1/trace", "audit"],
    ["/ops", "order"],
    ["/ops/console.js", "order"],
    ["/ops/api/dead-letters", "everybody"],
    ["/ops/api/dead-letters/payment/7", "payment"],
    ["/ops/api/replay/analytics", "analytics"],
  ])("%s goes to %s", (path, place) => {
    expect(placeOf(path, names)).toBe(place);
  });
});

/** As prom-client writes it: a counter with a label, a histogram, and a gauge without any label. */
const metricsOf = (name: string): string =>
  [
    "# HELP events_total Events by what became of them.",
    "# TYPE events_total counter",
    `events_total{service="${name}",event="OrderPaid.v1"} 2`,
    "",
    "# HELP seconds Time it took.",
    "# TYPE seconds histogram",
    'seconds_bucket{le="+Inf"} 3',
    "seconds_sum 0.5",
    "seconds_count 3",
    "",
    "# HELP waiting How many wait.",
    "# TYPE waiting gauge",
    "waiting 1",
    "half a line {",
  ].join("\n");

/** A service that says what it was asked; `tracking` also streams. */
async function standIn(name: string): Promise<{ app: FastifyInstance; url: string }> {
  const app = Fastify();
  await app.register(websocket);
  app.get("/ops/api/state", () => ({
    transport: "kafka",
    problems: [],
    services: [{ name }],
    topics: [{ name: "order-events", writer: "order", sent: name === "order" ? 3 : 0 }],
  }));
  app.get("/ops/api/status", () => ({ database: { taken: 1 }, services: [{ service: name }] }));
  app.get("/ops/api/causes", () => [{ group: name, count: names.indexOf(name) }]);
  app.get("/readyz", (_request, reply) =>
    name === "payment" ? reply.status(503).send({ status: "not ready" }) : { status: "ready" },
  );
  app.get("/metrics", () => metricsOf(name));
  app.get("/openapi.json", () => ({
    info: { title: name },
    paths: {
      [name === "order" ? "/orders" : "/stock"]: { get: { summary: name } },
      "/ops/api/state": { get: { summary: "the state" } },
    },
    components: { schemas: { Problem: { type: "object" } } },
  }));
  app.get("/ops/api/dead-letters", () => [{ group: name, diedAt: `2026-01-0${names.indexOf(name) + 1}T00:00:00Z` }]);
  app.get("/orders/:orderId/stream", (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream" });
    reply.raw.write("data: first\n\n");
    // Never ended: what arrives, arrived while the stream is open.
  });
  app.get("/orders/:orderId/ws", { websocket: true }, (socket, request) => {
    socket.on("message", (text: Buffer) => socket.send(`${request.url} ${text.toString()}`));
  });
  app.all("/*", ({ method, url, body, headers }, reply) =>
    reply.status(method === "POST" ? 201 : 200).send({ name, method, url, body, key: headers["idempotency-key"] }),
  );
  return { app, url: await app.listen({ port: 0, host: "127.0.0.1" }) };
}

describe("a gateway", () => {
  const environment = { port: 0, logLevel: "silent", requestsPerMinute: 0 };
  let gateway: Gateway;
  let guarded: Gateway;
  const apps: FastifyInstance[] = [];
  beforeAll(async () => {
    const upstreams: Record<string, string> = { audit: "http://127.0.0.1:9" }; // nobody answers there
    for (const name of names.filter((one) => one !== "audit")) {
      const { app, url } = await standIn(name);
      apps.push(app);
      upstreams[name] = url;
    }
    gateway = await startGateway({
      upstreams,
      environment: { ...environment, host: "127.0.0.1", opsToken: undefined },
    });
    guarded = await startGateway({ upstreams, environment: { ...environment, host: "0.0.0.0", opsToken: "a-token" } });
  });
  afterAll(async () => {
    await Promise.all([gateway.close(), guarded.close()]);
    await Promise.all(apps.map((app) => app.close()));
  });
  const json = async <T>(path: string): Promise<T> => (await (await fetch(gateway.url + path)).json()) as T;

  test("hands a request on with its body, query and headers, and the answer back with its status", async () => {
    const answer = await fetch(`${gateway.url}/orders?x=1`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "k" },
      body: JSON.stringify({ a: 1 }),
    });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({
      name: "order",
      method: "POST",
      url: "/orders?x=1",
      body: { a: 1 },
      key: "k",
    });
  });

  test("lets server-sent events through while they happen", async () => {
    const stop = new AbortController();
    const answer = await fetch(`${gateway.url}/orders/1/stream`, { signal: stop.signal });
    const first = await answer.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe("data: first\n\n");
    stop.abort();
  });

  test("lets WebSockets through in both directions", async () => {
    const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/orders/1/ws?after=2`);
    const heard = Promise.withResolvers<string>();
    socket.addEventListener("open", () => socket.send("hello"));
    socket.addEventListener("message", ({ data }) => heard.resolve(String(data)));
    socket.addEventListener("error", () => heard.reject(new Error("the socket broke")));
    expect(await heard.promise).toBe("/orders/1/ws?after=2 hello");
    socket.close();
  });

  test("tells of all services as one, and which of them does not answer", async () => {
    const state = await json<{ services: { name: string }[]; topics: unknown; problems: unknown }>("/ops/api/state");
    expect(state.services.map(({ name }) => name).toSorted()).toEqual(
      names.filter((name) => name !== "audit").toSorted(),
    );
    expect(state.topics).toEqual([{ name: "order-events", writer: "order", sent: 3 }]);
    expect(state.problems).toEqual(["audit does not answer."]);
    const letters = await json<{ group: string }[]>("/ops/api/dead-letters");
    expect(letters.map(({ group }) => group)[0]).toBe("analytics");
  });

  test("tells what every partition is at, of all processes, and which causes are the most frequent", async () => {
    const status = await json<{ services: { service: string }[]; databases: object; problems: string[] }>(
      "/ops/api/status",
    );
    expect(status.services).toHaveLength(names.length - 1);
    expect(status.databases).toMatchObject({ order: { taken: 1 } });
    expect(status.problems).toEqual(["audit does not answer."]);
    const causes = await json<{ count: number }[]>("/ops/api/causes");
    expect(causes.map((cause) => cause.count)).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });

  test("gives the metrics of all processes as one valid text, each with its name, and says who is down", async () => {
    const answer = await fetch(`${gateway.url}/metrics`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      200,
      expect.stringContaining("text/plain; version=0.0.4"),
    ]);
    const lines = (await answer.text()).split("\n").filter((line) => line !== "");
    expect(lines).toEqual(
      expect.arrayContaining([
        'eventpact_process_up{process="order"} 1',
        'eventpact_process_up{process="audit"} 0',
        'events_total{process="order",service="order",event="OrderPaid.v1"} 2',
        'seconds_sum{process="email"} 0.5',
        'waiting{process="inventory"} 1',
      ]),
    );
    // Each family once, its description before its samples, and nothing that is neither.
    const types = lines.filter((line) => line.startsWith("# TYPE "));
    expect(types).toEqual([
      "# TYPE eventpact_process_up gauge",
      "# TYPE events_total counter",
      "# TYPE seconds histogram",
      "# TYPE waiting gauge",
    ]);
    const family = (line: string): string =>
      line.startsWith("#") ? (line.split(" ")[2] ?? "") : (line.split("{")[0] ?? "");
    const runs = lines
      .map((line) => family(line).replace(/_(bucket|sum|count)$/, ""))
      .filter((name, index, all) => name !== all[index - 1]);
    expect(runs).toEqual(["eventpact_process_up", "events_total", "seconds", "waiting"]);
    expect(lines.filter((line) => !/^(# (HELP|TYPE) \w+ .+|\w+\{[^{}]+\} [\d.]+)$/.test(line))).toEqual([]);
  });

  test("describes what all services answer as one document, each path as the service does that answers it", async () => {
    const document = await json<{ paths: Record<string, { get: { summary: string } }>; "x-missing": string[] }>(
      "/openapi.json",
    );
    expect(Object.keys(document.paths)).toEqual(["/ops/api/state", "/orders", "/stock"]);
    expect(document.paths["/stock"]?.get.summary).toBe("inventory");
    expect(document["x-missing"]).toEqual(["audit"]);
  });

  test("is ready while a service is, and tells which are not", async () => {
    expect(await json("/readyz")).toEqual({
      status: "ready",
      missing: { audit: "does not answer", payment: "is not ready" },
    });
    const lonely = await startGateway({
      upstreams: { order: "http://127.0.0.1:9" },
      environment: { ...environment, host: "127.0.0.1", opsToken: undefined },
    });
    expect((await fetch(`${lonely.url}/readyz`)).status).toBe(503);
    await lonely.close();
  });

  test("shows people a page where a program gets a problem, also when a service is away", async () => {
    const answer = await fetch(`${gateway.url}/audit/events`, { headers: { accept: "text/html,*/*;q=0.8" } });
    expect([answer.status >= 500, answer.headers.get("content-type")]).toEqual([true, "text/html; charset=utf-8"]);
    expect(await answer.text()).toContain("<h1>");
  });

  test("says that a service is away instead of hanging", async () => {
    const answer = await fetch(`${gateway.url}/audit/events`);
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
  });

  test("asks for the token where other machines reach it, for what operators do and nothing else", async () => {
    const url = `http://127.0.0.1:${new URL(guarded.url).port}`;
    const ask = async (method: string, path: string, headers: Record<string, string> = {}) =>
      (await fetch(url + path, { method, headers })).status;
    expect(await ask("PUT", "/stock/mug")).toBe(401);
    expect(await ask("GET", "/ops/api/dead-letters/payment/1?edit=true")).toBe(401);
    expect(await ask("GET", "/emails?orderId=1")).toBe(401);
    // People are sent to the page, by the service; the page asks for the token.
    expect(await ask("GET", "/emails?orderId=1", { accept: "text/html" })).toBe(200);
    expect(await ask("PUT", "/stock/mug", { authorization: "Bearer a-token" })).toBe(200);
    expect(await ask("POST", "/orders")).toBe(201);
  });
});
