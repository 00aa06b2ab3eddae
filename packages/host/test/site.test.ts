import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import Fastify, { type FastifyInstance } from "fastify";
import { createServer, serveSite } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "site-"));
const probes = { notReady: async () => ({}), metrics: async () => ({ contentType: "text/plain", text: "" }) };
let app: FastifyInstance;
beforeAll(async () => {
  app = await createServer({ logger: Fastify({ logger: false }).log, probes });
  await serveSite(app, folder, "/docs/");
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});
const ask = async (url: string) => {
  const { statusCode, headers, body } = await app.inject({ url, headers: { accept: "text/html" } });
  return { status: statusCode, type: headers["content-type"], body };
};

describe("a site that is served beside the services", () => {
  test("says that it is being built as long as it has no page for what is not there", async () => {
    expect(await ask("/docs/index.html")).toMatchObject({
      status: 404,
      body: expect.stringContaining("the site is being built"),
    });
  });

  test("shows its pages, and its own page for an address that it lacks, however deep; others are not its business", async () => {
    writeFileSync(join(folder, "index.html"), "<h1>Events</h1>");
    writeFileSync(join(folder, "404.html"), "<h1>No such event</h1>");
    expect(await ask("/docs/index.html")).toMatchObject({ status: 200, body: "<h1>Events</h1>" });
    for (const address of ["/docs/nothing.html", "/docs/events/a/b/", "/docs/..%2f..%2fetc%2fpasswd"])
      expect(await ask(address)).toEqual({
        status: 404,
        type: "text/html; charset=utf-8",
        body: "<h1>No such event</h1>",
      });
    expect((await ask("/documents")).body).not.toContain("No such event");
  });
});
