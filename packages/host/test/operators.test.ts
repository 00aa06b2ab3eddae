import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { seedDataDir } from "../../messaging/test/support/embedded.ts";
import { startHost, type Host } from "../src/index.ts";
import { failingService } from "./support/failing-service.ts";

const dataDir = mkdtempSync(join(tmpdir(), "host-"));
const environment = { port: 0, dataDir, databaseUrl: undefined, kafkaBrokers: [], logLevel: "silent", failpoints: "" };
let host: Host;
let port: string;
beforeAll(async () => {
  await seedDataDir(dataDir);
  host = await startHost({
    services: [{ service: failingService }],
    // Every address of this machine: other machines reach it.
    environment: { ...environment, host: "0.0.0.0", opsToken: "a-token" },
    routes: async (app) => {
      app.put("/counted", { config: { operators: true } }, () => ({ done: true }));
      app.get("/open", () => ({ open: true }));
      app.get("/letters-of-all", { config: { operators: true, page: "/letters" } }, () => ["a letter"]);
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

  test("sends people who type the address of a guarded list to its page, which asks them; programs need the token", async () => {
    const typed = await fetch(`http://127.0.0.1:${port}/letters-of-all?orderId=a%20b`, {
      headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
      redirect: "manual",
    });
    expect([typed.status, typed.headers.get("location")]).toEqual([302, "/letters?orderId=a%20b"]);
    expect(await typed.text()).not.toContain("a letter");
    expect(await ask("GET", "/letters-of-all")).toBe(401);
    expect(await ask("GET", "/letters-of-all", { authorization: "Bearer a-token" })).toBe(200);
  });

  test("says on a page how to get in, where there is no other", async () => {
    const typed = await fetch(`http://127.0.0.1:${port}/ops/api/dead-letters/desk/1?edit=true`, {
      headers: { accept: "text/html" },
    });
    expect([typed.status, typed.headers.get("content-type")]).toEqual([401, "text/html; charset=utf-8"]);
    expect(await typed.text()).toContain("OPS_TOKEN");
  });
});
