import { afterEach, describe, expect, test } from "@jest/globals";
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from "fastify";
import { createServer, problem, type ServerOptions } from "../src/index.ts";

const silent: FastifyBaseLogger = Fastify({ logger: false }).log;
const probes = {
  notReady: async () => ({}),
  metrics: async () => ({ contentType: "text/plain; version=0.0.4", text: "up 1\n" }),
};

let app: FastifyInstance;
async function serve(options: Partial<ServerOptions> = {}): Promise<FastifyInstance> {
  app = await createServer({ logger: silent, probes, ...options });
  app.post(
    "/things",
    {
      schema: {
        body: {
          type: "object",
          required: ["name", "size"],
          additionalProperties: false,
          properties: { name: { type: "string" }, size: { enum: ["S", "M"] } },
        },
      },
    },
    () => ({ made: true }),
  );
  app.get("/late", () => {
    throw problem(409, "It is too late to cancel.", { orderStatus: "SHIPPED", status: 200 });
  });
  app.get<{ Querystring: { name?: string } }>("/quoting", ({ query }) => {
    throw problem(404, `There is nobody called ${query.name}.`);
  });
  app.get("/broken", () => {
    throw new Error("password=secret");
  });
  return app;
}
afterEach(() => app.close());

describe("the server", () => {
  test("lists every fault of a request body at once, each with a JSON Pointer", async () => {
    const server = await serve();
    const answer = await server.inject({ method: "POST", url: "/things", payload: { size: "XL", colour: "red" } });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.json().errors).toEqual(
      expect.arrayContaining([
        { pointer: "/name", detail: "is missing" },
        { pointer: "/colour", detail: "is not a known property" },
        { pointer: "/size", detail: "must be one of S, M" },
      ]),
    );
  });

  test("does not turn a number into a string to make a request fit", async () => {
    const server = await serve();
    const answer = await server.inject({ method: "POST", url: "/things", payload: { name: 7, size: "S" } });
    expect(answer.json().errors).toEqual([{ pointer: "/name", detail: "must be string" }]);
  });

  test("sends a route's refusal as it was thrown, with its further members, which never change its status", async () => {
    const answer = await (await serve()).inject("/late");
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({
      title: "Conflict with the present state",
      status: 409,
      orderStatus: "SHIPPED",
    });
  });

  test("never tells a caller what broke inside", async () => {
    const answer = await (await serve()).inject("/broken");
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("secret");
    expect(answer.json().requestId).toEqual(expect.any(String));
  });

  test.each([
    ["an unknown address", { method: "GET", url: "/nowhere" } as const, 404, "There is nothing at GET /nowhere"],
    [
      "a body that is not JSON",
      { method: "POST", url: "/things", headers: { "content-type": "application/json" }, payload: "{" } as const,
      400,
      "JSON",
    ],
    [
      "a body over the limit",
      { method: "POST", url: "/things", payload: { name: "x".repeat(70_000) } } as const,
      413,
      "too large",
    ],
  ])("answers %s with problem+json", async (_name, request, status, detail) => {
    const answer = await (await serve()).inject(request);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.json().detail).toContain(detail);
  });

  test("refuses people with a page: what, why and where to go, and nothing that a request brought becomes markup", async () => {
    const answer = await (
      await serve()
    ).inject({
      url: "/quoting?name=<script>alert(1)</script>",
      headers: { accept: "text/html,application/xhtml+xml" },
    });
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(answer.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(answer.body).toContain("There is nobody called &lt;script&gt;alert(1)");
    expect(answer.body).not.toContain("<script");
    expect(answer.body).toContain('href="/ops"');
  });

  test("limits the requests of one address and says when to come back", async () => {
    const server = await serve({ requestsPerMinute: 2 });
    await server.inject("/nowhere");
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await server.inject("/late")).statusCode);
    expect(statuses).toContain(429);
    expect((await server.inject("/livez")).statusCode).toBe(200);
  });

  test("describes its routes and its refusals as OpenAPI 3.1", async () => {
    const description = (await (await serve()).inject("/openapi.json")).json();
    expect(description.openapi).toBe("3.1.0");
    expect(description.paths["/things"].post.requestBody).toBeDefined();
    expect(description.components.schemas).toHaveProperty("Problem");
    expect(description.paths["/things"].post.responses.default.content).toEqual({
      "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
    });
  });

  test("is ready only when nothing is waited for, and names what is", async () => {
    const server = await serve({ probes: { ...probes, notReady: async () => ({ inventory: "migrating" }) } });
    const answer = await server.inject("/readyz");
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { status: "not ready", waitingFor: { inventory: "migrating" } },
    ]);
    expect((await server.inject("/metrics")).body).toBe("up 1\n");
  });
});
