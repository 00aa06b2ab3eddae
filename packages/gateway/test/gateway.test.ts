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
    expect(await ask("PUT", "/stock/mug", { authorization: "Bearer a-token" })).toBe(200);
    expect(await ask("POST", "/orders")).toBe(201);
  });
});
