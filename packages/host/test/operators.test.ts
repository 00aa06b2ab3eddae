import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startHost, type Host } from "../src/index.ts";
import { failingService } from "./support/failing-service.ts";

const dataDir = mkdtempSync(join(tmpdir(), "host-"));
const environment = { port: 0, dataDir, databaseUrl: undefined, kafkaBrokers: [], logLevel: "silent", failpoints: "" };
let host: Host;
let port: string;
beforeAll(async () => {
  host = await startHost({
    services: [{ service: failingService }],
    // Every address of this machine: other machines reach it.
    environment: { ...environment, host: "0.0.0.0", opsToken: "a-token" },
    routes: async (app) => {
      app.put("/counted", { config: { operators: true } }, () => ({ done: true }));
      app.get("/open", () => ({ open: true }));
    },
  });
  ({ port } = new URL(host.url));
});
afterAll(async () => {
  await host.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const ask = async (method: string, path: string, headers: Record<string, string> = {}) =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { method, headers })).status;

describe("a server that other machines reach", () => {
  test("lets only those change something for operators who show the token", async () => {
    expect(await ask("PUT", "/counted")).toBe(401);
    expect(await ask("PUT", "/counted", { authorization: "Bearer guessed" })).toBe(401);
    expect(await ask("PUT", "/counted", { authorization: "Bearer a-token" })).toBe(200);
    expect(await ask("GET", "/open")).toBe(200);
  });

  test("takes nothing from a page of another site, whatever it shows", async () => {
    const headers = { authorization: "Bearer a-token", "sec-fetch-site": "cross-site" };
    expect(await ask("PUT", "/counted", headers)).toBe(403);
  });

  test("asks for the token at the console's own changes", async () => {
    expect(await ask("POST", "/ops/api/dead-letters/desk/1/discard")).toBe(401);
  });
});
